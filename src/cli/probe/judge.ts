/** From what was seen to what it means: whether an assumption holds, and what to set where it does not. */

import type { Listing, Method } from '../../interpreters/gemini/catalogue.ts';
import type { KeyUse } from '../../interpreters/gemini/key-places.ts';
import { GRACE_MS } from '../../interpreters/live/dialogue/answer.ts';
import { SILENT_LIFE_MS } from '../../interpreters/live/session/connection.ts';
import type { Fault } from '../../kiosk/faults.ts';
import type { Finding } from './assumptions.ts';
import type { TurnFacts } from './trace.ts';

/** The largest difference between the service's count of sound and our own: it rounds, and hears some silence more. */
const USAGE_TOLERANCE = 0.25;

/** Sound that the device plays: the format that interpreters/live takes for granted. */
const FORMAT = /^audio\/(pcm|l16)(;\s*rate=24000)?$/i;

export const median = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const seconds = (ms: number | undefined) => (ms === undefined ? 'never' : `${(ms / 1000).toFixed(2)} s`);
const known = (values: readonly (number | undefined)[]) => values.filter((value) => value !== undefined);
const list = (values: readonly string[]) => (values.length === 0 ? 'none' : values.join(', '));
const faultText = ({ code, detail }: Fault) => `${code}: ${detail}`;

/** The models of one setting. */
export interface Wanted {
  readonly setting: string;
  readonly models: readonly string[];
  readonly method: Method;
}

export function judgeModels(wanted: readonly Wanted[], offered: Listing): Finding {
  const assumption = 'models';
  const missing: string[] = [];
  const advice: string[] = [];
  for (const { setting, models, method } of wanted) {
    const serves = (model: string) => offered.offers(model, method);
    for (const model of models.filter((one) => !serves(one)))
      missing.push(`${model} is not offered for ${method}`);
    const left = models.filter(serves);
    if (left.length === models.length) continue;
    const others = offered.offering(method);
    advice.push(
      left.length > 0
        ? `${setting} = [${left.map((model) => `"${model}"`).join(', ')}]`
        : `${setting}: choose among ${list(others)}`,
    );
  }
  const all = wanted.flatMap(({ models }) => models);
  if (missing.length === 0) return { assumption, verdict: 'holds', observed: `offered: ${list(all)}` };
  return { assumption, verdict: 'fails', observed: missing.join('; '), advice: advice.join('; ') };
}

/** @param inUrlOnly for what the key was refused in the header and taken in the URL */
export function judgeKey(inUrlOnly: ReadonlySet<KeyUse>): Finding {
  const assumption = 'key-in-header';
  if (inUrlOnly.size === 0)
    return { assumption, verdict: 'holds', observed: 'taken for requests and for sessions' };
  const observed = `taken in the URL only, for ${list([...inUrlOnly])}`;
  const advice =
    'nothing to set: the device then sends it there; a new key of AI Studio may be taken in the header';
  return { assumption, verdict: 'fails', observed, advice };
}

/** @param setUpsMs from the open WebSocket to setupComplete, of each session */
export function judgeSetUp(setUpsMs: readonly number[], timeoutMs: number): Finding {
  const assumption = 'set-up-in-time';
  const longest = Math.max(...setUpsMs);
  const observed = `${setUpsMs.length} sessions, open after ${seconds(median(setUpsMs))} (median), ${seconds(longest)} at most`;
  if (setUpsMs.length === 0)
    return { assumption, verdict: 'unknown', observed: 'no session could be opened' };
  if (longest * 2 <= timeoutMs) return { assumption, verdict: 'holds', observed };
  return { assumption, verdict: 'fails', observed, advice: `live.setup_timeout_ms = ${roomFor(longest)}` };
}

/** @param turns held for longer than the utterance */
export function judgeHeld(turns: readonly TurnFacts[]): Finding {
  const assumption = 'silent-while-held';
  const early = turns.filter(({ earlySeconds }) => earlySeconds > 0);
  const observed = `silent in ${turns.length - early.length} of ${turns.length} turns while the button was held`;
  if (turns.length === 0) return { assumption, verdict: 'unknown', observed: 'no turn could be tried' };
  if (early.length === 0) return { assumption, verdict: 'holds', observed };
  return { assumption, verdict: 'fails', observed, advice: 'interpreters.engines: put "cascade" first' };
}

