import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect, KioskEvent } from './events.ts';
import { lights } from './lights.ts';
import { initialState, type Settings } from './state.ts';
import { SETTINGS } from './testing/settings.ts';
import { nextDeadlineMs, transition } from './transition.ts';

/** What the mind makes of a conversation that goes on hands-free. */

type Bare = KioskEvent extends infer E ? (E extends KioskEvent ? Omit<E, 'atMs'> : never) : never;

/** A desk in hands-free mode whose devices work; each event comes 100 ms after the one before. */
function kiosk(settings: Partial<Settings> = {}) {
  let state = initialState({ ...SETTINGS, talkMode: 'open', ...settings }, 0);
  const effects: Effect[] = [];
  const at = (atMs: number, event: Bare) => {
    const step = transition(state, { atMs, ...event } as KioskEvent);
    state = step.state;
    effects.push(...step.effects);
    return step.effects;
  };
  const does = (event: Bare) => at(state.nowMs + 100, event);
  for (const device of ['microphone', 'loudspeaker', 'panel'] as const)
    does({ event: 'device', device, is: 'working' });
  does({ event: 'service', engine: 'dialogue', service: { is: 'ready' } });
  effects.length = 0;
  return {
    does,
    at,
    effects,
    get state() {
      return state;
    },
    press: () => {
      const done = does({ event: 'talk pressed', button: 'talk' });
      return [...done, ...does({ event: 'talk released', button: 'talk' })];
    },
    /** An utterance of this turn until its translation plays. */
    speaks: (turn: number) => {
      does({ event: 'speech started', turn });
      does({ event: 'utterance ended', turn });
      does({ event: 'heard', turn, language: 'es', clear: true });
      does({ event: 'playing', turn });
    },
    isHeard: (turn: number) => {
      does({ event: 'answered', turn, outcome: 'translated', spoken: true });
      return does({ event: 'drained', turn });
    },
    outcomes: () => effects.flatMap((effect) => (effect.effect === 'report turn' ? [effect.outcome] : [])),
  };
}

const closed = { effect: 'conversation', open: false } as const;

describe('a conversation', () => {
  it('listens again behind each turn, from where the last utterance ended', () => {
    const desk = kiosk();
    desk.press();
    for (const turn of [1, 2, 3]) {
      desk.speaks(turn);
      expect(desk.isHeard(turn)).toContainEqual(
        expect.objectContaining({ effect: 'begin turn', turn: turn + 1, gated: true, continues: true }),
      );
    }
    expect(desk.outcomes()).toEqual(['translated', 'translated', 'translated']);
  });

  it('that nobody can be listened to in any more is closed, and says so once', () => {
    const desk = kiosk();
    desk.press();
    desk.speaks(1);
    desk.does({ event: 'device', device: 'microphone', is: 'microphone-missing' });
    expect(desk.isHeard(1)).toContainEqual(closed);
    expect(desk.outcomes()).toEqual(['translated', 'failed']);
    for (let i = 0; i < 10; i++) desk.at(desk.state.nowMs + 5000, { event: 'tick' });
    expect(desk.outcomes()).toHaveLength(2);
    expect(desk.state.conversation).toBeUndefined();
  });

  it.each(['listening', 'speaking'] as const)(
    'is closed by the mute switch (%s), which is no fault',
    (when) => {
      const desk = kiosk();
      desk.press();
      if (when === 'speaking') desk.speaks(1);
      desk.does({ event: 'muted', on: true });
      if (when === 'speaking') desk.isHeard(1);
      expect(desk.effects).toContainEqual(closed);
      expect(desk.outcomes()).toEqual([when === 'listening' ? 'cancelled' : 'translated']);
      expect(desk.effects.filter(({ effect }) => effect === 'prompt' || effect === 'cue')).toEqual([]);
      desk.does({ event: 'muted', on: false });
      expect(desk.state.activity.doing).toBe('nothing');
    },
  );

  it('is closed when the button that ends it can not be read any more', () => {
    const desk = kiosk();
    desk.press();
    desk.does({ event: 'device', device: 'panel', is: 'panel-missing' });
    expect(desk.effects).toContainEqual(closed);
    expect(desk.outcomes()).toEqual(['cancelled']);
    expect(desk.state.activity.doing).toBe('nothing');
  });

  it('shows whose turn it is', () => {
    const desk = kiosk();
    const shown = () => {
      const { talk, host, guest } = lights(desk.state, []);
      return [talk.look, host.look, guest.look];
    };
    desk.press();
    expect(shown()).toEqual(['on', 'on', 'on']);
    desk.speaks(1);
    expect(shown()).toEqual(['slow blink', 'slow blink', 'off']);
    desk.isHeard(1);
    expect(shown()).toEqual(['on', 'on', 'on']);
    desk.press();
    expect(shown()).toEqual(['off', 'off', 'off']);
  });
});

