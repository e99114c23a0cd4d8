import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Cascade } from '../../src/interpreters/cascade/cascade.ts';
import { Confidentiality } from '../../src/interpreters/gemini/confidentiality.ts';
import type { Availability } from '../../src/interpreters/interpreter.ts';
import { Fault } from '../../src/kiosk/faults.ts';
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
import { answeredBy, cascadeRig } from '../rig/cascade.ts';
import { TOO_DEEP } from '../rig/hostile.ts';
import { CASCADE, gathering, KEY, LANGUAGES, never, secondsOf, serviceAt, spokenTurn } from '../rig/live.ts';
import { scriptedAnswerer } from '../rig/standin.ts';

/** The cascade over the real SDK and the stand-in: what goes wrong, unseen or visibly. */

const { rig, hearings, speeches, comesThrough, failsWith, stands } = cascadeRig();

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
    // The words are reported again: the restart has voided the first report.
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

  it('that takes the sound too slowly is distinguished from a service that does not answer', async () => {
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
  ] as const)('at a service that is %j fails with the fault that says why', async (mode, code) => {
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
