/** Faults of the service on connections and turns, by name, with the right outcomes. */
import type { FaultCode } from '../../src/kiosk/faults.ts';
import {
  answersHistory,
  badJsonOn,
  closedBeforeSetupComplete,
  closedIn,
  closedOnceSetUp,
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
} from '../../src/standin/faults/faults.ts';
import type { ConnectionStep, TurnMoment, TurnStep } from '../../src/standin/faults/script.ts';
import { FLOOD, TOO_DEEP, TOO_LARGE } from '../rig/hostile.ts';
import { tone } from '../rig/standin.ts';

export const TRANSLATED = 'translated';
export const failed = (...codes: FaultCode[]) => codes.map((code) => `failed: ${code}`);

/** A fault of connections. */
export interface ConnectionFault {
  readonly steps: readonly ConnectionStep[];
  /** The right outcomes when the next connection has it: most turns recover. */
  readonly once: readonly string[];
  /** When all connections have it, until it is repaired. */
  readonly always: readonly string[];
}

const PAGE = '<!DOCTYPE html><title>Guest Wi-Fi</title><h1>Log in</h1>';
const QUOTA_REASON = 'You exceeded your current quota, please check your plan and billing details.';

/** Harmful messages of a service. */
const HARMFUL: readonly (readonly [name: string, texts: readonly string[]])[] = [
  ['brackets', [TOO_DEEP]],
  ['2 MiB', [TOO_LARGE]],
  ['flood', FLOOD],
];

const connection = (
  name: string,
  steps: readonly ConnectionStep[],
  once: readonly string[],
  always: readonly string[],
): [string, ConnectionFault] => [name, { steps, once, always }];

export const CONNECTION_FAULTS: ReadonlyMap<string, ConnectionFault> = new Map([
  connection('upgrade never answered', [upgradeNeverAnswered], [TRANSLATED], failed('connect-timeout')),
  connection('upgrade 503', [upgradeRefused(503)], [TRANSLATED], failed('service-error')),
  connection('upgrade 403', [upgradeRefused(403)], failed('permission-denied'), failed('permission-denied')),
  // The press tries it, and the end of the utterance tries it once more.
  connection('upgrade 429', [upgradeRefused(429)], [TRANSLATED, ...failed('quota')], failed('quota')),
  connection(
    'a page in place of the upgrade',
    [{ at: 'upgrade', do: 'refuse', status: 403, body: PAGE }],
    [TRANSLATED],
    // After a valid certificate it is not from a portal.
    failed('upgrade-refused'),
  ),
  connection('reset at the upgrade', [resetOn('upgrade')], [TRANSLATED], failed('network-unreachable')),
  connection('set-up never completed', [setupNeverCompleted], [TRANSLATED], failed('setup-timeout')),
  connection(
    'closed with 1007 before set-up',
    [closedBeforeSetupComplete(1007, 'Request contains an invalid argument.')],
    // One with earlier turns is opened again without them.
    [TRANSLATED, ...failed('setup-rejected')],
    failed('setup-rejected'),
  ),
  connection(
    'closed with 1007 after the set-up',
    closedOnceSetUp(1007, 'Request contains an invalid argument.'),
    [TRANSLATED],
    failed('service-error'),
  ),
  connection('answers history', answersHistory, [TRANSLATED], [TRANSLATED]),
  connection(
    'closed with 1008 before set-up',
    [closedBeforeSetupComplete(1008, 'Policy violation.')],
    [TRANSLATED],
    failed('service-error'),
  ),
  connection(
    'closed with 1011 before set-up',
    [closedBeforeSetupComplete(1011, 'Internal error encountered.')],
    [TRANSLATED],
    failed('service-error'),
  ),
  // Ended or garbled before the first request.
  ...(['open', 'setup', 'ready'] as const).flatMap((at) => [
    connection(`reset (${at})`, [resetOn(at)], [TRANSLATED], failed('connection-lost')),
    connection(`bad JSON (${at})`, [badJsonOn(at)], [TRANSLATED], failed('service-garbled')),
    connection(`rubbish (${at})`, [rubbishOn(at)], [TRANSLATED], failed('service-garbled')),
    ...HARMFUL.map(([name, texts]) =>
      connection(
        `${name} (${at})`,
        texts.map((text): ConnectionStep => ({ at, do: 'sendText', text })),
        [TRANSLATED],
        failed('service-garbled'),
      ),
    ),
  ]),
  connection('quota after the set-up', quotaExceeded, [TRANSLATED, ...failed('quota')], failed('quota')),
  connection('slow to set up', [{ at: 'setup', do: 'delay', ms: 2500 }], [TRANSLATED], [TRANSLATED]),
  connection('goAway 50s', [goAwayAtOnce('50s')], [TRANSLATED], [TRANSLATED]),
  // Left at once, while the next one may live longer.
  ...['0s', '1s'].map((left) =>
    connection(
      `goAway ${left}`,
      [goAwayAtOnce(left)],
      [TRANSLATED],
      [TRANSLATED, ...failed('session-expired', 'service-error')],
    ),
  ),
]);

/** A fault of the answer. */
export interface TurnFault {
  readonly steps: readonly TurnStep[];
  /** Once: usually the turn is sent again. */
  readonly once: readonly string[];
  /** `times` times, which ends the turn. */
  readonly again: readonly string[];
  readonly times: number;
}

