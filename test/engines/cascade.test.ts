import { createServer, type RequestListener, type Server } from 'node:http';
import { GoogleGenAI } from '@google/genai';
import { describe, expect, it } from 'vitest';
import { Cascade } from '../../src/interpreters/cascade/cascade.ts';
import { Confidentiality } from '../../src/interpreters/confidentiality.ts';
import type { Availability } from '../../src/interpreters/interpreter.ts';
import { Fault, type FaultCode } from '../../src/kiosk/faults.ts';
import {
  answeredInText,
  endedBy,
  nearSilent,
  noSpeech,
  notJson,
  notTheSchema,
  promptBlocked,
  requestAnsweredByPortal,
  requestNeverAnswered,
  requestQuotaExceeded,
  requestRefused,
  requestResetAt,
  requestStallsAfter,
  speechTruncated,
  speechTruncatedQuietly,
  streamCutAfter,
} from '../../src/standin/faults/faults.ts';
import type { RequestStep } from '../../src/standin/faults/script.ts';
import { modelNotFound } from '../../src/standin/protocol/models.ts';
import { sleep } from '../../src/time.ts';
import { Turn } from '../../src/turn/turn.ts';
import { fetchOver } from '../rig/client.ts';
import { engineRig } from '../rig/engines.ts';
import { TOO_DEEP } from '../rig/hostile.ts';
import {
  CASCADE,
  failsWith as failsTurn,
  gathering,
  KEY,
  LANGUAGES,
  never,
  SAID,
  secondsOf,
  serviceAt,
  spokenTurn,
  comesThrough as turnComesThrough,
} from '../rig/live.ts';
import { scriptedAnswerer } from '../rig/standin.ts';

/** The cascade over the real SDK and the stand-in: what comes through, and what goes wrong visibly. */

const rig = engineRig();

/** A body that comes as an answer does. */
const answeredBy = (body: string, type = 'application/json'): RequestStep => ({
  at: 'request',
  do: 'refuse',
  status: 200,
  type,
  body,
});

const hearings = () => rig.standin.requests.filter(({ kind }) => kind === 'hear');
const speeches = () => rig.standin.requests.filter(({ kind }) => kind === 'speak');

async function comesThrough(engine: Cascade = rig.cascade()) {
  const through = await turnComesThrough(engine, LANGUAGES, rig.clock);
  expect(through.sink.samples.length / 24_000).toBeCloseTo(2);
  expect(hearings().at(-1)?.heardSeconds).toBeCloseTo(secondsOf(through.turn));
  return through;
}

/** The turn fails with this fault, and nothing about it tells the key or what was said. */
const failsWith = async (code: FaultCode, engine: Cascade = rig.cascade()) =>
  (await failsTurn(code, engine, [SAID, 'baño', 'hello'])).fault;

/** What stands between the desk and the service. */
type Between =
  | 'closed'
  | 'reset'
  | 'silent'
  | { readonly portal: 'redirect' | 'page' }
  | { readonly status: number; readonly as?: 'html' };

function stands(mode: Between): void {
  if (mode === 'closed') rig.network.refuse();
  else rig.network.portal(mode === 'reset' ? resetting() : createServer(answering(mode)));
}

function resetting(): Server {
  return createServer().on('connection', (socket) => socket.resetAndDestroy());
}

function answering(mode: Exclude<Between, 'closed' | 'reset'>): RequestListener {
  const page = (title: string) => `<!DOCTYPE html><title>${title}</title>`;
  return (_, response) => {
    if (mode === 'silent') return;
    if ('status' in mode) {
      const { status } = mode;
      const error = JSON.stringify({ error: { code: status, message: `It answers ${status}.` } });
      const type = mode.as === 'html' ? 'text/html' : 'application/json';
      response.writeHead(status, { 'content-type': type });
      response.end(mode.as === 'html' ? page(`Error ${status}`) : error);
    } else if (mode.portal === 'redirect') {
      response.writeHead(302, { location: 'http://login.test/' }).end();
    } else {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page('Guest Wi-Fi'));
    }
  };
}

