/** What can befall a turn of the storm, and which outcomes are right then: the table. */
import type { FaultCode } from '../../src/kiosk/faults.ts';
import {
  badJsonOn,
  closedBeforeSetupComplete,
  closedIn,
  goAwayAtOnce,
  lateEndOfAnEarlierTurn,
  nearSilent,
  noAudio,
  phantomInterruption,
  quotaExceeded,
  rejected,
  resetIn,
  resetOn,
  rubbishOn,
  setupNeverCompleted,
  stalledAfterTranscript,
  upgradeNeverAnswered,
  upgradeRefused,
} from '../../src/standin/faults.ts';
import type { ConnectionStep, TurnMoment, TurnStep } from '../../src/standin/script.ts';
import { tone } from '../rig/standin.ts';
import type { Stage } from './stage.ts';

/** One round of the storm: something is made wrong, and somebody wants a translation. */
export interface Round {
  readonly name: string;
  /** What it makes wrong, where that is all: for rounds in which several things go wrong at once. */
  readonly connection?: readonly ConnectionStep[];
  readonly turn?: readonly TurnStep[];
  play(stage: Stage): Promise<void>;
}

const TRANSLATED = 'translated';
const failed = (...codes: FaultCode[]) => codes.map((code) => `failed: ${code}`);

export const NO_FAULT: Round = { name: 'no fault', play: (stage) => stage.talk(TRANSLATED) };

/**
 * A fault of connections: of the next one, of which the turn knows a way out (`once`); of all of them, until
 * somebody mends it (`always`); or of the spare only, which is replaced.
 */
function connectionFault(
  name: string,
  steps: readonly ConnectionStep[],
  once: readonly string[],
  always: readonly string[],
): Round[] {
  return [
    {
      name: `${name}, once`,
      connection: steps,
      play: async (stage) => {
        await stage.spareLapses();
        await stage.far({ do: 'connections', steps: [steps] });
        await stage.talk(...once);
      },
    },
    {
      name: `${name}, always`,
      play: async (stage) => {
        await stage.spareLapses();
        await stage.far({ do: 'every connection', steps });
        await stage.talk(...always);
      },
    },
    {
      name: `${name}, under the spare`,
      play: async (stage) => {
        await stage.far({ do: 'connections', steps: [steps] });
        await stage.far({ do: 'act', actions: [{ do: 'reset' }] });
        await stage.wait(stage.between(0, 1500));
        // Whoever presses wants it tried now; but a doomed spare may be taken before its doom.
        await stage.talk(TRANSLATED, ...once);
      },
    },
  ];
}

/** A connection that breaks under an utterance: once, twice, or as often as a turn is sent (`MAX_BROKEN`). */
function breakingFault(name: string, steps: readonly TurnStep[], always: readonly string[]): Round[] {
  const [once, twice] = turnFault(name, steps, [TRANSLATED]);
  const [, four] = turnFault(name, steps, always, [TRANSLATED], 4);
  return [once, twice, four].filter((round) => round !== undefined);
}

/** A fault of the answer: once, which the turn repeats; or again at the repeat, which ends it. */
function turnFault(
  name: string,
  steps: readonly TurnStep[],
  again: readonly string[],
  once = [TRANSLATED],
  times = 2,
): Round[] {
  const play = (count: number, allowed: readonly string[]) => async (stage: Stage) => {
    await stage.far({ do: 'turns', steps: Array.from({ length: count }, () => steps) });
    await stage.talk(...allowed);
  };
  return [
    { name: `${name}, once`, turn: steps, play: play(1, once) },
    { name: `${name}, ${times === 2 ? 'twice' : `${times} times`}`, play: play(times, again) },
  ];
}

const PAGE = '<!DOCTYPE html><title>Guest Wi-Fi</title><h1>Log in</h1>';
const QUOTA_REASON = 'You exceeded your current quota, please check your plan and billing details.';

const CONNECTIONS: readonly Round[] = [
  ...connectionFault(
    'upgrade never answered',
    [upgradeNeverAnswered],
    [TRANSLATED],
    failed('connect-timeout'),
  ),
  ...connectionFault('upgrade 503', [upgradeRefused(503)], [TRANSLATED], failed('service-error')),
  ...connectionFault(
    'upgrade 403',
    [upgradeRefused(403)],
    failed('permission-denied'),
    failed('permission-denied'),
  ),
  // The press tries it, and the end of the utterance tries it once more.
  ...connectionFault('upgrade 429', [upgradeRefused(429)], [TRANSLATED, ...failed('quota')], failed('quota')),
  ...connectionFault(
    'a page in place of the upgrade',
    [{ at: 'upgrade', do: 'refuse', status: 403, body: PAGE }],
    [TRANSLATED],
    failed('captive-portal'),
  ),
  ...connectionFault(
    'reset at the upgrade',
    [resetOn('upgrade')],
    [TRANSLATED],
    failed('network-unreachable'),
  ),
  ...connectionFault('set-up never completed', [setupNeverCompleted], [TRANSLATED], failed('setup-timeout')),
  ...connectionFault(
    'closed with 1007 before set-up',
    [closedBeforeSetupComplete(1007, 'Request contains an invalid argument.')],
    failed('setup-rejected'),
    failed('setup-rejected'),
  ),
  ...connectionFault(
    'closed with 1008 before set-up',
    [closedBeforeSetupComplete(1008, 'Policy violation.')],
    failed('setup-rejected'),
    failed('setup-rejected'),
  ),
  ...connectionFault(
    'closed with 1011 before set-up',
    [closedBeforeSetupComplete(1011, 'Internal error encountered.')],
    [TRANSLATED],
    failed('service-error'),
  ),
  // Ended or garbled before anything was asked of it.
  ...(['open', 'setup', 'ready'] as const).flatMap((at) => [
    ...connectionFault(`reset (${at})`, [resetOn(at)], [TRANSLATED], failed('connection-lost')),
    ...connectionFault(`bad JSON (${at})`, [badJsonOn(at)], [TRANSLATED], failed('service-garbled')),
    ...connectionFault(`rubbish (${at})`, [rubbishOn(at)], [TRANSLATED], failed('service-garbled')),
  ]),
  ...connectionFault(
    'quota behind the set-up',
    quotaExceeded,
    [TRANSLATED, ...failed('quota')],
    failed('quota'),
  ),
  ...connectionFault('goAway 50s', [goAwayAtOnce('50s')], [TRANSLATED], [TRANSLATED]),
  // Left at once, as long as there is hope that the next one lives longer.
  ...['0s', '1s'].flatMap((left) =>
    connectionFault(
      `goAway ${left}`,
      [goAwayAtOnce(left)],
      [TRANSLATED],
      [TRANSLATED, ...failed('session-expired')],
    ),
  ),
];