const turn = (
  name: string,
  steps: readonly TurnStep[],
  again: readonly string[],
  once: readonly string[] = [TRANSLATED],
): [string, TurnFault] => [name, { steps, again, once, times: 2 }];

/** A connection that breaks during an utterance: ends the turn if it does so `MAX_BROKEN` times. */
const breaking = (
  name: string,
  steps: readonly TurnStep[],
  again: readonly string[],
): [string, TurnFault] => [name, { steps, again, once: [TRANSLATED], times: 4 }];

const MOMENTS: readonly (readonly [name: string, at: TurnMoment])[] = [
  ['activityStart', 'activityStart'],
  ['firstAudio', 'firstAudio'],
  ['activityEnd', 'activityEnd'],
  ['answer', 'answer'],
  ['3rd chunk', { chunks: 3 }],
  ['generationComplete', 'generationComplete'],
];

/** While people still speak a turn is restarted as often as needed, so twice may do no harm. */
function early(at: TurnMoment): readonly string[] {
  return at === 'activityStart' || at === 'firstAudio' ? [TRANSLATED] : [];
}

/** If nothing follows: before the first sound, or after it. */
function stalled(at: TurnMoment): readonly string[] {
  const begun = typeof at === 'object' || at === 'generationComplete';
  return failed(begun ? 'answer-broken-off' : 'no-answer');
}

export const TURN_FAULTS: ReadonlyMap<string, TurnFault> = new Map([
  ...MOMENTS.flatMap(([name, at]) => [
    breaking(`reset (${name})`, [resetIn(at)], failed('connection-lost')),
    breaking(
      `closed with 1011 (${name})`,
      [closedIn(at, 1011, 'Internal error encountered.')],
      failed('service-error'),
    ),
    breaking(
      `closed with 1008 (${name})`,
      [closedIn(at, 1008, 'The operation was aborted.')],
      failed('service-error'),
    ),
    turn(
      `bad JSON (${name})`,
      [{ at, do: 'sendText', text: '{"serverContent":' }],
      [...early(at), ...failed('service-garbled')],
    ),
    turn(
      `rubbish (${name})`,
      [{ at, do: 'sendBytes', bytes: new Uint8Array([0xff, 0x00, 0xfe, 0x80]) }],
      [...early(at), ...failed('service-garbled')],
    ),
    ...HARMFUL.map(([harm, texts]) =>
      turn(
        `${harm} (${name})`,
        texts.map((text): TurnStep => ({ at, do: 'sendText', text })),
        [...early(at), ...failed('service-garbled')],
      ),
    ),
    turn(`hangs (${name})`, [{ at, do: 'hang' }], stalled(at)),
    breaking(
      `goAway 0s (${name})`,
      [{ at, do: 'goAway', timeLeft: '0s' }],
      [TRANSLATED, ...failed('session-expired', 'service-error')],
    ),
  ]),
  // The answer was complete already.
  turn('reset (turnComplete)', [resetIn('turnComplete')], [TRANSLATED]),
  turn('hangs (turnComplete)', [{ at: 'turnComplete', do: 'hang' }], [TRANSLATED]),
  turn(
    'closed over the quota (answer)',
    [closedIn('answer', 1011, QUOTA_REASON)],
    failed('quota'),
    failed('quota'),
  ),
  turn('stalled after the transcript', [stalledAfterTranscript], failed('no-answer')),
  turn('reads no more', [{ at: 'firstAudio', do: 'stopReading' }], failed('no-answer')),
  turn('answer 3 s late', [{ at: 'answer', do: 'delay', ms: 3000 }], [TRANSLATED]),
  turn('answer 8 s late', [{ at: 'answer', do: 'delay', ms: 8000 }], failed('no-answer')),
  turn('2 s without sound in the answer', [{ at: { chunks: 3 }, do: 'delay', ms: 2000 }], [TRANSLATED]),
  turn('no audio', [noAudio], failed('silent-answer')),
  turn('rejected', [rejected], failed('silent-answer')),
  turn('near-silent', [nearSilent(0.6)], failed('silent-answer')),
  turn('text without sound', [{ omit: ['audio'] }], failed('silent-answer')),
  turn('phantom interruption', phantomInterruption(3), failed('answer-broken-off')),
  turn('late end of an earlier turn', lateEndOfAnEarlierTurn, [TRANSLATED, ...failed('silent-answer')]),
  turn('sound without end', [{ omit: ['generationComplete', 'turnComplete'] }], failed('answer-broken-off')),
  turn('no generationComplete', [{ omit: ['generationComplete'] }], [TRANSLATED]),
  turn('no turnComplete', [{ omit: ['turnComplete'] }], [TRANSLATED]),
  turn('answer of 40 s', [{ answer: { pcm24k: tone(40, 24_000) } }], failed('answer-endless')),
  turn(
    'in the wrong language',
    [{ answer: { said: { text: '¿Dónde está el baño, por favor, señora?', languageCode: 'es' } } }],
    failed('answer-wrong-language'),
  ),
  ...(
    [
      'input transcription after the turn',
      'output transcription after the turn',
      'turnComplete before the last sound',
    ] as const
  ).map((order) => turn(order, [{ order }], [TRANSLATED])),
]);
