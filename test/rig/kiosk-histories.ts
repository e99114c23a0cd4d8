import fc from 'fast-check';
import type { Engine } from '../../src/kiosk/engines.ts';
import type { Effect, KioskEvent } from '../../src/kiosk/events.ts';
import { FAULT_CODES, isNetworkFault } from '../../src/kiosk/faults.ts';
import { type Answered, initialState, type KioskState, type Settings } from '../../src/kiosk/state.ts';
import { transition } from '../../src/kiosk/transition.ts';
import { CASCADE, DIALOGUE, PHRASEBOOK, SETTINGS, TRANSLATE } from './kiosk-settings.ts';
import type { Bare } from './story.ts';

/** Desks of all kinds and whatever may happen to them, for laws. */

export const anySettings: fc.Arbitrary<Settings> = fc
  .record({
    talkMode: fc.constantFrom('hold' as const, 'tap' as const, 'open' as const),
    engines: fc.shuffledSubarray([DIALOGUE, TRANSLATE, CASCADE, PHRASEBOOK], { minLength: 1 }),
    whenWarned: fc.constantFrom('same' as const, 'cheaper' as const),
    whenSpent: fc.constantFrom('same' as const, 'cheaper' as const, 'phrasebook' as const, 'stop' as const),
    hosts: fc.constantFrom(['en'], ['en', 'de']),
    speakerByButton: fc.boolean(),
    listenCue: fc.boolean(),
    opensMicrophone: fc.boolean(),
    muteSwitch: fc.boolean(),
    silenceMs: fc.constantFrom(3000, 30_000),
    guestIdleMs: fc.constantFrom(5000, 120_000),
    outcomeShownMs: fc.constantFrom(0, 3000),
    deliverWithinMs: fc.constantFrom(2000, 15_000),
    reassureAfterMs: fc.constantFrom(0, 2000),
  })
  .map(({ engines, whenWarned, whenSpent, ...settings }) => ({
    ...SETTINGS,
    ...settings,
    route: { engines, whenWarned, whenSpent },
  }));

/** The turn of an event, counted from the latest one: mostly that. */
const turn = fc.constantFrom(0, 0, 0, 0, 0, 0, -1, 1);
const fault = fc.constantFrom(...FAULT_CODES);
const button = fc.constantFrom('talk' as const, 'talk-host' as const, 'talk-guest' as const);
const device = fc.constantFrom('microphone' as const, 'loudspeaker' as const, 'panel' as const);

/** What works without a network does not miss it. */
const offlineFault = fc.constantFrom(...FAULT_CODES.filter((code) => !isNetworkFault(code)));
const serviceOf = (engine: fc.Arbitrary<Engine>, because: typeof fault) =>
  fc.record({
    event: fc.constant('service' as const),
    engine,
    service: fc.oneof(
      fc.constantFrom({ is: 'ready' as const }, { is: 'ready' as const }, { is: 'connecting' as const }),
      because.map((code) => ({ is: 'unreachable' as const, fault: code })),
    ),
  });

const anEvent: fc.Arbitrary<Bare> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ event: fc.constant('talk pressed' as const), button }) },
  { weight: 5, arbitrary: fc.record({ event: fc.constant('talk released' as const), button }) },
  {
    weight: 9,
    arbitrary: fc.record({
      event: fc.constantFrom(
        'speech started' as const,
        'utterance ended' as const,
        'asked' as const,
        'playing' as const,
      ),
      turn,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      event: fc.constant('answered' as const),
      turn,
      outcome: fc.constantFrom<Answered>('translated', 'nothing said', 'too quiet', 'not understood'),
      spoken: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      event: fc.constant('drained' as const),
      turn: fc.option(turn, { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      event: fc.constantFrom('turn failed' as const, 'turn delayed' as const),
      turn,
      fault,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      event: fc.constant('heard' as const),
      turn,
      language: fc.constantFrom('en', 'es', 'de-AT', 'ja'),
      clear: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.oneof(
      serviceOf(fc.constantFrom('dialogue', 'translate', 'cascade'), fault),
      serviceOf(fc.constant('phrasebook'), offlineFault),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      event: fc.constant('device' as const),
      device,
      is: fc.oneof(fc.constantFrom('starting' as const, 'working' as const, 'working' as const), fault),
    }),
  },
  fc.record({ event: fc.constant('condition' as const), fault, on: fc.boolean() }),
  fc.record({
    event: fc.constant('money' as const),
    money: fc.constantFrom({ is: 'within' as const }, { is: 'warned' as const }, { is: 'spent' as const }),
  }),
  fc.record({
    event: fc.constant('language chosen' as const),
    language: fc.constantFrom('en-GB', 'fr', 'ja', undefined),
  }),
  fc.record({ event: fc.constantFrom('muted' as const, 'quiet' as const), on: fc.boolean() }),
  fc.constantFrom(
    { event: 'tick' as const },
    { event: 'repeat pressed' as const },
    { event: 'language pressed' as const },
    { event: 'language released' as const },
    { event: 'guest left' as const },
    { event: 'volume pressed' as const, step: 1 as const },
  ),
);

/** What happens, and how long after what happened before: mostly moments, sometimes a leap, even backwards. */
type Happening = readonly [Bare, number];
const aHappening: fc.Arbitrary<Happening> = fc.tuple(
  anEvent,
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 2500 }) },
    { weight: 2, arbitrary: fc.integer({ min: -5000, max: 40_000 }) },
    fc.integer(),
  ),
);

export const anyHistory = fc.array(aHappening, { maxLength: 100 });

/** One transition: the state before and after, and what was asked for. */
export interface Moment {
  readonly before: KioskState;
  readonly event: KioskEvent;
  readonly after: KioskState;
  readonly effects: readonly Effect[];
}

function isConfigured({ route }: Settings, engine: Engine): boolean {
  return route.engines.some((one) => one.engine === engine);
}

/** A desk lives through a history. @param from what it begins with, else a new one */
export function live(settings: Settings, history: readonly Happening[], from?: KioskState): Moment[] {
  const moments: Moment[] = [];
  let before = from ?? initialState(settings, 0);
  let clock = before.nowMs;
  for (const [bare, ms] of history) {
    clock += ms;
    if (bare.event === 'service' && !isConfigured(settings, bare.engine)) continue;
    const ofTurn =
      'turn' in bare && bare.turn !== undefined ? { turn: Math.max(1, before.turns + bare.turn) } : {};
    const event = { atMs: clock, ...bare, ...ofTurn } as KioskEvent;
    const { state: after, effects } = transition(before, event);
    moments.push({ before, event, after, effects });
    before = after;
  }
  return moments;
}
