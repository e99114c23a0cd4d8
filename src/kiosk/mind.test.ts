import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect, KioskEvent } from './events.ts';
import { FAULTS, type FaultCode } from './faults.ts';
import { lights } from './lights.ts';
import { lit } from './looks.ts';
import { faultsOf, initialState, type KioskState, type Settings, serviceOf } from './state.ts';
import { SETTINGS } from './testing/settings.ts';
import { nextDeadlineMs, transition } from './transition.ts';

type Bare = KioskEvent extends infer E ? (E extends KioskEvent ? Omit<E, 'atMs'> : never) : never;

/** A kiosk whose devices work, for telling stories: each event comes 100 ms after the one before. */
function kiosk(settings: Partial<Settings> = {}) {
  let state = initialState({ ...SETTINGS, ...settings }, 0);
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
    talk: () => lights(state, ['es', 'fr']).talk.look,
    reports: () => effects.filter((effect) => effect.effect === 'report turn'),
  };
}

const pressed = { event: 'talk pressed', button: 'talk' } as const;
const released = { event: 'talk released', button: 'talk' } as const;

describe('a turn', () => {
  it('is listened to, interpreted, spoken and over', () => {
    const desk = kiosk();
    desk.does(pressed);
    expect(desk.talk()).toBe('on');
    desk.does(released);
    expect(desk.talk()).toBe('fast blink');
    desk.does({ event: 'heard', turn: 1, language: 'es', clear: true });
    desk.does({ event: 'playing', turn: 1 });
    expect(desk.talk()).toBe('slow blink');
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    expect(desk.reports()).toEqual([]);
    desk.does({ event: 'drained', turn: 1 });
    expect(desk.reports()).toEqual([
      { effect: 'report turn', turn: 1, outcome: 'translated', fault: undefined },
    ]);
    expect(desk.talk()).toBe('off');
    expect(desk.state.speakers.guest).toEqual({ code: 'es', by: 'detected' });
  });

  it('of a short answer is over when the loudspeaker was done before the service said so', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    desk.does({ event: 'drained', turn: 1 });
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    expect(desk.reports()).toHaveLength(1);
  });

  it('in which nothing was said ends with a soft cue and one flash', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'answered', turn: 1, outcome: 'nothing said', spoken: true });
    expect(desk.effects).toContainEqual({ effect: 'cue', cue: 'nothing heard' });
    expect(lights(desk.state, []).talk).toEqual({ look: 'flashes', count: 1 });
  });

  it('pressed while another is awaited supersedes it, visibly', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does(pressed);
    expect(desk.reports()).toMatchObject([{ turn: 1, outcome: 'cancelled' }]);
    expect(desk.effects).toContainEqual({ effect: 'drop turn', turn: 1 });
    expect(desk.talk()).toBe('on');
  });

  it('pressed while a translation plays silences it and listens', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    const effects = desk.does(pressed);
    expect(effects.map(({ effect }) => effect)).toEqual([
      'drop turn',
      'silence',
      'report turn',
      'begin turn',
    ]);
  });

  it('held beyond the limit ends by itself and the button is a fault until it is released', () => {
    const desk = kiosk();
    desk.does(pressed);
    const deadline = nextDeadlineMs(desk.state) as number;
    desk.at(deadline, { event: 'tick' });
    expect(desk.effects).toContainEqual(expect.objectContaining({ effect: 'end utterance', turn: 1 }));
    expect(faultsOf(desk.state)).toEqual(['button-stuck']);
    desk.does(released);
    expect(faultsOf(desk.state)).toEqual([]);
    expect(desk.effects.filter(({ effect }) => effect === 'end utterance')).toHaveLength(1);
  });

  it('that takes long is told of once', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    for (const ms of [1999, 1, 500, 5000]) desk.at(desk.state.nowMs + ms, { event: 'tick' });
    expect(desk.effects.filter((effect) => effect.effect === 'cue')).toEqual([
      { effect: 'cue', cue: 'working' },
    ]);
  });

  it.each([
    [
      'without a microphone',
      { event: 'device', device: 'microphone', is: 'microphone-missing' },
      'microphone-missing',
    ],
    [
      'without a loudspeaker',
      { event: 'device', device: 'loudspeaker', is: 'loudspeaker-missing' },
      'loudspeaker-missing',
    ],
    ['with the microphone muted', { event: 'muted', on: true }, 'muted'],
  ] as const)('%s fails at once, and says so', (_, trouble, fault) => {
    const desk = kiosk();
    desk.does(trouble);
    desk.does(pressed);
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault }]);
    expect(desk.effects).toContainEqual({ effect: 'cue', cue: 'trouble' });
    expect(desk.effects.map(({ effect }) => effect)).not.toContain('begin turn');
  });

  it('fails when the microphone goes while people speak', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does({ event: 'device', device: 'microphone', is: 'microphone-missing' });
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'microphone-missing' }]);
  });

  it('outlives a loudspeaker that dies and comes back, and fails when its sound was given up', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    desk.does({ event: 'device', device: 'loudspeaker', is: 'loudspeaker-failed' });
    expect(desk.reports()).toEqual([]);
    desk.does({ event: 'turn failed', turn: 1, fault: 'loudspeaker-failed' });
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'loudspeaker-failed' }]);
    desk.does(pressed);
    expect(desk.talk()).toBe('on');
  });

  it('knows who speaks where there are two talk buttons', () => {
    const desk = kiosk();
    desk.does({ event: 'talk pressed', button: 'talk-host' });
    expect(desk.effects).toContainEqual(
      expect.objectContaining({
        effect: 'begin turn',
        languages: { host: 'en', guest: 'es', anyGuest: true, speaker: 'host' },
      }),
    );
  });
});

