import { seeded } from '../rig/random.ts';
import { Draft } from './draft.ts';
import { ANYTHING, type DeskSettings, type History, type Round } from './history.ts';
import {
  ANSWERS,
  CHAOS,
  CONNECTIONS,
  DEVICES,
  MACHINE,
  NETWORK,
  NO_FAULT,
  PEOPLE,
  type RoundKind,
} from './rounds.ts';

/** How often each kind of round comes, among those with a fault. */
const SHARES: readonly (readonly [share: number, rounds: readonly RoundKind[]])[] = [
  [0.24, CONNECTIONS],
  [0.26, ANSWERS],
  [0.14, PEOPLE],
  [0.12, DEVICES],
  [0.1, NETWORK],
  [0.06, MACHINE],
  [0.08, [CHAOS]],
];

/** A history in which half of the rounds have a fault. The same seed gives the same history. */
export function historyOf(seed: number, rounds: number): History {
  const random = seeded(seed);
  const draft = new Draft(random);
  const settings = settingsOf(draft);
  return { seed, settings, rounds: Array.from({ length: rounds }, () => roundOf(draft, settings)) };
}

/** A history for each kind of round, at a desk for which the table of faults is right. */
export function everyKind(seed: number): History[] {
  const kinds = [NO_FAULT, ...SHARES.flatMap(([, rounds]) => rounds)];
  return kinds.map((kind, i) => {
    const draft = new Draft(seeded(seed + i));
    const { dailyBudget: _, ...any } = settingsOf(draft);
    const settings = { ...any, ...USUAL };
    return { seed: seed + i, settings, rounds: [roundOf(draft, settings, kind)] };
  });
}

/** The desk of most histories. */
const USUAL = { talkMode: 'hold', engines: ['dialogue'] } as const;

function settingsOf(draft: Draft): DeskSettings {
  const usual = draft.chance(0.7);
  return {
    talkMode: usual ? USUAL.talkMode : draft.pick(['hold', 'tap', 'open']),
    listen: draft.chance(0.7) ? 'always' : 'pressed',
    engines: usual ? USUAL.engines : draft.pick([['dialogue'], ['dialogue', 'cascade'], ['cascade']]),
    turnsPerConnection: draft.chance(0.75) ? 1 : 3,
    ...(draft.chance(0.2) ? { echoDb: draft.between(-30, -10) } : {}),
    ...(draft.chance(0.3) ? { microphoneDelayMs: draft.between(40, 150) } : {}),
    ...(draft.chance(0.1) ? { dailyBudget: 0.1 } : {}),
  };
}

const anyKind = (draft: Draft) => (draft.chance(0.5) ? NO_FAULT : draft.pick(kindsOf(draft.random())));

function roundOf(draft: Draft, settings: DeskSettings, kind = anyKind(draft)): Round {
  kind.draft(draft);
  const steps = draft.taken();
  // The next guest comes at once, or a little later.
  if (draft.chance(0.8)) draft.wait(40, 1500);
  const all = [...steps, ...draft.taken()];
  return {
    name: kind.name,
    patient: draft.chance(0.5),
    steps: isUsual(settings) ? all : all.map(withAnyOutcome),
  };
}

function kindsOf(random: number): readonly RoundKind[] {
  let sum = 0;
  for (const [share, rounds] of SHARES) {
    sum += share;
    if (random < sum) return rounds;
  }
  return [CHAOS];
}

/** The table of faults is right for a desk with one engine and a button that is held. */
function isUsual({ talkMode, engines, dailyBudget }: DeskSettings): boolean {
  return (
    talkMode === 'hold' && engines.length === 1 && engines[0] === 'dialogue' && dailyBudget === undefined
  );
}

function withAnyOutcome(step: Round['steps'][number]): Round['steps'][number] {
  const presses = step.do === 'press' || step.do === 'bounce';
  return presses && step.right !== undefined ? { ...step, right: [ANYTHING] } : step;
}
