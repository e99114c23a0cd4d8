/** Decides from observations whether an assumption holds, and what to set where it does not. */

import type { Listing, Method } from '../../interpreters/gemini/catalogue.ts';
import type { KeyUse } from '../../interpreters/gemini/key-places.ts';
import { GRACE_MS } from '../../interpreters/live/dialogue/answer.ts';
import { SILENT_LIFE_MS } from '../../interpreters/live/session/connection.ts';
import type { Fault } from '../../kiosk/faults.ts';
import type { AssumptionId, Finding } from './assumptions.ts';
import type { TurnFacts } from './trace.ts';

/** The largest difference between the service's count of sound and our own: it rounds, and hears some silence more. */
const USAGE_TOLERANCE = 0.25;

/** The format of sound that interpreters/live assumes. */
const FORMAT = /^audio\/(pcm|l16)(;\s*rate=24000)?$/i;

const median = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const seconds = (ms: number | undefined) => (ms === undefined ? 'never' : `${(ms / 1000).toFixed(2)} s`);
const known = (values: readonly (number | undefined)[]) => values.filter((value) => value !== undefined);
const list = (values: readonly string[]) => (values.length === 0 ? 'none' : values.join(', '));
const faultText = ({ code, detail }: Fault) => `${code}: ${detail}`;

const CASCADE_FIRST = 'interpreters.engines: put "cascade" first';
const NO_TURN = 'no turn could be tried';
const NO_ANSWER = 'no turn was answered';

function unknown(assumption: AssumptionId, observed: string): Finding {
  return { assumption, verdict: 'unknown', observed };
}

/** @param advice where it does not hold */
function judged(assumption: AssumptionId, holds: boolean, observed: string, advice: string): Finding {
  return holds
    ? { assumption, verdict: 'holds', observed }
    : { assumption, verdict: 'fails', observed, advice };
}

/** The models of one setting. */
interface Wanted {
  readonly setting: string;
  readonly models: readonly string[];
  readonly method: Method;
}

const setTo = (setting: string, models: readonly string[]) =>
  `${setting} = [${models.map((model) => `"${model}"`).join(', ')}]`;

export function models(wanted: readonly Wanted[], offered: Listing): Finding {
  const missing: string[] = [];
  const advice: string[] = [];
  for (const { setting, models, method } of wanted) {
    const left = models.filter((model) => offered.offers(model, method));
    if (left.length === models.length) continue;
    for (const model of models.filter((one) => !left.includes(one)))
      missing.push(`${model} is not offered for ${method}`);
    advice.push(
      left.length > 0 ? setTo(setting, left) : `${setting}: choose among ${list(offered.offering(method))}`,
    );
  }
  const observed = missing.join('; ') || `offered: ${list(wanted.flatMap(({ models }) => models))}`;
  return judged('models', missing.length === 0, observed, advice.join('; '));
}

/** @param inUrlOnly the uses for which the key was refused in the header and taken in the URL */
export function key(inUrlOnly: ReadonlySet<KeyUse>): Finding {
  const holds = inUrlOnly.size === 0;
  return judged(
    'key-in-header',
    holds,
    holds ? 'taken for requests and for sessions' : `taken in the URL only, for ${list([...inUrlOnly])}`,
    'nothing to set: the device then sends it there; a new key of AI Studio may be taken in the header',
  );
}

/** @param setUpsMs from the open WebSocket to setupComplete, of each session */
export function setUp(setUpsMs: readonly number[], timeoutMs: number): Finding {
  const assumption = 'set-up-in-time';
  if (setUpsMs.length === 0) return unknown(assumption, 'no session could be opened');
  const longest = Math.max(...setUpsMs);
  const observed = `${setUpsMs.length} sessions, open after ${seconds(median(setUpsMs))} (median), ${seconds(longest)} at most`;
  const advice = `live.setup_timeout_ms = ${roomFor(longest)}`;
  return judged(assumption, longest * 2 <= timeoutMs, observed, advice);
}

/** @param turns held for longer than the utterance */
export function held(turns: readonly TurnFacts[]): Finding {
  const assumption = 'silent-while-held';
  if (turns.length === 0) return unknown(assumption, NO_TURN);
  const early = turns.filter(({ earlySeconds }) => earlySeconds > 0);
  const observed = `silent in ${turns.length - early.length} of ${turns.length} turns while the button was held`;
  return judged(assumption, early.length === 0, observed, CASCADE_FIRST);
}

const firstSounds = (turns: readonly TurnFacts[]) => known(turns.map(({ firstSoundMs }) => firstSoundMs));

/** The fault of the first lost turn, as the end of a sentence. */
function whyLost(turns: readonly TurnFacts[]): string {
  const lost = turns.find((turn) => turn.lost !== undefined)?.lost;
  return lost === undefined ? '' : `; ${faultText(lost)}`;
}