const turn = fc.integer({ min: 1, max: 6 });
const fault = fc.constantFrom('no-answer', 'quota', 'connection-lost', 'microphone-missing');
const anything: fc.Arbitrary<Bare> = fc.oneof(
  fc.constantFrom(
    { event: 'talk pressed' as const, button: 'talk' as const },
    { event: 'talk released' as const, button: 'talk' as const },
    { event: 'tick' as const },
    { event: 'muted' as const, on: true },
    { event: 'muted' as const, on: false },
    { event: 'repeat pressed' as const },
  ),
  fc.record({
    event: fc.constantFrom(
      'speech started' as const,
      'utterance ended' as const,
      'playing' as const,
      'drained' as const,
      'asked' as const,
    ),
    turn,
  }),
  fc.record({
    event: fc.constant('answered' as const),
    turn,
    outcome: fc.constantFrom('translated' as const, 'nothing said' as const, 'not understood' as const),
    spoken: fc.boolean(),
  }),
  fc.record({ event: fc.constantFrom('turn failed' as const, 'turn delayed' as const), turn, fault }),
  fc.record({
    event: fc.constant('device' as const),
    device: fc.constantFrom('microphone' as const, 'panel' as const),
    is: fc.constantFrom('working' as const, 'microphone-missing' as const),
  }),
);

describe('laws of a conversation, whatever happens and whenever', () => {
  const history = fc.array(fc.tuple(anything, fc.nat(20_000)), { maxLength: 100 });

  it('every turn ends in exactly one outcome, and one that listens is open while, and only while, something goes on', () => {
    fc.assert(
      fc.property(history, fc.constantFrom('open' as const, 'tap' as const), (events, talkMode) => {
        const desk = kiosk({ talkMode });
        let open = false;
        for (const [event, ms] of [...events, [{ event: 'stop' }, 0] as const]) {
          for (const effect of desk.at(desk.state.nowMs + ms, event)) {
            if (effect.effect !== 'conversation') continue;
            expect(effect.open).toBe(!open);
            open = effect.open;
          }
          expect(desk.state.conversation !== undefined).toBe(open);
          if (open) expect(desk.state.activity.doing).not.toBe('nothing');
        }
        expect(open).toBe(false);
        const ended = desk.effects.flatMap((one) => (one.effect === 'report turn' ? [one.turn] : []));
        expect(ended.toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: desk.state.turns }, (_, i) => i + 1),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('left alone, one in which nobody speaks ends by itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3000, max: 600_000 }), (silenceMs) => {
        const desk = kiosk({ silenceMs });
        desk.press();
        for (let i = 0; i < 5 && desk.state.conversation !== undefined; i++)
          desk.at(nextDeadlineMs(desk.state) as number, { event: 'tick' });
        expect(desk.state.conversation).toBeUndefined();
        expect(desk.effects).toContainEqual({ effect: 'cue', cue: 'ended' });
        expect(desk.outcomes()).toEqual(['nothing said']);
      }),
    );
  });
});
