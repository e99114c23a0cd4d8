import { GoogleGenAI } from '@google/genai';
import { describe, expect, it } from 'vitest';
import { sleep } from '../../src/base/time.ts';
import type { Availability } from '../../src/interpreters/interpreter.ts';
import {
  requestNeverAnswered,
  requestQuotaExceeded,
  requestStallsAfter,
} from '../../src/standin/faults/faults.ts';
import { modelNotFound } from '../../src/standin/protocol/models.ts';
import { Turn } from '../../src/turn/turn.ts';
import { cascadeRig } from '../rig/cascade.ts';
import { fetchOver } from '../rig/client.ts';
import { gathering, KEY, LANGUAGES, never, SAID, secondsOf, spokenTurn } from '../rig/live.ts';

/** The cascade over the real SDK and the stand-in: what comes through. */

const { rig, hearings, speeches, comesThrough, failsWith } = cascadeRig();

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

describe('a model that is gone', () => {
  it('is reported, and the next of its list is used', async () => {
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

  it('with none after it is a fault', async () => {
    await failsWith('model-gone', rig.cascade({ hearingModels: ['gemini-1.0'] }));
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

  it('is asked for again after a refusal, however lately the service had answered', async () => {
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

  it('says why the service is not available', async () => {
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