describe('a turn', () => {
  it('is heard in one request and spoken in another, with every mark in order', async () => {
    const { turn, sink, result } = await comesThrough();
    expect(rig.standin.requests.map(({ kind, streamed }) => [kind, streamed])).toEqual([
      ['hear', false],
      ['speak', true],
    ]);
    expect(sink.texts).toEqual(['heard ¿Dónde está el baño?', `said ${SAID}`]);
    const { connected, firstSent, sent, heard, firstAudio, playable, answered } = turn.marks;
    const marks = [connected, firstSent, sent, heard, firstAudio, playable, answered];
    expect(marks).not.toContain(undefined);
    expect(marks).toEqual([...marks].sort((a, b) => (a ?? 0) - (b ?? 0)));
    expect(turn.meter.sentSeconds).toBeCloseTo(secondsOf(turn));
    expect(turn.meter.receivedSeconds).toBeCloseTo(2);
    expect(turn.meter).toMatchObject({ attempts: 1, sentWhole: 1 });
    expect(result.roundTripMs).toBe(10);
  });

  it('asks for what the instruction and the schema say, thinks as little as it can, and names the voice', async () => {
    await comesThrough();
    expect(hearings()[0]?.body).toMatchObject({
      systemInstruction: { parts: [{ text: expect.stringContaining('English is translated into Spanish') }] },
      generationConfig: {
        responseMimeType: 'application/json',
        thinkingConfig: { thinkingLevel: 'MINIMAL' },
      },
    });
    expect(speeches()[0]?.body).toMatchObject({
      contents: [{ parts: [{ text: SAID }] }],
      generationConfig: { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } } },
    });
  });

  it('sends nothing before the utterance has ended', async () => {
    const turn = new Turn();
    turn.append(spokenTurn(0.5).frames);
    const running = rig.cascade().interpret(turn, LANGUAGES, gathering(), never);
    await sleep(rig.clock, 10_000);
    expect(rig.standin.requests).toEqual([]);
    turn.append(spokenTurn(0.5).frames);
    turn.close();
    await running;
    expect(hearings()[0]?.heardSeconds).toBeCloseTo(1);
  });

  it('in which nothing was said sends nothing', async () => {
    const turn = new Turn();
    turn.close();
    const result = await rig.cascade().interpret(turn, LANGUAGES, gathering(), never);
    expect(result.outcome).toBe('nothing said');
    expect(turn.meter).toEqual({ sentSeconds: 0, receivedSeconds: 0, attempts: 0, sentWhole: 0, uses: [] });
    expect(rig.standin.requests).toEqual([]);
  });

  it('that was not understood says so, and has nothing spoken', async () => {
    rig.standin.script.nextRequest('hear', { answer: { heard: { text: '' } } });
    const sink = gathering();
    const result = await rig.cascade().interpret(spokenTurn(1), LANGUAGES, sink, never);
    expect(result).toMatchObject({ outcome: 'not understood', heard: undefined, said: undefined });
    expect(speeches()).toEqual([]);
    expect(sink.samples).toEqual([]);
  });

  it('plays whole samples, whatever the stream is cut into, and no header', async () => {
    rig.standin.script.nextRequest('speak', { form: 'odd chunks' });
    const odd = await comesThrough();
    rig.standin.script.nextRequest('speak', { form: 'WAV file' });
    const wav = await comesThrough();
    expect(odd.sink.samples).toEqual(wav.sink.samples);
  });

  it('plays the first sound long before the last has come', async () => {
    rig.standin.script.nextRequest('speak', { at: { chunks: 2 }, do: 'delay', ms: 2000 });
    const { turn } = await comesThrough();
    expect((turn.marks.answered ?? 0) - (turn.marks.firstAudio ?? 0)).toBeGreaterThan(2000);
  });

  it('follows the two before it, as turns of a conversation, until the guest has left', async () => {
    const engine = rig.cascade();
    const asked = () => hearings().at(-1)?.body as { contents: { role: string; parts: object[] }[] };
    await comesThrough(engine);
    const first = asked();
    for (let i = 0; i < 3; i++) await comesThrough(engine);
    const before = [
      { role: 'user', parts: [{ text: '¿Dónde está el baño?' }] },
      { role: 'model', parts: [{ text: JSON.stringify({ understood: true, translation: SAID }) }] },
    ];
    expect(asked().contents).toEqual([...before, ...before, ...first.contents]);
    expect(first.contents).toMatchObject([{ role: 'user', parts: [{ inlineData: {} }] }]);
    engine.forget();
    await comesThrough(engine);
    expect(asked()).toEqual(first);
  });

  it('goes over the connection that was opened while people spoke', async () => {
    const engine = rig.cascade();
    const turn = new Turn();
    turn.append(spokenTurn(1).frames);
    const running = engine.interpret(turn, LANGUAGES, gathering(), never);
    await rig.until(() => rig.network.connections === 1);
    await sleep(rig.clock, 1000);
    turn.close();
    expect((await running).outcome).toBe('translated');
    await comesThrough(engine);
    // Each connection begins with a name.
    expect(rig.network.questions).toBe(1);
  });

  it('comes through on a fresh connection when the kept one was cut', async () => {
    const engine = rig.cascade();
    await comesThrough(engine);
    rig.network.reset();
    const { turn } = await comesThrough(engine);
    expect(turn.meter.sentWhole).toBeLessThanOrEqual(2);
  });

  it('gives a style beside the text, which is read as it stands', async () => {
    const style = 'calm, friendly';
    await comesThrough(rig.cascade({ style }));
    expect(speeches()[0]?.body).toMatchObject({
      contents: [{ parts: [{ text: SAID, speechMetadata: { style } }] }],
    });
    expect(speeches()[0]?.text).toBe(SAID);
  });
});

