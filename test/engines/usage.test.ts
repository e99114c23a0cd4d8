import { describe, expect, it } from 'vitest';
import {
  noAudio,
  noSpeech,
  promptBlocked,
  requestRefused,
  resetIn,
} from '../../src/standin/faults/faults.ts';
import { OUT_RATE } from '../../src/standin/protocol/sound.ts';
import { tokensTold } from '../../src/turn/tokens.ts';
import type { Turn } from '../../src/turn/turn.ts';
import { engineRig } from '../rig/engines.ts';
import { gathering, LANGUAGES, never, spokenTurn } from '../rig/live.ts';
import { tone } from '../rig/standin.ts';

/** The service's own count of a turn, over the real SDK: what is kept of it is what the stand-in says it billed. */

const rig = engineRig();

const reported = (turns: readonly Turn[]) =>
  turns.flatMap(({ meter }) => meter.uses.map((use) => use.reported));

/** Turn by turn, in the order in which they began. */
const billed = () =>
  rig.standin.connections.flatMap(({ turns }) => turns.map((turn) => tokensTold(turn.billed)));

const billedRequests = () => rig.standin.requests.map((request) => tokensTold(request.billed));

const open = () => rig.standin.connections.filter(({ closed, setup }) => setup && !closed);

/** So long that it is complete long before it would have been played: its count comes 10 s later. */
const LONG = { answer: { pcm24k: tone(15, OUT_RATE) } };

describe('the count of a dialogue turn', () => {
  it('comes after its end, which does not wait for it', async () => {
    rig.standin.script.everyTurn(LONG);
    const turn = spokenTurn(1);
    await rig.dialogue().interpret(turn, LANGUAGES, gathering(), never);
    expect(reported([turn])).toEqual([undefined]);
    expect(turn.counted).toBeDefined();
    await turn.counted;
    expect(reported([turn])).toEqual(billed());
    expect(turn.meter.uses).toMatchObject([
      { engine: 'dialogue', reported: { audioIn: 25, audioOut: 375, textOut: 0 } },
    ]);
    expect(turn.counted).toBeUndefined();
  });

  it('of each try is kept, where it was reported', async () => {
    const engine = rig.dialogue();
    for (const [step, told] of [
      [noAudio, true],
      [resetIn('activityEnd'), false],
      [resetIn({ chunks: 3 }), false],
    ] as const) {
      rig.standin.script.nextTurn(step);
      const turn = spokenTurn(1);
      await engine.interpret(turn, LANGUAGES, gathering(), never);
      await turn.counted;
      expect(turn.meter.uses).toHaveLength(2);
      expect(reported([turn])).toEqual(billed().slice(-2));
      expect(reported([turn])[0] !== undefined).toBe(told);
      expect(reported([turn])[1]).toBeDefined();
    }
  });

  it.each([
    ['has been told', true],
    ['is still to come', false],
  ])('on a connection of several goes to its own turn, when that of the one before %s', async (_, told) => {
    if (!told) rig.standin.script.everyTurn(LONG);
    const engine = rig.dialogue({ turnsPerConnection: 10, compressAtTokens: 100_000 });
    const turns: Turn[] = [];
    for (let i = 0; i < 5; i++) {
      const turn = spokenTurn(1 + i / 2);
      turns.push(turn);
      await engine.interpret(turn, LANGUAGES, gathering(), never);
      if (told) await turn.counted;
    }
    await turns.at(-1)?.counted;
    expect(open()).toHaveLength(1);
    expect(reported(turns)).toEqual(billed());
    expect(new Set(reported(turns).map((tokens) => tokens?.audioIn)).size).toBe(5);
    // What was said and heard before is in it.
    expect(turns.at(-1)?.meter.uses[0]?.earlierSeconds).toBeCloseTo(7 + 4 * (told ? 0.6 : 15));
  });

  it('of a turn that was cancelled is not there: its connection is closed, and our own count stands', async () => {
    const abort = new AbortController();
    const turn = spokenTurn(1);
    const sink = { ...gathering(), audio: () => abort.abort(new Error('superseded')) };
    const cancelled = rig.dialogue().interpret(turn, LANGUAGES, sink, abort.signal);
    await expect(cancelled).rejects.toThrow('superseded');
    await turn.counted;
    expect(reported([turn])).toEqual([undefined]);
    expect(turn.meter.uses[0]?.sentSeconds).toBeCloseTo(1);
    expect(turn.meter.uses[0]?.receivedSeconds).toBeGreaterThan(0);
    await rig.until(() => rig.standin.connections.every(({ closed }) => closed !== undefined));
    expect(billed()).toEqual([undefined]);
  });

  it('that never comes is waited for in bounded time', async () => {
    rig.standin.script.everyTurn({ omit: ['usageMetadata'] });
    const turn = spokenTurn(1);
    await rig.dialogue().interpret(turn, LANGUAGES, gathering(), never);
    await turn.counted;
    expect(reported([turn])).toEqual([undefined]);
    expect(billed()).toHaveLength(1);
  });

  it('is not waited for after a guest has left: nothing of it stays open', async () => {
    rig.standin.script.everyTurn({ omit: ['usageMetadata'] });
    const engine = rig.dialogue({ spareIdleMs: 0 });
    const turn = spokenTurn(1);
    await engine.interpret(turn, LANGUAGES, gathering(), never);
    expect(open()).toHaveLength(1);
    engine.forget();
    await turn.counted;
    await rig.until(() => open().length === 0);
  });

  it('is waited for on two connections at most', async () => {
    rig.standin.script.everyTurn({ omit: ['usageMetadata'] });
    const engine = rig.dialogue({ spareIdleMs: 0 });
    for (let i = 0; i < 5; i++) await engine.interpret(spokenTurn(0.3), LANGUAGES, gathering(), never);
    await rig.until(() => open().length <= 2);
    expect(open().map(({ id }) => id)).toEqual([4, 5]);
  });
});