export function judgeAnswers(turns: readonly TurnFacts[], timeoutMs: number): Finding {
  const assumption = 'answers-after-end';
  const first = known(turns.map(({ firstSoundMs }) => firstSoundMs));
  const lost = turns.find((turn) => turn.lost !== undefined)?.lost;
  const observed =
    `${first.length} of ${turns.length} answered; first sound after ${seconds(median(first))} (median), ` +
    `${seconds(first.length === 0 ? undefined : Math.max(...first))} at most${lost === undefined ? '' : `; ${faultText(lost)}`}`;
  if (turns.length === 0) return { assumption, verdict: 'unknown', observed: 'no turn could be tried' };
  const longest = Math.max(...first);
  if (first.length < turns.length) {
    return { assumption, verdict: 'fails', observed, advice: 'interpreters.engines: put "cascade" first' };
  }
  if (longest <= timeoutMs) return { assumption, verdict: 'holds', observed };
  return { assumption, verdict: 'fails', observed, advice: `live.answer_timeout_ms = ${roomFor(longest)}` };
}

/** @param paced sent as it was spoken @param bursts sent at once */
export function judgeBursts(paced: readonly TurnFacts[], bursts: readonly TurnFacts[]): Finding {
  const assumption = 'faster-than-spoken';
  if (bursts.length === 0) return { assumption, verdict: 'unknown', observed: 'no turn could be tried' };
  const first = known(bursts.map(({ firstSoundMs }) => firstSoundMs));
  const spoken = known(paced.map(({ firstSoundMs }) => firstSoundMs));
  const lost = bursts.find((turn) => turn.lost !== undefined)?.lost;
  const observed =
    `${first.length} of ${bursts.length} answered; first sound after ${seconds(median(first))}, ` +
    `${seconds(median(spoken))} as it was spoken${lost === undefined ? '' : `; ${faultText(lost)}`}`;
  if (first.length === bursts.length) return { assumption, verdict: 'holds', observed };
  const advice = 'nothing to set: a turn that is sent again after a lost connection may fail';
  return { assumption, verdict: 'fails', observed, advice };
}

export function judgeWords(turns: readonly TurnFacts[]): Finding {
  const assumption = 'words-of-both';
  const answered = turns.filter(({ firstSoundMs }) => firstSoundMs !== undefined);
  if (answered.length === 0) return { assumption, verdict: 'unknown', observed: 'no turn was answered' };
  const inTime = ({ heard, said, generationCompleteMs, turnCompleteMs }: TurnFacts) => {
    const endMs = (generationCompleteMs ?? turnCompleteMs ?? Number.POSITIVE_INFINITY) + GRACE_MS;
    return [heard, said].every(({ firstMs }) => firstMs !== undefined && firstMs <= endMs);
  };
  const good = answered.filter(inTime);
  const heardMs = median(known(answered.map(({ heard }) => heard.firstMs)));
  const saidMs = median(known(answered.map(({ said }) => said.firstMs)));
  const codes = [
    ...new Set(answered.flatMap(({ heard, said }) => [...heard.languageCodes, ...said.languageCodes])),
  ];
  const observed =
    `in ${good.length} of ${answered.length} turns; of the utterance after ${seconds(heardMs)}, of the answer after ` +
    `${seconds(saidMs)}; language codes: ${list(codes)}`;
  if (good.length === answered.length) return { assumption, verdict: 'holds', observed };
  const advice = 'nothing to set: the device then judges by the words that do come';
  return { assumption, verdict: 'fails', observed, advice };
}

/** @param wrong how many of so many answers were in another language */
export function judgeLanguage(wrong: number, answers: number): Finding {
  const assumption = 'listeners-language';
  if (answers === 0) return { assumption, verdict: 'unknown', observed: 'no answer came with words' };
  const observed = `${answers - wrong} of ${answers} answers`;
  if (wrong === 0) return { assumption, verdict: 'holds', observed };
  return {
    assumption,
    verdict: 'fails',
    observed,
    advice: 'live.models: another model, or the cascade first',
  };
}

