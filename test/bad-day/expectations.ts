/** What has to be true of every day: no surprises. */

import { isQuiet } from '../../src/daemon/quiet.ts';
import { FAULTS, type RetryRule } from '../../src/kiosk/faults.ts';
import { type Look, lookInWords } from '../../src/kiosk/shown/looks.ts';
import type { Config } from '../../src/system/config/schema.ts';
import type { Diary } from './diary.ts';

export interface Expectation {
  readonly what: string;
  /** The violations; empty when it held. */
  readonly against: readonly string[];
}

/** The longest wait of a fault's rule, with the time-outs of the retry. */
const RULE_MS: Readonly<Record<RetryRule, number>> = {
  'at once': 60_000,
  backoff: 60_000,
  slow: 90_000,
  'when changed': 15 * 60_000,
};
/** By then everything that a press causes is over: delivery and announcements. */
const AFTER_PRESS_MS = 25_000;
/**
 * Log lines of warning or worse that an episode may write without a press, and for each press: a turn that is tried for
 * 15 s names each of its faults once.
 */
const LINES = { episode: 4, press: 6 };

export function expectations(diary: Diary, config: Config): Expectation[] {
  const { episodes, presses, turns, sounds, warnings } = diary;
  const timeAt = (ms: number) => diary.timeAt(ms);
  const connection = untilNext(diary.lights.connection);
  const trouble = untilNext(diary.lights.trouble);
  const connectMs = config.live.connectTimeoutMs + config.live.setupTimeoutMs;
  const { quietFrom: from, quietTo: to } = config.kiosk;
  const isAsleep = (ms: number) => isQuiet(new Date(`2000-01-01T${timeAt(ms)}`), from, to);
  const noticeMs = config.service.checkMs + connectMs;

  const outcomes = untilNext(presses).flatMap(({ atMs, untilMs, right }) => {
    const ended = turns.filter((line) => line.atMs >= atMs && line.atMs < untilMs);
    if (ended.length !== 1) return [`the press at ${timeAt(atMs)} had ${ended.length} outcomes`];
    return ended.flatMap(({ turn: { turn, outcome, fault } }) => {
      const is = fault === undefined ? outcome : `${outcome}: ${fault}`;
      return right.some((one) => one === is) ? [] : [`turn ${turn}: ${is}, not ${right.join(' or ')}`];
    });
  });

  const claims = episodes.flatMap(({ name, faults, fromMs, toMs }) => {
    // A fault that only a session shows is unknown until the next turn.
    const network = faults.every((code) => FAULTS[code].id.startsWith('D6'));
    const first = presses.find(({ atMs }) => atMs >= fromMs && atMs < toMs)?.atMs;
    const knownMs = network ? fromMs + noticeMs : (first ?? toMs) + AFTER_PRESS_MS;
    return connection
      .filter(({ atMs, untilMs, look }) => isOn(look) && untilMs > knownMs && atMs < toMs)
      .map(({ atMs }) => `${name}: connection light on at ${timeAt(Math.max(atMs, knownMs))}`);
  });

  const back = episodes.flatMap(({ name, faults, toMs }) => {
    const rules = faults.map((code) => RULE_MS[FAULTS[code].retry]);
    const dueMs = toMs + Math.max(...rules) + connectMs;
    const at = connection.find(({ untilMs, look }) => untilMs > toMs && isOn(look));
    if (at !== undefined && at.atMs <= dueMs) return [];
    // In a quiet hour the lights of a working desk are off, trouble's as well.
    const well = trouble.find(({ untilMs, look }) => untilMs > toMs && isOff(look));
    if (isAsleep(toMs) && well !== undefined && well.atMs <= dueMs) return [];
    return [`${name}: not ready by ${timeAt(dueMs)}`];
  });

  const right = episodes.flatMap(({ name, faults, fromMs, toMs }) => {
    const wanted = faults.map((code) => lookInWords(FAULTS[code].look));
    const seen = trouble
      .filter(({ atMs, untilMs, look }) => untilMs > fromMs && atMs < toMs && !isOff(look))
      .map(({ look }) => lookInWords(look));
    if (seen.length === 0) return [`${name}: the trouble light never showed it`];
    return seen.filter((look) => !wanted.includes(look)).map((look) => `${name}: ${look}`);
  });

  const asked = (atMs: number) => presses.some((one) => atMs >= one.atMs && atMs < one.atMs + AFTER_PRESS_MS);
  const noises = sounds
    .filter(({ startMs }) => !asked(startMs) && isAsleep(startMs))
    .map(({ startMs, name = 'something unknown' }) => `${timeAt(startMs)}: ${name}`);

  const wordy = episodes.flatMap(({ name, fromMs, toMs }) => {
    const within = ({ atMs }: { readonly atMs: number }) => atMs >= fromMs && atMs < toMs + noticeMs;
    const lines = warnings.filter(within).length;
    const allowed = LINES.episode + LINES.press * presses.filter(within).length;
    return lines <= allowed ? [] : [`${name}: ${lines} lines, not ${allowed} at most`];
  });
  const bugs = warnings.filter(({ line }) => line.level >= 50).map(({ line }) => line.msg);

  return [
    { what: 'Every press had exactly one outcome, the right one.', against: outcomes },
    {
      what: `The connection light did not show "ready" for more than ${noticeMs / 1000} s while nothing could be reached, nor after a press had found no service.`,
      against: claims,
    },
    {
      what: 'After each fault the desk was ready again by itself, within the time that its retry rule allows.',
      against: back,
    },
    { what: "The trouble light showed each fault by the fault's own look.", against: right },
    { what: 'In quiet hours nothing was heard except after a press.', against: noises },
    { what: 'The log reported each fault in a few lines.', against: wordy },
    { what: 'Nothing in the log is an error of the device itself.', against: bugs },
  ];
}

const isOn = (look: Look) => lookInWords(look) === 'on';
const isOff = (look: Look) => lookInWords(look) === 'off';

/** Each lasts until the next one. */
function untilNext<T extends { readonly atMs: number }>(
  all: readonly T[],
): (T & { readonly untilMs: number })[] {
  return all.map((one, i) => ({ ...one, untilMs: all[i + 1]?.atMs ?? Number.POSITIVE_INFINITY }));
}