describe('a turn that meets trouble', () => {
  const unreachable = {
    event: 'service',
    engine: 'dialogue',
    service: { is: 'unreachable', fault: 'network-unreachable' },
  } as const;
  const languages = ['en', 'es'];
  const prompts = (effects: readonly Effect[]) =>
    effects.flatMap((effect) => (effect.effect === 'prompt' ? [effect.prompt] : []));

  it('is listened to without a network, and who spoke is told at once that it takes a moment', () => {
    const desk = kiosk();
    desk.does(unreachable);
    desk.does(pressed);
    expect(desk.talk()).toBe('on');
    expect(lights(desk.state, []).reconnect.look).toBe('fast blink');
    expect(desk.does(released)).toContainEqual({ effect: 'prompt', prompt: 'one moment', languages });
  });

  it('is not given a vain hope when its fault does not pass in seconds', () => {
    const desk = kiosk();
    desk.does({ event: 'service', engine: 'dialogue', service: { is: 'unreachable', fault: 'quota' } });
    desk.does(pressed);
    expect(prompts(desk.does(released))).toEqual([]);
    expect(prompts(desk.does({ event: 'turn failed', turn: 1, fault: 'quota' }))).toEqual(['not available']);
  });

  it('is delivered when the network is back in time', () => {
    const desk = kiosk();
    desk.does(unreachable);
    desk.does(pressed);
    desk.does(released);
    desk.at(desk.state.nowMs + 14_000, { event: 'playing', turn: 1 });
    expect(desk.talk()).toBe('slow blink');
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    desk.does({ event: 'drained', turn: 1 });
    expect(desk.reports()).toMatchObject([{ outcome: 'translated' }]);
  });

  it('fails visibly and in words when it is not, with what kept it', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'turn delayed', turn: 1, fault: 'connect-timeout' });
    for (const ms of [2000, 13_000]) desk.at(desk.state.nowMs + ms, { event: 'tick' });
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'connect-timeout' }]);
    expect(prompts(desk.effects)).toEqual(['one moment', 'not available']);
  });

  it('that the service never answers fails although nobody tells of any fault', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.at(desk.state.nowMs + 15_000, { event: 'tick' });
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'no-answer' }]);
    expect(prompts(desk.effects)).toEqual(['speak again']);
  });

  it('in the middle of its translation begins again: silence, a cue, and the whole of it', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    expect(desk.does({ event: 'turn delayed', turn: 1, fault: 'connection-lost' })).toEqual([
      { effect: 'silence' },
      { effect: 'cue', cue: 'again' },
    ]);
    expect(desk.talk()).toBe('fast blink');
    expect(lights(desk.state, []).reconnect.look).toBe('fast blink');
    desk.does({ event: 'playing', turn: 1 });
    expect(lights(desk.state, []).reconnect.look).toBe('off');
  });

  it('in the middle of a translation of what was said too long ago is not begun again', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    desk.at(desk.state.nowMs + 16_000, { event: 'turn delayed', turn: 1, fault: 'connection-lost' });
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'connection-lost' }]);
  });

  it('that is tried again at once is not told of, unless it takes longer than people wait', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    expect(desk.does({ event: 'turn delayed', turn: 1, fault: 'connection-lost' })).toEqual([]);
    expect(desk.at(desk.state.nowMs + 2000, { event: 'tick' })).toEqual([
      { effect: 'prompt', prompt: 'one moment', languages },
    ]);
  });

  it('speaks to the guest who stands there in the language that was heard', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'heard', turn: 1, language: 'fr', clear: true });
    desk.does({ event: 'turn failed', turn: 1, fault: 'quota' });
    expect(desk.effects).toContainEqual({
      effect: 'prompt',
      prompt: 'not available',
      languages: ['en', 'fr'],
    });
  });
});