describe('the count of a cascade turn', () => {
  it('is that of both its requests', async () => {
    const turn = spokenTurn(1);
    await rig.cascade().interpret(turn, LANGUAGES, gathering(), never);
    expect(turn.counted).toBeUndefined();
    expect(reported([turn])).toEqual(billedRequests());
    const [hearing, speaking] = turn.meter.uses;
    expect(hearing).toMatchObject({
      engine: 'cascade',
      model: 'gemini-3.5-flash-lite',
      sentSeconds: 1,
      receivedSeconds: 0,
      reported: { audioIn: 32, audioOut: 0 },
    });
    expect(speaking).toMatchObject({
      engine: 'cascade',
      model: 'gemini-3.8-flash-lite-tts',
      sentSeconds: 0,
      reported: { audioIn: 0, textOut: 0, audioOut: 50 },
    });
    expect(speaking?.receivedSeconds).toBeCloseTo(2);
    for (const use of [hearing, speaking]) {
      expect(use?.textInTokens).toBe(use?.reported?.textIn);
      expect(use?.textOutTokens ?? 0).toBe(use?.reported?.textOut);
    }
  });

  it('is kept of every try, also of those that failed', async () => {
    rig.standin.script.nextRequest('hear', requestRefused(503));
    rig.standin.script.nextRequest('speak', noSpeech);
    const turn = spokenTurn(1);
    await rig.cascade().interpret(turn, LANGUAGES, gathering(), never);
    expect(turn.meter.uses.map(({ model, sentSeconds }) => [model, sentSeconds])).toEqual([
      ['gemini-3.5-flash-lite', 1],
      ['gemini-3.5-flash-lite', 1],
      ['gemini-3.8-flash-lite-tts', 0],
      ['gemini-3.8-flash-lite-tts', 0],
    ]);
    expect(reported([turn])).toEqual(billedRequests());
    expect(reported([turn]).map((tokens) => tokens !== undefined)).toEqual([false, true, true, true]);
  });

  it('of an utterance that was blocked is kept', async () => {
    rig.standin.script.everyRequest('hear', promptBlocked('PROHIBITED_CONTENT'));
    const turn = spokenTurn(1);
    await expect(rig.cascade().interpret(turn, LANGUAGES, gathering(), never)).rejects.toThrow();
    expect(reported([turn])).toEqual(billedRequests());
    expect(reported([turn])).toMatchObject([{ audioIn: 32 }, { audioIn: 32 }]);
  });

  it('of a turn that was given up has what was sent, and no report', async () => {
    rig.standin.script.everyRequest('hear', { at: 'request', do: 'delay', ms: 60_000 });
    const abort = new AbortController();
    const turn = spokenTurn(1);
    const given = rig.cascade().interpret(turn, LANGUAGES, gathering(), abort.signal);
    await rig.until(() => turn.meter.sentWhole === 1);
    abort.abort(new Error('superseded'));
    await expect(given).rejects.toThrow('superseded');
    expect(turn.meter.uses).toMatchObject([{ sentSeconds: 1 }]);
    expect(reported([turn])).toEqual([undefined]);
  });
});