describe('a hearing that goes wrong once', () => {
  it.each([
    ['500', requestRefused(500), 'service-error'],
    ['503', requestRefused(503), 'service-error'],
    ['504', requestRefused(504), 'service-error'],
    ['never answered', requestNeverAnswered, 'no-answer'],
    ['reset', requestResetAt('request'), 'connection-lost'],
    ['a page of the network', requestAnsweredByPortal, 'captive-portal'],
    ['not JSON', notJson, 'service-garbled'],
    ['not the schema', notTheSchema, 'service-garbled'],
    ['SAFETY', endedBy('SAFETY'), 'answer-broken-off'],
    ['RECITATION', endedBy('RECITATION'), 'answer-broken-off'],
    ['MAX_TOKENS', endedBy('MAX_TOKENS'), 'answer-broken-off'],
    ['blocked', promptBlocked('PROHIBITED_CONTENT'), 'answer-broken-off'],
    ['an empty answer', { content: 'nothing' } as const, 'no-answer'],
    ['half a million brackets', answeredBy(TOO_DEEP), 'service-garbled'],
    ['9 MiB', answeredBy(' '.repeat(9 * 1024 * 1024)), 'service-garbled'],
    ['an answer that ends at once', { at: 'request', do: 'cut' } as const, 'service-garbled'],
  ])('(%s) is asked once more with the whole utterance', async (_, step, code) => {
    rig.standin.script.nextRequest('hear', step);
    const { turn, sink } = await comesThrough();
    expect(sink.restarts).toEqual([code]);
    expect(turn.meter.sentWhole).toBe(2);
    expect(turn.meter.sentSeconds).toBeCloseTo(2 * secondsOf(turn));
    expect(hearings().map(({ outcome }) => outcome)).not.toContain('answering');
  });

  it('is asked once more as well where another engine had sent the utterance twice, in vain', async () => {
    rig.standin.script.nextRequest('hear', requestRefused(503));
    const turn = spokenTurn(1);
    turn.meter.sentWhole = 2;
    const result = await rig.cascade().interpret(turn, LANGUAGES, gathering(), never);
    expect(result.outcome).toBe('translated');
    expect(turn.meter.sentWhole).toBe(4);
  });
});

describe('speech that goes wrong once', () => {
  it.each([
    ['500', requestRefused(500), 'service-error'],
    ['never answered', requestNeverAnswered, 'no-answer'],
    ['reset in mid-stream', requestResetAt({ chunks: 3 }), 'connection-lost'],
    ['an error in mid-stream', { at: { chunks: 3 }, do: 'refuse', status: 503 } as const, 'service-error'],
    ['stalls', requestStallsAfter(3), 'answer-broken-off'],
    ['no sound, OTHER', noSpeech, 'silent-answer'],
    ['answered in text', answeredInText, 'silent-answer'],
    ['SAFETY', endedBy('SAFETY'), 'silent-answer'],
    ['truncated, OTHER', speechTruncated(6), 'answer-broken-off'],
    ['truncated without a sign', speechTruncatedQuietly(3), 'answer-broken-off'],
    ['a stream cut', streamCutAfter(3), 'answer-broken-off'],
    ['near silence', nearSilent(2), 'silent-answer'],
  ])('(%s) is spoken once more from the beginning, without being heard again', async (_, step, code) => {
    rig.standin.script.nextRequest('speak', step);
    const { turn, sink } = await comesThrough();
    expect(sink.restarts).toEqual([code]);
    expect(hearings()).toHaveLength(1);
    expect(speeches()).toHaveLength(2);
    expect(turn.meter.sentWhole).toBe(1);
    expect(turn.marks.heard).toBeLessThan(turn.marks.firstAudio ?? 0);
    // What was told of the words is told again: the restart has voided it.
    expect(sink.texts).toHaveLength(4);
  });
});