describe('a loudspeaker', () => {
  it('that has done with a prompt has not done with the translation', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    desk.does({ event: 'drained', turn: undefined });
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    expect(desk.reports()).toEqual([]);
    desk.does({ event: 'drained', turn: 1 });
    expect(desk.reports()).toMatchObject([{ outcome: 'translated' }]);
  });

  it('that never tells its end does not hold the desk for ever', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    for (let i = 0; i < 10 && desk.reports().length === 0; i++) {
      desk.at(nextDeadlineMs(desk.state) as number, { event: 'tick' });
    }
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'loudspeaker-failed' }]);
  });
});

describe('the connection light', () => {
  it('does not flicker while the connection of the next turn is opened', () => {
    const desk = kiosk();
    desk.does({ event: 'service', engine: 'dialogue', service: { is: 'connecting' } });
    expect(lights(desk.state, []).connection.look).toBe('on');
  });

  it('stays dark while a service that is away is tried again', () => {
    const desk = kiosk();
    desk.does({ event: 'service', engine: 'dialogue', service: { is: 'unreachable', fault: 'quota' } });
    desk.does({ event: 'service', engine: 'dialogue', service: { is: 'connecting' } });
    expect(lights(desk.state, []).connection.look).toBe('off');
  });
});

describe('a lasting condition', () => {
  it('is shown while it lasts and keeps nobody from talking', () => {
    const desk = kiosk();
    desk.does({ event: 'condition', fault: 'model-gone', on: true });
    expect(lights(desk.state, []).reconnect).toEqual(FAULTS['model-gone'].look);
    expect(lights(desk.state, []).connection.look).toBe('on');
    desk.does(pressed);
    expect(desk.talk()).toBe('on');
    desk.does({ event: 'condition', fault: 'model-gone', on: false });
    expect(lights(desk.state, []).reconnect.look).toBe('off');
  });
});

describe('cues', () => {
  it('tell that the service is back, but not at night and not into a conversation', () => {
    const gone = {
      event: 'service',
      engine: 'dialogue',
      service: { is: 'unreachable', fault: 'quota' },
    } as const;
    const back = { event: 'service', engine: 'dialogue', service: { is: 'ready' } } as const;
    const desk = kiosk();
    desk.does(gone);
    expect(desk.does(back)).toEqual([{ effect: 'cue', cue: 'ready' }]);
    expect(desk.does(back)).toEqual([]);
    desk.does({ event: 'quiet', on: true });
    desk.does(gone);
    expect(desk.does(back)).toEqual([]);
    desk.does({ event: 'quiet', on: false });
    desk.does(gone);
    desk.does(pressed);
    expect(desk.does(back)).toEqual([]);
  });

  it('answer a press where that is wanted', () => {
    const desk = kiosk({ listenCue: true });
    expect(desk.does(pressed).at(-1)).toEqual({ effect: 'cue', cue: 'listen' });
  });
});