export function judgeSound(turns: readonly TurnFacts[]): Finding {
  const assumption = 'sound-format';
  const types = [...new Set(turns.flatMap(({ soundTypes }) => soundTypes))];
  if (types.length === 0) return { assumption, verdict: 'unknown', observed: 'no sound came' };
  const observed = types.join(', ');
  if (types.every((type) => FORMAT.test(type))) return { assumption, verdict: 'holds', observed };
  return {
    assumption,
    verdict: 'fails',
    observed,
    advice: 'nothing to set: the device converts it or reports it',
  };
}

export function judgeEnds(turns: readonly TurnFacts[]): Finding {
  const assumption = 'end-markers';
  const answered = turns.filter(({ firstSoundMs }) => firstSoundMs !== undefined);
  if (answered.length === 0) return { assumption, verdict: 'unknown', observed: 'no turn was answered' };
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
  if (good === answered.length) return { assumption, verdict: 'holds', observed };
  const advice = 'nothing to set: answers may be cut or end late; please report it';
  return { assumption, verdict: 'fails', observed, advice };
}

/** Sound of a turn in tokens. */
export interface SoundTokens {
  readonly in: number;
  readonly out: number;
}

/** @param turns our own count beside the service's; undefined where it sent none */
export function judgeUsage(
  turns: readonly { readonly own: SoundTokens; readonly reported: SoundTokens | undefined }[],
): Finding {
  const assumption = 'usage';
  if (turns.length === 0) return { assumption, verdict: 'unknown', observed: 'no turn was answered' };
  const reported = turns.flatMap((turn) => turn.reported ?? []);
  if (reported.length < turns.length) {
    const observed = `a report for ${reported.length} of ${turns.length} turns`;
    return {
      assumption,
      verdict: 'fails',
      observed,
      advice: 'nothing to set: `dragoman costs` shows our own count',
    };
  }
  const sum = (all: readonly SoundTokens[], which: 'in' | 'out') => all.reduce((n, one) => n + one[which], 0);
  const own = turns.map((turn) => turn.own);
  const difference = (which: 'in' | 'out') => sum(reported, which) / sum(own, which) - 1;
  const observed = (['in', 'out'] as const)
    .map((which) => `sound ${which}: ${sum(reported, which)} tokens, counted ${Math.round(sum(own, which))}`)
    .join('; ');
  if (Math.max(Math.abs(difference('in')), Math.abs(difference('out'))) <= USAGE_TOLERANCE)
    return { assumption, verdict: 'holds', observed };
  const advice = 'compare `dragoman costs` with the bill; the budget counts our own figures';
  return { assumption, verdict: 'fails', observed, advice };
}

/** @param first @param second of one session, our count of the sound of both in `own` */
export function judgeSecondTurn(
  second: TurnFacts | undefined,
  own: { readonly both: number; readonly second: number },
  turnsPerConnection: number,
): Finding {
  const assumption = 'second-turn';
  if (second === undefined) return { assumption, verdict: 'unknown', observed: 'no first turn was answered' };
  if (second.firstSoundMs === undefined) {
    const observed = second.lost === undefined ? 'no answer to the second turn' : faultText(second.lost);
    const advice =
      turnsPerConnection > 1 ? 'live.turns_per_connection = 1' : 'leave live.turns_per_connection at 1';
    return { assumption, verdict: 'fails', observed, advice };
  }
  const counted = second.usage?.audioIn;
  const observed = `answered after ${seconds(second.firstSoundMs)}; ${counted ?? 'no'} tokens of sound in, ${Math.round(own.both)} with the first turn, ${Math.round(own.second)} without`;
  if (counted === undefined) return { assumption, verdict: 'unknown', observed };
  const again = Math.abs(counted - own.both) < Math.abs(counted - own.second);
  if (again) return { assumption, verdict: 'holds', observed };
  const advice = 'live.turns_per_connection above 1 costs less than docs/operator/costs.md says';
  return { assumption, verdict: 'fails', observed, advice };
}