const MOMENTS: readonly (readonly [name: string, at: TurnMoment])[] = [
  ['activityStart', 'activityStart'],
  ['firstAudio', 'firstAudio'],
  ['activityEnd', 'activityEnd'],
  ['answer', 'answer'],
  ['3rd chunk', { chunks: 3 }],
  ['generationComplete', 'generationComplete'],
];

/** While people still speak a turn begins anew as often as it has to, so twice may do no harm. */
function early(at: TurnMoment): readonly string[] {
  return at === 'activityStart' || at === 'firstAudio' ? [TRANSLATED] : [];
}

/** When nothing follows: before the first sound, or behind it. */
function stalled(at: TurnMoment): readonly string[] {
  const begun = typeof at === 'object' || at === 'generationComplete';
  return failed(begun ? 'answer-broken-off' : 'no-answer');
}

const ANSWERS: readonly Round[] = [
  ...MOMENTS.flatMap(([name, at]) => [
    ...breakingFault(`reset (${name})`, [resetIn(at)], failed('connection-lost')),
    ...breakingFault(
      `closed with 1011 (${name})`,
      [closedIn(at, 1011, 'Internal error encountered.')],
      failed('service-error'),
    ),
    ...breakingFault(
      `closed with 1008 (${name})`,
      [closedIn(at, 1008, 'The operation was aborted.')],
      failed('session-expired'),
    ),
    ...turnFault(
      `bad JSON (${name})`,
      [{ at, do: 'sendText', text: '{"serverContent":' }],
      [...early(at), ...failed('service-garbled')],
    ),
    ...turnFault(
      `rubbish (${name})`,
      [{ at, do: 'sendBytes', bytes: new Uint8Array([0xff, 0x00, 0xfe, 0x80]) }],
      [...early(at), ...failed('service-garbled')],
    ),
    ...turnFault(`hangs (${name})`, [{ at, do: 'hang' }], stalled(at)),
    ...breakingFault(
      `goAway 0s (${name})`,
      [{ at, do: 'goAway', timeLeft: '0s' }],
      [TRANSLATED, ...failed('session-expired')],
    ),
  ]),
  // The answer was complete already.
  ...turnFault('reset (turnComplete)', [resetIn('turnComplete')], [TRANSLATED]),
  ...turnFault('hangs (turnComplete)', [{ at: 'turnComplete', do: 'hang' }], [TRANSLATED]),
  ...turnFault('closed over the quota (answer)', [closedIn('answer', 1011, QUOTA_REASON)], failed('quota'), [
    ...failed('quota'),
  ]),
  ...turnFault('stalled after the transcript', [stalledAfterTranscript], failed('no-answer')),
  ...turnFault('reads no more', [{ at: 'firstAudio', do: 'stopReading' }], failed('no-answer')),
  ...turnFault('answer 3 s late', [{ at: 'answer', do: 'delay', ms: 3000 }], [TRANSLATED]),
  ...turnFault('answer 8 s late', [{ at: 'answer', do: 'delay', ms: 8000 }], failed('no-answer')),
  ...turnFault(
    '2 s without sound in the answer',
    [{ at: { chunks: 3 }, do: 'delay', ms: 2000 }],
    [TRANSLATED],
  ),
  ...turnFault('no audio', [noAudio], failed('silent-answer')),
  ...turnFault('rejected', [rejected], failed('silent-answer')),
  ...turnFault('near-silent', [nearSilent(0.6)], failed('silent-answer')),
  ...turnFault('text without sound', [{ omit: ['audio'] }], failed('silent-answer')),
  ...turnFault('phantom interruption', phantomInterruption(3), failed('answer-broken-off')),
  ...turnFault('late end of an earlier turn', lateEndOfAnEarlierTurn, [
    TRANSLATED,
    ...failed('silent-answer'),
  ]),
  ...turnFault(
    'sound without end',
    [{ omit: ['generationComplete', 'turnComplete'] }],
    failed('answer-broken-off'),
  ),
  ...turnFault('no generationComplete', [{ omit: ['generationComplete'] }], [TRANSLATED]),
  ...turnFault('no turnComplete', [{ omit: ['turnComplete'] }], [TRANSLATED]),
  ...turnFault('answer of 40 s', [{ answer: { pcm24k: tone(40, 24_000) } }], failed('answer-endless')),
  ...(
    [
      'input transcription after the turn',
      'output transcription after the turn',
      'turnComplete before the last sound',
    ] as const
  ).flatMap((order) => turnFault(order, [{ order }], [TRANSLATED])),
];

export const SERVICE_ROUNDS: readonly Round[] = [...CONNECTIONS, ...ANSWERS];