describe('the guest', () => {
  it('is forgotten after a while without a turn, and nothing of the guest can be repeated', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'heard', turn: 1, language: 'fr-FR', clear: true });
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    desk.does({ event: 'drained', turn: 1 });
    expect(desk.does({ event: 'repeat pressed' })).toEqual([{ effect: 'repeat' }]);
    desk.does({ event: 'drained', turn: undefined });
    for (
      let deadline = nextDeadlineMs(desk.state);
      deadline !== undefined;
      deadline = nextDeadlineMs(desk.state)
    ) {
      desk.at(deadline, { event: 'tick' });
    }
    expect(desk.effects).toContainEqual({ effect: 'forget guest' });
    expect(desk.state.speakers.guest).toBeUndefined();
    expect(desk.does({ event: 'repeat pressed' })).toEqual([]);
  });

  it("leaves, and the host's first language is in use again, whatever became of the turn", () => {
    const desk = kiosk({ hosts: ['en', 'fr'] });
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'heard', turn: 1, language: 'fr', clear: true });
    desk.does({ event: 'turn failed', turn: 1, fault: 'internal' });
    expect(desk.state.speakers.host).toBe('fr');
    desk.at(desk.state.nowMs + SETTINGS.guestIdleMs, { event: 'tick' });
    expect(desk.state.speakers.host).toBe('en');
  });

  it('who is heard without a region speaks as it is configured', () => {
    const desk = kiosk({ guestDefault: 'pt-BR' });
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'heard', turn: 1, language: 'pt', clear: true });
    expect(desk.state.speakers.guest).toEqual({ code: 'pt-BR', by: 'detected' });
  });

  it('keeps the language that somebody chose, whatever is heard', () => {
    const desk = kiosk();
    desk.does({ event: 'language pressed' });
    desk.does({ event: 'language pressed' });
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'heard', turn: 1, language: 'de', clear: true });
    expect(desk.state.speakers.guest).toEqual({ code: 'fr', by: 'pinned' });
    expect(lights(desk.state, ['es', 'fr'])).toMatchObject({
      'language-fr': { look: 'on' },
      'language-es': { look: 'off' },
    });
  });

  it('keeps a language that was chosen by name until it is to be heard again', () => {
    const desk = kiosk();
    desk.does({ event: 'language chosen', language: 'fr' });
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'heard', turn: 1, language: 'de', clear: true });
    expect(desk.state.speakers.guest).toEqual({ code: 'fr', by: 'pinned' });
    desk.does({ event: 'language chosen', language: undefined });
    expect(desk.state.speakers.guest).toBeUndefined();
    desk.does({ event: 'heard', turn: 1, language: 'de', clear: true });
    desk.does({ event: 'language chosen', language: undefined });
    expect(desk.state.speakers.guest).toEqual({ code: 'de', by: 'detected' });
  });

  it("is never given the host's language, whatever the region", () => {
    const desk = kiosk();
    desk.does({ event: 'language chosen', language: 'fr' });
    desk.does({ event: 'language chosen', language: 'en-GB' });
    expect(desk.state.speakers.guest).toEqual({ code: 'fr', by: 'pinned' });
  });

  it('whose language was chosen beforehand has not left before the time of a guest is over', () => {
    const desk = kiosk();
    desk.at(200_000, { event: 'language chosen', language: 'fr' });
    expect(nextDeadlineMs(desk.state)).toBe(320_000);
    desk.at(319_999, { event: 'tick' });
    expect(desk.state.speakers.guest).toEqual({ code: 'fr', by: 'pinned' });
    desk.at(320_000, { event: 'tick' });
    expect(desk.state.speakers.guest).toBeUndefined();
  });
});

const codes = Object.keys(FAULTS) as FaultCode[];
const turn = fc.integer({ min: 1, max: 8 });
const fault = fc.constantFrom(...codes);
const button = fc.constantFrom('talk' as const, 'talk-host' as const, 'talk-guest' as const);