/**
 * @param turn what came of a turn in a session that was given earlier ones
 * @param refused why it did not take them
 */
export function judgeHistory(turn: TurnFacts | undefined, refused: string | undefined): Finding {
  const assumption = 'history';
  if (turn === undefined) return { assumption, verdict: 'unknown', observed: 'no session could be opened' };
  const advice = 'nothing to set: the dialogue then translates each sentence by itself';
  if (refused !== undefined) return { assumption, verdict: 'fails', observed: refused, advice };
  if (turn.firstSoundMs !== undefined)
    return { assumption, verdict: 'holds', observed: `answered after ${seconds(turn.firstSoundMs)}` };
  const observed = turn.lost === undefined ? 'no answer to what was said after them' : faultText(turn.lost);
  return { assumption, verdict: 'unknown', observed };
}

/** What came of a request to one model. */
export interface RequestFacts {
  readonly model: string;
  readonly ms: number;
  /** What came, in words; undefined when the request failed. */
  readonly seen: string | undefined;
  readonly fault: Fault | undefined;
}

export function judgeRequests(
  assumption: 'hearing' | 'speech',
  setting: string,
  requests: readonly RequestFacts[],
): Finding {
  if (requests.length === 0) return { assumption, verdict: 'unknown', observed: 'no model to try' };
  const observed = requests
    .map(
      ({ model, ms, seen, fault }) =>
        `${model}: ${fault === undefined ? `${seen} after ${seconds(ms)}` : faultText(fault)}`,
    )
    .join('; ');
  const left = requests.filter(({ fault }) => fault === undefined);
  if (left.length === requests.length) return { assumption, verdict: 'holds', observed };
  const advice =
    left.length > 0
      ? `${setting} = [${left.map(({ model }) => `"${model}"`).join(', ')}]`
      : `${setting}: other models, or leave the cascade out of interpreters.engines`;
  return { assumption, verdict: 'fails', observed, advice };
}

/** @param listenedMs so long after the end of the utterance */
export function judgeTranslateEnd(facts: TurnFacts | undefined, listenedMs: number): Finding {
  const assumption = 'translate-end';
  if (facts === undefined) return { assumption, verdict: 'unknown', observed: 'it is not offered' };
  const { lost, firstSoundMs, lastSoundMs, turnCompleteMs } = facts;
  if (lost !== undefined) return { assumption, verdict: 'unknown', observed: faultText(lost) };
  if (firstSoundMs === undefined && facts.earlySeconds === 0)
    return { assumption, verdict: 'unknown', observed: `no translation within ${seconds(listenedMs)}` };
  const observed = `last sound after ${seconds(lastSoundMs)}; turnComplete: ${turnCompleteMs === undefined ? 'none' : `after ${seconds(turnCompleteMs)}`} within ${seconds(listenedMs)}`;
  if (turnCompleteMs === undefined) return { assumption, verdict: 'holds', observed };
  const advice = 'nothing to set: the device waits for silence, which takes a second longer';
  return { assumption, verdict: 'fails', observed, advice };
}

/** @param livedMs undefined: it was still open when the check ended, after `watchedMs` */
export function judgeSilentSession(livedMs: number | undefined, watchedMs: number, said: string): Finding {
  const assumption = 'silent-session';
  const observed =
    livedMs === undefined
      ? `still open after ${seconds(watchedMs)}`
      : `ended after ${seconds(livedMs)} (${said})`;
  if (livedMs === undefined || livedMs > SILENT_LIFE_MS) return { assumption, verdict: 'holds', observed };
  const advice = `live.spare_idle_s = ${Math.max(0, Math.floor(livedMs / 1000) - 10)}`;
  return { assumption, verdict: 'fails', observed, advice };
}

/** Twice as long, in whole seconds, as milliseconds. */
function roomFor(ms: number): number {
  return Math.ceil((ms * 2) / 1000) * 1000;
}
