/** What has to be true of a day, whatever happened in it: so that it held no surprise. */
import { FAULTS, type FaultCode, type RetryRule } from '../../src/kiosk/faults.ts';
import { lookInWords } from '../../src/kiosk/looks.ts';
import { isQuiet } from '../../src/runtime/quiet.ts';
import type { Config } from '../../src/system/config.ts';
import type { Diary, Episode } from './diary.ts';
import type { Outcome } from './script.ts';

export interface Expectation {
  readonly what: string;
  /** What was found against it; empty when it held. */
  readonly against: readonly string[];
}

/** How long a fault's rule may wait, and the time-outs of the try that follows. */
const RULE_MS: Readonly<Record<RetryRule, number>> = {
  'at once': 60_000,
  backoff: 60_000,
  slow: 90_000,
  'when changed': 15 * 60_000,
};
/** What a press brings about is over by then: delivery, and what is said about it. */
const AFTER_PRESS_MS = 25_000;
/**
 * Log lines of warning or worse that an episode may write by itself, and for each press in it: a turn that is tried
 * for 15 s tells each of its faults once.
 */
const LINES = { episode: 4, press: 6 };

export function expectations(
  diary: Diary,
  config: Config,
  faults: ReadonlyMap<Episode, readonly FaultCode[]>,
  wishes: readonly { readonly turn: number; readonly right: readonly Outcome[] }[],
): Expectation[] {
  const { episodes, presses, turns, looks, sounds, warnings, timeAt } = told(diary);
  const connectMs = config.live.connect_timeout_ms + config.live.setup_timeout_ms;
  const { quiet_from: from, quiet_to: to } = config.kiosk;
  const noticeMs = config.service.check_s * 1000 + connectMs;

  const outcomes = wishes.flatMap(({ turn, right }) => {
    const ended = turns.filter((line) => line.turn === turn);
    if (ended.length !== 1) return [`turn ${turn} had ${ended.length} outcomes`];
    const [{ outcome, fault } = { outcome: '', fault: undefined }] = ended;
    const is = fault === undefined ? outcome : `${outcome}: ${fault}`;
    return right.some((one) => one === is) ? [] : [`turn ${turn}: ${is}, not ${right.join(' or ')}`];
  });

  const claims = episodes.flatMap((episode) => {
    // What only a session shows can't be known before somebody wants one.
    const network = faults.get(episode)?.every((code) => FAULTS[code].id.startsWith('D6')) === true;
    const first = presses.find(({ atMs }) => atMs >= episode.fromMs && atMs < episode.toMs)?.atMs;
    const knownMs = network ? episode.fromMs + noticeMs : (first ?? episode.toMs) + AFTER_PRESS_MS;
    return looks
      .filter(({ atMs, untilMs }) => untilMs > knownMs && atMs < episode.toMs)
      .filter(({ looks: { connection } }) => lookInWords(connection) === 'on')
      .map(({ atMs }) => `${episode.name}: connection light on at ${timeAt(Math.max(atMs, knownMs))}`);
  });

  const back = episodes.flatMap((episode) => {
    const rules = (faults.get(episode) ?? []).map((code) => RULE_MS[FAULTS[code].retry]);
    const dueMs = episode.toMs + Math.max(...rules) + connectMs;
    const at = looks.find(({ untilMs, looks: { connection } }) => untilMs > episode.toMs && isOn(connection));
    const asleep = (ms: number) => isQuiet(new Date(`2000-01-01T${timeAt(ms)}`), from, to);
    if (at !== undefined && at.atMs <= dueMs) return [];
    // In a quiet hour the light of a desk that is well is out; that of trouble is then out as well.
    const well = looks.find(
      ({ untilMs, looks: { reconnect } }) => untilMs > episode.toMs && lookInWords(reconnect) === 'off',
    );
    if (asleep(episode.toMs) && well !== undefined && well.atMs <= dueMs) return [];
    return [`${episode.name}: not ready by ${timeAt(dueMs)}`];
  });

  const right = episodes.flatMap((episode) => {
    const wanted = (faults.get(episode) ?? []).map((code) => lookInWords(FAULTS[code].look));
    const seen = looks
      .filter(({ atMs }) => atMs > episode.fromMs && atMs < episode.toMs)
      .map(({ looks: { reconnect } }) => lookInWords(reconnect))
      .filter((look) => look !== 'off');
    if (seen.length === 0) return [`${episode.name}: the reconnect light never told`];
    return seen.filter((look) => !wanted.includes(look)).map((look) => `${episode.name}: ${look}`);
  });

  const asked = (atMs: number) => presses.some((one) => atMs >= one.atMs && atMs < one.atMs + AFTER_PRESS_MS);
  const noises = sounds
    .filter(({ atMs }) => !asked(atMs) && isQuiet(new Date(`2000-01-01T${timeAt(atMs)}`), from, to))
    .map(({ atMs, sound }) => `${timeAt(atMs)}: ${JSON.stringify(sound)}`);

  const wordy = episodes.flatMap((episode) => {
    const untilMs = episode.toMs + noticeMs;
    const within = ({ atMs }: { readonly atMs: number }) => atMs >= episode.fromMs && atMs < untilMs;
    const lines = warnings.filter(within).length;
    const allowed = LINES.episode + LINES.press * presses.filter(within).length;
    return lines <= allowed ? [] : [`${episode.name}: ${lines} lines, not ${allowed} at most`];
  });
  const bugs = warnings.filter(({ line }) => line.level >= 50).map(({ line }) => line.msg);

  return [
    { what: 'Every press had its one outcome, and the right one.', against: outcomes },
    {
      what: `The connection light did not claim "ready" for longer than ${noticeMs / 1000} s while nothing could be reached, nor after a press had shown that there is no service.`,
      against: claims,
    },
    {
      what: 'After each fault the desk was ready within the wait of its rule, with nobody touching it.',
      against: back,
    },
    { what: "The reconnect light told each fault, by the fault's own look.", against: right },
    { what: 'In quiet hours nothing was heard but behind a press.', against: noises },
    { what: 'The log told each fault in few lines.', against: wordy },
    { what: 'Nothing in the log is an error of the device itself.', against: bugs },
  ];
}

const isOn = (look: Parameters<typeof lookInWords>[0]) => lookInWords(look) === 'on';

/** The diary with its ends closed: looks last until the next, episodes until the end. */
function told(diary: Diary) {
  const { episodes, presses, turns, looks, sounds, warnings } = diary;
  return {
    presses,
    turns,
    sounds,
    warnings,
    timeAt: (ms: number) => diary.timeAt(ms),
    looks: looks.map((look, i) => ({ ...look, untilMs: looks[i + 1]?.atMs ?? Number.POSITIVE_INFINITY })),
    episodes: episodes.map((episode) =>
      Object.assign(episode, { toMs: episode.toMs ?? Number.POSITIVE_INFINITY }),
    ),
  };
}