const anything: fc.Arbitrary<Bare> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ event: fc.constant('talk pressed' as const), button }) },
  { weight: 4, arbitrary: fc.record({ event: fc.constant('talk released' as const), button }) },
  { weight: 2, arbitrary: fc.record({ event: fc.constant('playing' as const), turn }) },
  {
    weight: 3,
    arbitrary: fc.record({
      event: fc.constant('answered' as const),
      turn,
      outcome: fc.constantFrom('translated' as const, 'nothing said' as const, 'not understood' as const),
      spoken: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      event: fc.constant('drained' as const),
      turn: fc.option(turn, { nil: undefined }),
    }),
  },
  fc.record({ event: fc.constant('turn failed' as const), turn, fault }),
  { weight: 2, arbitrary: fc.record({ event: fc.constant('turn delayed' as const), turn, fault }) },
  fc.record({ event: fc.constant('condition' as const), fault, on: fc.boolean() }),
  fc.record({
    event: fc.constant('heard' as const),
    turn,
    language: fc.constantFrom('en', 'es', 'de-AT'),
    clear: fc.boolean(),
  }),
  fc.record({
    event: fc.constantFrom('speech started' as const, 'utterance ended' as const, 'asked' as const),
    turn,
  }),
  fc.record({
    event: fc.constant('money' as const),
    money: fc.constantFrom({ is: 'within' as const }, { is: 'warned' as const }, { is: 'spent' as const }),
  }),
  fc.record({ event: fc.constant('language chosen' as const), language: fc.constantFrom('fr', undefined) }),
  fc.record({
    event: fc.constant('device' as const),
    device: fc.constantFrom('microphone' as const, 'loudspeaker' as const, 'panel' as const),
    is: fc.oneof(fc.constantFrom('starting' as const, 'working' as const), fault),
  }),
  fc.record({
    event: fc.constant('service' as const),
    engine: fc.constantFrom('dialogue' as const, 'cascade' as const, 'phrasebook' as const),
    service: fc.oneof(
      fc.constantFrom({ is: 'ready' as const }, { is: 'connecting' as const }),
      fault.map((code) => ({ is: 'unreachable' as const, fault: code })),
    ),
  }),
  fc.record({
    event: fc.constant('language chosen' as const),
    language: fc.constantFrom('en-GB', 'fr', undefined),
  }),
  fc.record({ event: fc.constantFrom('muted' as const, 'quiet' as const), on: fc.boolean() }),
  fc.constantFrom(
    { event: 'tick' as const },
    { event: 'repeat pressed' as const },
    { event: 'language pressed' as const },
    { event: 'volume pressed' as const, step: 1 as const },
  ),
);

/** Any events at any times: forwards, backwards, in leaps. */
const history = fc.array(fc.tuple(anything, fc.oneof(fc.integer({ min: -5000, max: 5000 }), fc.integer())), {
  maxLength: 120,
});

function live(
  events: readonly (readonly [Bare, number])[],
  check: (before: KioskState, after: KioskState, effects: readonly Effect[]) => void,
) {
  let state = initialState(SETTINGS, 0);
  let clock = 0;
  const all: Effect[] = [];
  for (const [event, ms] of [...events, [{ event: 'stop' }, 0] as const]) {
    clock += ms;
    const step = transition(state, { atMs: clock, ...event } as KioskEvent);
    check(state, step.state, step.effects);
    all.push(...step.effects);
    state = step.state;
  }
  return { state, effects: all };
}