describe('nonsense from the service', () => {
  const bodies = [
    '{"candidates":7}',
    '{"candidates":[null]}',
    '{"candidates":[{"content":{"parts":7}}]}',
    '{"candidates":[{"content":{"parts":[{"text":7,"inlineData":{"data":7}}]}}]}',
    '{"candidates":[{"content":{"parts":[{"inlineData":{"data":"AAAA","mimeType":"audio/mp3"}}]}}]}',
    '[]',
    '7',
    '{"cand',
  ];
  it.each(bodies)('(%s) ends the turn with a fault, not the process', async (body) => {
    const json = { at: 'request', do: 'refuse', status: 200, body } as const;
    rig.standin.script.everyRequest('hear', { ...json, type: 'application/json' });
    const hearing = await rig
      .cascade()
      .interpret(spokenTurn(0.3), LANGUAGES, gathering(), never)
      .catch((e) => e);
    expect(hearing).toBeInstanceOf(Fault);
    rig.standin.script.clear();
    const events = { ...json, body: `data: ${body}\n\n`, type: 'text/event-stream' };
    rig.standin.script.everyRequest('speak', events);
    const speaking = await rig
      .cascade()
      .interpret(spokenTurn(0.3), LANGUAGES, gathering(), never)
      .catch((e) => e);
    expect(speaking).toBeInstanceOf(Fault);
  });
});

describe('what goes wrong twice', () => {
  it.each([
    ['hear', requestRefused(503), 'service-error'],
    ['hear', requestNeverAnswered, 'no-answer'],
    ['hear', notJson, 'service-garbled'],
    ['hear', endedBy('SAFETY'), 'answer-broken-off'],
    ['speak', noSpeech, 'silent-answer'],
    ['speak', answeredBy(`data: ${TOO_DEEP}\n\n`, 'text/event-stream'), 'service-garbled'],
    ['speak', speechTruncated(2), 'answer-broken-off'],
    ['speak', requestResetAt({ chunks: 2 }), 'connection-lost'],
  ] as const)('(%s: %o) fails the turn visibly, after two requests', async (kind, step, code) => {
    rig.standin.script.everyRequest(kind, step);
    await failsWith(code);
    expect(rig.standin.requests.filter((request) => request.kind === kind)).toHaveLength(2);
  });
});

describe('what another try would not repair', () => {
  it.each(['hear', 'speak'] as const)('the quota (%s) is asked for once', async (kind) => {
    rig.standin.script.everyRequest(kind, requestQuotaExceeded);
    const told: Availability[] = [];
    const engine = rig.cascade();
    engine.watch({
      availability: (availability) => told.push(availability),
      condition: () => {},
      notes: () => {},
    });
    const fault = await failsWith('quota', engine);
    expect(fault.detail).toBe('HTTP 429, in words like /exceeded your current quota|quota exceeded/i');
    expect(rig.standin.requests.filter((request) => request.kind === kind)).toHaveLength(1);
    expect(told.at(-1)).toEqual({ is: 'unreachable', fault });
  });

  it('a key that is refused, whatever characters it has', async () => {
    const body = JSON.stringify({
      error: { code: 400, message: `API key not valid: ${KEY}`, status: 'INVALID_ARGUMENT' },
    });
    rig.standin.script.everyRequest('hear', { at: 'request', do: 'refuse', status: 400, body });
    await failsWith('key-refused');
    expect(hearings()).toHaveLength(1);
  });

  it('a setting that the model does not take', async () => {
    await failsWith('setup-rejected', rig.cascade({ voice: 'Alloy' }));
  });

  it('a refusal whose words are cut within a character', async () => {
    const message = 'Paramètre non valide';
    const body = Buffer.from(JSON.stringify({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }));
    const server = createServer((_, response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.write(body.subarray(0, body.indexOf('è') + 1));
      response.end(body.subarray(body.indexOf('è') + 1));
    });
    const url = rig.serve('french.test', server);
    const world = { ...rig.world, confidentiality: new Confidentiality(false) };
    const fault = await failsWith('setup-rejected', new Cascade(serviceAt(url), CASCADE, world));
    expect(fault.detail).toContain(message);
  });
});

