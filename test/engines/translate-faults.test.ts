import { describe, expect, it } from 'vitest';
import type { Availability } from '../../src/interpreters/interpreter.ts';
import type { Translate } from '../../src/interpreters/live/translate/translate.ts';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import {
  closedBeforeSetupComplete,
  closedIn,
  nearSilent,
  quotaExceeded,
  resetIn,
  setupNeverCompleted,
} from '../../src/standin/faults/faults.ts';
import { Turn } from '../../src/turn/turn.ts';
import { engineRig } from '../rig/engines.ts';
import { gathering, KEY, never, secondsOf, spokenTurn } from '../rig/live.ts';
import {
  framesFor,
  GUEST_SPEAKS,
  guestComesThrough,
  guestFailsWith,
  lengthsOf,
  pauseFor,
  quiet,
  served,
  sound,
  TRANSLATE_MODEL,
} from '../rig/translate.ts';

/** Live Translate when things go wrong: no turn is lost, half heard or heard twice. */

const rig = engineRig();

const comesThrough = (engine = rig.translate()) => guestComesThrough(rig.standin, engine);
const failsWith = (code: FaultCode, engine = rig.translate()) => guestFailsWith(code, engine);

describe('a session that', () => {
  it('streams nothing but silence is a fault, after a second try', async () => {
    rig.standin.script.everyTurn({ omit: ['audio', 'outputTranscription'] });
    const { turn, sink } = await failsWith('silent-answer');
    expect(turn.meter.attempts).toBe(2);
    expect(sink.samples).toEqual([]);
    // It was streamed to us, and is counted.
    expect(turn.meter.receivedSeconds).toBeGreaterThan(1);
  });

  it.each([
    ['streams nothing but silence', [{ omit: ['audio', 'outputTranscription'] } as const]],
    ['streams near silence', [nearSilent(2), { omit: ['outputTranscription'] } as const]],
    ['stops streaming before it says anything', [{ at: 'answer', do: 'hang' } as const]],
    ['stops streaming in mid-sentence', [{ at: { chunks: 2 }, do: 'hang' } as const]],
  ])('%s is left for a fresh one, which gets the whole utterance', async (_, steps) => {
    rig.standin.script.nextTurn(...steps);
    const { turn, sink } = await comesThrough();
    expect(turn.meter.attempts).toBe(2);
    expect(sink.restarts).toHaveLength(1);
  });

  it('never stops speaking is a fault', async () => {
    rig.standin.script.everyTurn({ answer: { pcm24k: sound(120) } });
    await failsWith('answer-endless');
  });

  it('never stops telling texts, without a sound, is a fault', async () => {
    const trickle = Array.from({ length: 60 }, (_, i) => ({
      at: { chunks: i + 1 },
      do: 'send' as const,
      message: { serverContent: { outputTranscription: { text: '.' } } },
    }));
    rig.standin.script.everyTurn({ answer: { pcm24k: quiet(60) } }, ...trickle);
    await failsWith('silent-answer');
  });

  it('streams no sound at all is a fault', async () => {
    rig.standin.script.everyConnection({ at: 'ready', do: 'hang' });
    await failsWith('no-answer');
  });
});

describe('a connection that ends under a turn', () => {
  it.each([
    ['with 1011 while people speak', closedIn('firstAudio', 1011, 'Internal error encountered.')],
    ['with 1011 instead of an answer', closedIn('activityEnd', 1011, 'Internal error encountered.')],
    ['with 1011 before the first sound', closedIn('answer', 1011, 'Internal error encountered.')],
    ['with 1011 in mid-answer', closedIn({ chunks: 2 }, 1011, 'Internal error encountered.')],
    ['with 1011 behind the last word', closedIn({ chunks: 3 }, 1011, 'Internal error encountered.')],
    ['with 1008 because its time was up', closedIn('activityEnd', 1008, '')],
    ['by a reset while people speak', resetIn('firstAudio')],
    ['by a reset instead of an answer', resetIn('activityEnd')],
    ['by a reset in mid-answer', resetIn({ chunks: 2 })],
    [
      'by something that is no JSON',
      { at: { chunks: 1 }, do: 'sendText', text: '{"serverContent":' } as const,
    ],
  ])('%s loses nothing: the whole utterance is sent on a fresh one', async (_, step) => {
    rig.standin.script.nextTurn(step);
    const { turn } = await comesThrough();
    expect(turn.meter.attempts).toBe(2);
    expect(turn.meter.sentSeconds).toBeGreaterThan(secondsOf(turn));
    expect(turn.meter.sentSeconds).toBeLessThan(2 * secondsOf(turn) + 0.001);
  });

  it('while the utterance is still being spoken loses nothing of it', async () => {
    rig.standin.script.nextTurn(resetIn('firstAudio'));
    const turn = new Turn();
    turn.append(framesFor(0.5));
    const sink = gathering();
    const interpreted = rig.translate().interpret(turn, GUEST_SPEAKS, sink, never);
    await rig.standin.next('closed');
    turn.append(framesFor(0.5));
    turn.close();
    expect((await interpreted).outcome).toBe('translated');
    expect(served(rig.standin).at(-1)?.turns[0]?.audioSeconds).toBeCloseTo(1);
    expect(lengthsOf(sink).loud).toBeCloseTo(0.6, 1);
  });

  it('again and again fails the turn visibly', async () => {
    rig.standin.script.everyTurn(resetIn('activityEnd'));
    await failsWith('connection-lost');
  });

  it.each(['0s', '0.5s', '1s', '2s', '50s'])(
    'because the service asked for it with %s left loses nothing',
    async (timeLeft) => {
      rig.standin.script.nextTurn(
        { at: 'firstAudio', do: 'goAway', timeLeft },
        { at: 'activityEnd', do: 'close', code: 1008, reason: '' },
      );
      await comesThrough();
    },
  );

  it('in time is left before it does', async () => {
    rig.standin.script.nextTurn(
      { answer: { pcm24k: sound(30) } },
      { at: { chunks: 1 }, do: 'goAway', timeLeft: '1.2s' },
    );
    const { sink } = await comesThrough();
    expect(sink.restarts).toEqual(['session-expired']);
  });
});