export function answers(turns: readonly TurnFacts[], timeoutMs: number): Finding {
  const assumption = 'answers-after-end';
  if (turns.length === 0) return unknown(assumption, NO_TURN);
  const first = firstSounds(turns);
  const longest = Math.max(...first);
  const observed =
    `${first.length} of ${turns.length} answered; first sound after ${seconds(median(first))} (median), ` +
    `${seconds(first.length === 0 ? undefined : longest)} at most${whyLost(turns)}`;
  if (first.length < turns.length) return judged(assumption, false, observed, CASCADE_FIRST);
  return judged(assumption, longest <= timeoutMs, observed, `live.answer_timeout_ms = ${roomFor(longest)}`);
}

/** @param paced sent as it was spoken @param bursts sent at once */
export function bursts(paced: readonly TurnFacts[], bursts: readonly TurnFacts[]): Finding {
  const assumption = 'faster-than-spoken';
  if (bursts.length === 0) return unknown(assumption, NO_TURN);
  const first = firstSounds(bursts);
  const observed =
    `${first.length} of ${bursts.length} answered; first sound after ${seconds(median(first))}, ` +
    `${seconds(median(firstSounds(paced)))} as it was spoken${whyLost(bursts)}`;
  const advice = 'nothing to set: a turn that is sent again after a lost connection may fail';
  return judged(assumption, first.length === bursts.length, observed, advice);
}

const answeredOf = (turns: readonly TurnFacts[]) =>
  turns.filter(({ firstSoundMs }) => firstSoundMs !== undefined);

export function words(turns: readonly TurnFacts[]): Finding {
  const assumption = 'words-of-both';
  const answered = answeredOf(turns);
  if (answered.length === 0) return unknown(assumption, NO_ANSWER);
  const inTime = ({ heard, said, generationCompleteMs, turnCompleteMs }: TurnFacts) => {
    const endMs = (generationCompleteMs ?? turnCompleteMs ?? Number.POSITIVE_INFINITY) + GRACE_MS;
    return [heard, said].every(({ firstMs }) => firstMs !== undefined && firstMs <= endMs);
  };
  const good = answered.filter(inTime);
  const heardMs = median(known(answered.map(({ heard }) => heard.firstMs)));
  const saidMs = median(known(answered.map(({ said }) => said.firstMs)));
  const codes = new Set(
    answered.flatMap(({ heard, said }) => [...heard.languageCodes, ...said.languageCodes]),
  );
  const observed =
    `in ${good.length} of ${answered.length} turns; of the utterance after ${seconds(heardMs)}, of the answer after ` +
    `${seconds(saidMs)}; language codes: ${list([...codes])}`;
  const advice = 'nothing to set: the device then judges by the words that do come';
  return judged(assumption, good.length === answered.length, observed, advice);
}

/** @param wrong how many of the answers were in another language */
export function language(wrong: number, answers: number): Finding {
  const assumption = 'listeners-language';
  if (answers === 0) return unknown(assumption, 'no answer came with words');
  const observed = `${answers - wrong} of ${answers} answers`;
  return judged(assumption, wrong === 0, observed, 'live.models: another model, or the cascade first');
}

export function sound(turns: readonly TurnFacts[]): Finding {
  const assumption = 'sound-format';
  const types = [...new Set(turns.flatMap(({ soundTypes }) => soundTypes))];
  if (types.length === 0) return unknown(assumption, 'no sound came');
  const isExpected = types.every((type) => FORMAT.test(type));
  const advice = 'nothing to set: the device converts it or reports it';
  return judged(assumption, isExpected, types.join(', '), advice);
}

export function ends(turns: readonly TurnFacts[]): Finding {
  const assumption = 'end-markers';
  const answered = answeredOf(turns);
  if (answered.length === 0) return unknown(assumption, NO_ANSWER);
  const inOrder = ({ generationCompleteMs, turnCompleteMs, lastSoundMs = 0 }: TurnFacts) =>
    generationCompleteMs !== undefined &&
    turnCompleteMs !== undefined &&
    generationCompleteMs <= turnCompleteMs &&
    lastSoundMs <= generationCompleteMs + GRACE_MS;
  const good = answered.filter(inOrder).length;
  const generationMs = median(known(answered.map((turn) => turn.generationCompleteMs)));
  const turnMs = median(known(answered.map((turn) => turn.turnCompleteMs)));
  const observed =
    `in ${good} of ${answered.length} turns; generationComplete after ${seconds(generationMs)}, ` +
    `turnComplete after ${seconds(turnMs)}`;
  const advice = 'nothing to set: answers may be cut or end late; please report it';
  return judged(assumption, good === answered.length, observed, advice);
}

/** Sound of a turn in tokens. */
interface SoundTokens {
  readonly in: number;
  readonly out: number;
}

/** @param turns our own count beside the service's; undefined where it sent none */
export function usage(
  turns: readonly { readonly own: SoundTokens; readonly reported: SoundTokens | undefined }[],
): Finding {
  const assumption = 'usage';
  if (turns.length === 0) return unknown(assumption, NO_ANSWER);
  const reported = turns.flatMap((turn) => turn.reported ?? []);
  if (reported.length < turns.length) {
    const observed = `a report for ${reported.length} of ${turns.length} turns`;
    return judged(assumption, false, observed, 'nothing to set: `dragoman costs` shows our own count');
  }
  const sums = (['in', 'out'] as const).map((which) => {
    const sum = (all: readonly SoundTokens[]) => all.reduce((n, one) => n + one[which], 0);
    return { which, reported: sum(reported), own: sum(turns.map(({ own }) => own)) };
  });
  return judged(
    assumption,
    sums.every(({ reported, own }) => Math.abs(reported / own - 1) <= USAGE_TOLERANCE),
    sums
      .map(({ which, reported, own }) => `sound ${which}: ${reported} tokens, counted ${Math.round(own)}`)
      .join('; '),
    'compare `dragoman costs` with the bill; the budget counts our own figures',
  );
}