describe('a model that is gone', () => {
  it('is told, and the next of its list is used', async () => {
    let told: readonly string[] = [];
    const engine = rig.cascade({
      hearingModels: ['gemini-1.0', 'gemini-3.8-flash'],
      speechModels: ['gemini-1.0-tts', 'gemini-3.8-flash-tts'],
    });
    const conditions: boolean[] = [];
    engine.watch({
      availability: () => {},
      condition: (_, on) => void conditions.push(on),
      notes: (notes) => {
        told = notes;
      },
    });
    await comesThrough(engine);
    expect(rig.standin.requests.map(({ model }) => model)).toEqual([
      'gemini-3.8-flash',
      'gemini-3.8-flash-tts',
    ]);
    expect(conditions.at(-1)).toBe(true);
    expect(told).toEqual([
      expect.stringMatching(
        /^cascade: gemini-1\.0 is refused by the service \(HTTP 404, in words like .*cascade\.hearing_models$/,
      ),
      expect.stringMatching(
        /^cascade: gemini-1\.0-tts .*: gemini-3\.8-flash-tts is used; take .* out of cascade\.speech_models$/,
      ),
    ]);
  });

  it('is not asked for again, with the same key', async () => {
    const engine = rig.cascade({ hearingModels: ['gemini-3.8-flash'] });
    const body = JSON.stringify({
      error: { code: 404, message: modelNotFound('gemini-3.8-flash', 'v1beta', 'x') },
    });
    rig.standin.script.nextRequest('hear', { at: 'request', do: 'refuse', status: 404, body });
    await failsWith('model-gone', engine);
    expect(hearings()).toHaveLength(1);
    await failsWith('model-gone', engine);
    expect(hearings()).toHaveLength(1);
  });

  it('with none behind it is a fault', async () => {
    await failsWith('model-gone', rig.cascade({ hearingModels: ['gemini-1.0'] }));
  });
});

describe('the network', () => {
  it('that refuses is a fault, tried again until the time is up, and costs nothing', async () => {
    rig.network.refuse();
    const turn = spokenTurn(0.3);
    const sink = gathering();
    const failed = rig.cascade().interpret(turn, LANGUAGES, sink, never);
    await expect(failed).rejects.toMatchObject({ code: 'network-unreachable' });
    expect(rig.clock.now()).toBeGreaterThanOrEqual(CASCADE.deliverWithinMs);
    expect(sink.restarts.length).toBeGreaterThan(1);
    expect(turn.meter).toMatchObject({ attempts: 0, sentWhole: 0, sentSeconds: 0 });
  });

  it('that accepts and never says a word is noticed', async () => {
    const url = rig.serve('silent.test', createServer());
    await failsWith('no-answer', rig.cascade({ deliverWithinMs: 0 }, url));
    const { connectTimeoutMs, hearingTimeoutMs } = CASCADE;
    expect(rig.clock.now()).toBeLessThan(connectTimeoutMs + hearingTimeoutMs);
  });

  it('that takes the sound too slowly is told from a service that does not answer', async () => {
    rig.network.bandwidth(64, 'up');
    // More than the system's buffers take.
    const turn = spokenTurn(10);
    const failed = rig.cascade({ deliverWithinMs: 0 }).interpret(turn, LANGUAGES, gathering(), never);
    await expect(failed).rejects.toMatchObject({ code: 'network-slow' });
    expect(turn.meter).toMatchObject({ attempts: 1, sentWhole: 0 });
    const connectedMs = turn.marks.connected ?? Number.NaN;
    expect(rig.clock.now() - connectedMs).toBeCloseTo(CASCADE.uplinkStallMs + turn.seconds * 1000, 6);
  });

  it.each([
    ['closed', 'network-unreachable'],
    ['reset', 'connection-lost'],
    ['silent', 'no-answer'],
    [{ portal: 'redirect' }, 'captive-portal'],
    [{ portal: 'page' }, 'captive-portal'],
    [{ status: 403, as: 'html' }, 'captive-portal'],
    [{ status: 403 }, 'permission-denied'],
    [{ status: 429 }, 'quota'],
    [{ status: 503, as: 'html' }, 'service-error'],
  ] as const)('at a door that is %j is told what is wrong with it', async (mode, code) => {
    stands(mode);
    await failsWith(code, rig.cascade({ deliverWithinMs: 0 }));
  });

  it('may be slow', async () => {
    rig.network.latency(500);
    await comesThrough();
  });

  // That dial() really checks the certificates is stated by test/rig/real/network-port.rig.test.ts.
  describe('with TLS', () => {
    const secure = async () =>
      (await rig.another('secure.test', { protocol: 'https', answerer: scriptedAnswerer() })).url;

    it('is let through by a certificate that is trusted', async () => {
      const url = await secure();
      const turn = spokenTurn(1);
      const engine = rig.cascade({}, url);
      expect((await engine.interpret(turn, LANGUAGES, gathering(), never)).outcome).toBe('translated');
      expect(turn.meter.attempts).toBe(1);
      for (const [kind, code] of [
        ['expired', 'clock-wrong'],
        ['not yet valid', 'clock-wrong'],
        ['other name', 'captive-portal'],
      ] as const) {
        rig.network.certificate(kind);
        const { detail } = await failsWith(code, rig.cascade({ deliverWithinMs: 0 }, url));
        if (code === 'clock-wrong') expect(detail).toContain('it is 2026-12-01T12:00:');
      }
    });

    it('is not trusted with a certificate of nobody', async () => {
      rig.network.certificate('self-signed');
      await failsWith('captive-portal', rig.cascade({ deliverWithinMs: 0 }, await secure()));
    });

    it('that never ends its handshake is given up in time', async () => {
      const url = await secure();
      const engine = rig.cascade({ deliverWithinMs: 0 }, url);
      // Name and TCP take 20 ms, the handshake 10 more.
      rig.clock.after(25, () => rig.network.halfOpen());
      await failsWith('connect-timeout', engine);
      expect(rig.clock.now()).toBe(CASCADE.connectTimeoutMs);
    });
  });

  it('that redirects to a page does not give it the key', async () => {
    const got: string[] = [];
    const elsewhere = rig.serve(
      'portal.test',
      createServer((request, response) => {
        got.push(`${request.headers['x-goog-api-key']}`);
        response.end('<html>');
      }),
    );
    const redirecting = createServer((_, response) => {
      response.writeHead(302, { location: elsewhere }).end();
    });
    const url = rig.serve('redirecting.test', redirecting);
    await failsWith('captive-portal', rig.cascade({ deliverWithinMs: 0 }, url));
    expect(got).toEqual([]);
  });
});

describe('a turn that is given up', () => {
  it.each([
    ['while it is heard', 'hear', requestNeverAnswered],
    ['before its first sound', 'speak', requestNeverAnswered],
    ['in the middle of its speech', 'speak', requestStallsAfter(2)],
  ] as const)('%s ends its request at the service', async (_, kind, step) => {
    rig.standin.script.everyRequest(kind, step);
    const abort = new AbortController();
    const running = rig.cascade().interpret(spokenTurn(1), LANGUAGES, gathering(), abort.signal);
    await rig.until(() => rig.standin.requests.some((request) => request.kind === kind));
    await sleep(rig.clock, 3000);
    abort.abort(new Error('superseded'));
    await expect(running).rejects.toThrow('superseded');
    await rig.until(() => rig.standin.requests.at(-1)?.outcome === 'given up');
  });

  it('at any moment ends with the reason, and leaves nothing running', async () => {
    const engine = rig.cascade();
    const turns = Array.from({ length: 24 }, async (_, i) => {
      const abort = new AbortController();
      const running = engine.interpret(spokenTurn(0.3), LANGUAGES, gathering(), abort.signal);
      // From the first look-up of the name to the last of the sound.
      rig.clock.after(i * 100, () => abort.abort(new Error('superseded')));
      await expect(running).rejects.toThrow('superseded');
    });
    await Promise.all(turns);
    await rig.until(() => rig.standin.requests.every(({ outcome }) => outcome !== 'answering'));
    await comesThrough(engine);
  });

  it('while it is still being spoken sends nothing', async () => {
    const abort = new AbortController();
    const turn = new Turn();
    turn.append(spokenTurn(0.3).frames);
    const running = rig.cascade().interpret(turn, LANGUAGES, gathering(), abort.signal);
    abort.abort(new Error('superseded'));
    await expect(running).rejects.toThrow('superseded');
    expect(rig.standin.requests).toEqual([]);
  });

  it('between two tries is not tried again', async () => {
    const abort = new AbortController();
    rig.network.refuse();
    const sink = { ...gathering(), restarted: () => abort.abort(new Error('superseded')) };
    const running = rig.cascade().interpret(spokenTurn(0.3), LANGUAGES, sink, abort.signal);
    await expect(running).rejects.toThrow('superseded');
  });
});

describe('availability', () => {
  it('is asked for without a turn, and costs no request', async () => {
    const told: string[] = [];
    const engine = rig.cascade();
    engine.watch({ availability: ({ is }) => void told.push(is), condition: () => {}, notes: () => {} });
    engine.prepare(LANGUAGES);
    await rig.until(() => told.length === 2);
    expect(told).toEqual(['connecting', 'ready']);
    engine.prepare(LANGUAGES); // fresh enough
    await engine.check();
    expect(told).toEqual(['connecting', 'ready']);
    expect(rig.standin.requests).toEqual([]);
  });

  it('is asked for anew behind a refusal, however lately the service had answered', async () => {
    const told: string[] = [];
    const engine = rig.cascade();
    engine.watch({ availability: ({ is }) => void told.push(is), condition: () => {}, notes: () => {} });
    engine.prepare(LANGUAGES);
    await rig.until(() => told.length === 2);
    expect(told).toEqual(['connecting', 'ready']);
    rig.standin.script.nextRequest('hear', requestQuotaExceeded);
    await failsWith('quota', engine);
    expect(told.at(-1)).toBe('unreachable');
    engine.prepare(LANGUAGES);
    await rig.until(() => told.at(-1) === 'ready');
  });

  it('tells why it could not be had', async () => {
    rig.network.refuse();
    const told: Availability[] = [];
    const engine = rig.cascade();
    engine.watch({
      availability: (availability) => void told.push(availability),
      condition: () => {},
      notes: () => {},
    });
    await engine.check();
    expect(told).toMatchObject([{ is: 'unreachable', fault: { code: 'network-unreachable' } }]);
    engine.prepare(LANGUAGES);
    await rig.until(() => told.length === 3);
    expect(told[2]).toMatchObject({ is: 'unreachable', fault: { code: 'network-unreachable' } });
  });
});

describe('the SDK itself (3.1.0)', () => {
  const client = () =>
    new GoogleGenAI({
      apiKey: KEY,
      apiVersion: 'v1beta',
      httpOptions: { baseUrl: rig.standin.url, fetch: fetchOver(rig.standin.dial) },
    });

  it('ends a request whose abortSignal is raised', async () => {
    rig.standin.script.everyRequest('hear', requestNeverAnswered);
    const abort = new AbortController();
    const made = client().models.generateContent({
      model: 'gemini-3.5-flash-lite',
      contents: 'hello',
      config: { abortSignal: abort.signal },
    });
    await rig.standin.next('request');
    abort.abort();
    await expect(made).rejects.toThrow(/abort/i);
    await rig.until(() => rig.standin.requests[0]?.outcome === 'given up');
  });

  it('sends its time-out to the service, which refuses one below ten seconds', async () => {
    const made = client().models.generateContent({
      model: 'gemini-3.5-flash-lite',
      contents: 'hello',
      config: { httpOptions: { timeout: 9000 } },
    });
    await expect(made).rejects.toMatchObject({ status: 400 });
  });

  it('leaves a stream running that is no longer read: only an abort ends it', async () => {
    rig.standin.script.everyRequest('speak', requestStallsAfter(1));
    const abort = new AbortController();
    const stream = await client().models.generateContentStream({
      model: 'gemini-3.8-flash-tts',
      contents: SAID,
      config: { responseModalities: ['AUDIO'], abortSignal: abort.signal },
    });
    for await (const _ of stream) break;
    await sleep(rig.clock, 60_000);
    expect(rig.standin.requests[0]?.outcome).toBe('answering');
    abort.abort();
    await rig.until(() => rig.standin.requests[0]?.outcome === 'given up');
  });
});