describe('the service', () => {
  /** What the watcher was told, in short. */
  function told(engine: Translate) {
    const availabilities: string[] = [];
    const conditions: string[] = [];
    const availability = (now: Availability) =>
      availabilities.push(now.is === 'unreachable' ? `unreachable: ${now.fault.code}` : now.is);
    engine.watch({
      availability,
      condition: (fault, on) => conditions.push(`${fault.code} ${on ? 'on' : 'off'}`),
      notes: () => {},
    });
    return { availabilities, conditions };
  }

  it('is reported as ready when it answers', async () => {
    const engine = rig.translate();
    const { availabilities } = told(engine);
    await comesThrough(engine);
    expect(availabilities).toEqual(['connecting', 'ready', 'ready']);
  });

  it('whose quota is used up is not asked again, and is reported as unreachable', async () => {
    rig.standin.script.everyConnection(...quotaExceeded);
    rig.standin.script.everyTurn({ at: 'answer', do: 'delay', ms: 5000 });
    const engine = rig.translate();
    const { availabilities } = told(engine);
    await failsWith('quota', engine);
    expect(availabilities.at(-1)).toBe('unreachable: quota');
    expect(rig.standin.connections.length).toBeLessThanOrEqual(2);
  });

  it('that refuses the key is not asked again', async () => {
    rig.standin.script.everyConnection(closedBeforeSetupComplete(1008, `API key ${KEY} not valid.`));
    await failsWith('key-refused');
    expect(rig.standin.connections.length).toBeLessThanOrEqual(2);
  });

  it('that does not offer the model any more is asked for the next one', async () => {
    const engine = rig.translate({ models: ['gemini-3.0-live-translate-preview', TRANSLATE_MODEL] });
    const { conditions } = told(engine);
    const { turn } = await comesThrough(engine);
    expect(turn.meter.uses.map(({ model }) => model)).toEqual([TRANSLATE_MODEL]);
    expect(conditions).toEqual(['model-gone on']);
  });

  it('that never completes a set-up is given up in time, and the turn comes through on a fresh one', async () => {
    rig.standin.script.nextConnection(setupNeverCompleted);
    await comesThrough();
  });
});

describe('a turn that is cancelled', () => {
  it('in mid-answer ends at once, with its connection', async () => {
    rig.standin.script.nextTurn({ answer: { pcm24k: sound(30) } });
    const abort = new AbortController();
    const sink = { ...gathering(), audio: () => abort.abort(new Error('superseded')) };
    const turn = spokenTurn(1);
    await expect(rig.translate().interpret(turn, GUEST_SPEAKS, sink, abort.signal)).rejects.toThrow(
      'superseded',
    );
    await rig.standin.next('closed');
    expect(served(rig.standin)[0]?.closed?.by).toBe('client');
    expect(turn.meter.attempts).toBe(1);
  });

  it('while it is being spoken ends at once, and nothing of it is played', async () => {
    const abort = new AbortController();
    const turn = new Turn();
    turn.append(framesFor(1));
    turn.append(pauseFor(0.9));
    const sink = gathering();
    const interpreted = rig.translate().interpret(turn, GUEST_SPEAKS, sink, abort.signal);
    await rig.standin.next('said');
    abort.abort(new Error('the turn was dropped'));
    await expect(interpreted).rejects.toThrow('the turn was dropped');
    expect(sink.samples).toEqual([]);
  });
});

describe('a handler that throws', () => {
  it('ends the turn, not the process', async () => {
    const sink = {
      ...gathering(),
      audio: () => {
        throw new Error('the loudspeaker has gone');
      },
    };
    const turn = rig.translate().interpret(spokenTurn(0.3), GUEST_SPEAKS, sink, never);
    await expect(turn).rejects.toMatchObject({ code: 'service-garbled' });
  });
});