describe('laws of the mind, whatever happens and whenever', () => {
  it('every turn ends in exactly one outcome', () => {
    fc.assert(
      fc.property(history, (events) => {
        const { state, effects } = live(events, () => {});
        const ended = effects.flatMap((effect) => (effect.effect === 'report turn' ? [effect.turn] : []));
        expect(ended.toSorted((a, b) => a - b)).toEqual(Array.from({ length: state.turns }, (_, i) => i + 1));
      }),
      { numRuns: 1000 },
    );
  });

  it('no effect on a turn is asked for twice, none before it began, none after it ended', () => {
    fc.assert(
      fc.property(history, (events) => {
        const { effects } = live(events, () => {});
        const seen = new Set<string>();
        const over = new Set<number>();
        const begun = new Set<number>();
        for (const effect of effects) {
          if (!('turn' in effect)) continue;
          const key = `${effect.effect} ${effect.turn}`;
          expect(seen.has(key)).toBe(false);
          seen.add(key);
          expect(over.has(effect.turn)).toBe(false);
          if (effect.effect === 'begin turn') begun.add(effect.turn);
          if (effect.effect === 'end utterance') expect(begun.has(effect.turn)).toBe(true);
          if (effect.effect === 'report turn') over.add(effect.turn);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('no sound goes on behind a press, and silence is asked for once at the most', () => {
    fc.assert(
      fc.property(history, (events) => {
        live(events, (_before, _after, effects) => {
          const names = effects.map(({ effect }) => effect);
          expect(names.filter((name) => name === 'silence').length).toBeLessThanOrEqual(1);
          if (names.includes('begin turn')) {
            expect(names).toContain('silence');
            expect(names.indexOf('silence')).toBeLessThan(names.indexOf('begin turn'));
          }
        });
      }),
    );
  });

  it('the lights never contradict the state', () => {
    fc.assert(
      fc.property(history, (events) => {
        live(events, (_, state) => {
          const { talk, connection, reconnect } = lights(state, ['es', 'fr']);
          expect(talk.look === 'on').toBe(state.activity.doing === 'listening');
          expect(talk.look === 'fast blink').toBe(state.activity.doing === 'awaiting translation');
          expect(talk.look === 'slow blink').toBe(['speaking', 'repeating'].includes(state.activity.doing));
          if (serviceOf(state).is !== 'ready') expect(connection.look).not.toBe('on');
          // Trouble is always shown; steady light is left to the dead.
          expect(reconnect.look).not.toBe('on');
          expect(reconnect.look === 'off').toBe(faultsOf(state).length === 0);
        });
      }),
    );
  });

  it('an utterance that nobody began to hear in time is given up, not delivered late', () => {
    fc.assert(
      fc.property(history, (events) => {
        live(events, (_, { activity, nowMs }) => {
          if (activity.doing !== 'awaiting translation') return;
          expect(nowMs).toBeLessThan(activity.releasedMs + SETTINGS.deliverWithinMs);
        });
      }),
    );
  });

  it('time never runs backwards inside, and there is always something to wait for ahead or nothing at all', () => {
    fc.assert(
      fc.property(history, (events) => {
        live(events, (before, after) => {
          expect(after.nowMs).toBeGreaterThanOrEqual(before.nowMs);
          const deadline = nextDeadlineMs(after);
          if (deadline !== undefined) expect(deadline).toBeGreaterThan(after.nowMs);
        });
      }),
    );
  });

  it('left alone it comes to rest: only a turn that others work on, or a held button, goes on', () => {
    fc.assert(
      fc.property(history, (events) => {
        let state = initialState(SETTINGS, 0);
        for (const [event, ms] of events)
          state = transition(state, { atMs: state.nowMs + ms, ...event } as KioskEvent).state;
        for (let i = 0; i < 10; i++) {
          const deadline = nextDeadlineMs(state);
          if (deadline === undefined) return;
          state = transition(state, { atMs: deadline, event: 'tick' }).state;
        }
        expect(nextDeadlineMs(state)).toBeUndefined();
      }),
    );
  });

  it('a stopped kiosk asks for nothing any more', () => {
    fc.assert(
      fc.property(history, history, (events, later) => {
        let { state } = live(events, () => {});
        for (const [event, ms] of later) {
          const step = transition(state, { atMs: ms, ...event } as KioskEvent);
          expect(step.effects).toEqual([]);
          state = step.state;
        }
      }),
    );
  });
});

describe('the rhythm of a light', () => {
  it('shows as many flashes as were meant, with a pause behind them', () => {
    for (const count of [1, 2, 5]) {
      const samples = Array.from({ length: (count * 400 + 1200) / 10 }, (_, i) =>
        lit({ look: 'flashes', count }, i * 10),
      );
      const rises = samples.filter((on, i) => on && samples[i - 1] !== true).length;
      expect(rises).toBe(count);
      expect(samples.slice(-100).some(Boolean)).toBe(false);
    }
  });
});