/** @param first @param second of one session, our count of the sound of both in `own` */
export function secondTurn(
  second: TurnFacts | undefined,
  own: { readonly both: number; readonly second: number },
  turnsPerConnection: number,
): Finding {
  const assumption = 'second-turn';
  if (second === undefined) return unknown(assumption, 'no first turn was answered');
  if (second.firstSoundMs === undefined) {
    const observed = second.lost === undefined ? 'no answer to the second turn' : faultText(second.lost);
    const advice =
      turnsPerConnection > 1 ? 'live.turns_per_connection = 1' : 'leave live.turns_per_connection at 1';
    return judged(assumption, false, observed, advice);
  }
  const counted = second.usage?.audioIn;
  const observed = `answered after ${seconds(second.firstSoundMs)}; ${counted ?? 'no'} tokens of sound in, ${Math.round(own.both)} with the first turn, ${Math.round(own.second)} without`;
  if (counted === undefined) return unknown(assumption, observed);
  const again = Math.abs(counted - own.both) < Math.abs(counted - own.second);
  const advice = 'live.turns_per_connection above 1 costs less than docs/operator/costs.md says';
  return judged(assumption, again, observed, advice);
}

/**
 * @param turn a turn in a session that was given earlier ones
 * @param refused why the session did not take them
 */
export function history(turn: TurnFacts | undefined, refused: string | undefined): Finding {
  const assumption = 'history';
  if (turn === undefined) return unknown(assumption, 'no session could be opened');
  const advice = 'nothing to set: the dialogue then translates each sentence without the earlier ones';
  if (refused !== undefined) return judged(assumption, false, refused, advice);
  if (turn.firstSoundMs !== undefined)
    return judged(assumption, true, `answered after ${seconds(turn.firstSoundMs)}`, advice);
  const why = turn.lost === undefined ? 'no answer to what was said after them' : faultText(turn.lost);
  return unknown(assumption, why);
}

/** The result of a request to one model. */
export interface RequestFacts {
  readonly model: string;
  readonly ms: number;
  /** A description of the answer; undefined when the request failed. */
  readonly seen: string | undefined;
  readonly fault: Fault | undefined;
}

export function requests(
  assumption: 'hearing' | 'speech',
  setting: string,
  requests: readonly RequestFacts[],
): Finding {
  if (requests.length === 0) return unknown(assumption, 'no model to try');
  const observed = requests.map(
    ({ model, ms, seen, fault }) =>
      `${model}: ${fault === undefined ? `${seen} after ${seconds(ms)}` : faultText(fault)}`,
  );
  const left = requests.filter(({ fault }) => fault === undefined).map(({ model }) => model);
  const advice =
    left.length > 0
      ? setTo(setting, left)
      : `${setting}: other models, or leave the cascade out of interpreters.engines`;
  return judged(assumption, left.length === requests.length, observed.join('; '), advice);
}

/** @param listenedMs after the end of the utterance */
export function translateEnd(facts: TurnFacts | undefined, listenedMs: number): Finding {
  const assumption = 'translate-end';
  if (facts === undefined) return unknown(assumption, 'it is not offered');
  const { lost, firstSoundMs, lastSoundMs, turnCompleteMs } = facts;
  if (lost !== undefined) return unknown(assumption, faultText(lost));
  if (firstSoundMs === undefined && facts.earlySeconds === 0)
    return unknown(assumption, `no translation within ${seconds(listenedMs)}`);
  const observed = `last sound after ${seconds(lastSoundMs)}; turnComplete: ${turnCompleteMs === undefined ? 'none' : `after ${seconds(turnCompleteMs)}`} within ${seconds(listenedMs)}`;
  const advice = 'nothing to set: the device waits for silence, which takes a second longer';
  return judged(assumption, turnCompleteMs === undefined, observed, advice);
}

/** @param livedMs undefined: it was still open when the check ended, after `watchedMs` */
export function silentSession(livedMs: number | undefined, watchedMs: number, said: string): Finding {
  const lived = livedMs ?? Number.POSITIVE_INFINITY;
  const open = livedMs === undefined;
  const observed = open
    ? `still open after ${seconds(watchedMs)}`
    : `ended after ${seconds(livedMs)} (${said})`;
  const advice = `live.spare_idle_s = ${Math.max(0, Math.floor(lived / 1000) - 10)}`;
  return judged('silent-session', lived > SILENT_LIFE_MS, observed, advice);
}

/** Twice as long, in whole seconds, as milliseconds. */
function roomFor(ms: number): number {
  return Math.ceil((ms * 2) / 1000) * 1000;
}
