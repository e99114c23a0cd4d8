import type { Disk, Ending, Journal, Outcome, Step } from './plan.ts';
import { PACKAGED } from './plan.ts';
import type { Seen } from './ports.ts';
import { running } from './prepare.ts';
import { age, signedText } from './signature.ts';

const STEPS: Readonly<Record<Step, string>> = {
  prepare: 'is being fetched, verified and unpacked',
  wait: 'waits until nobody is being served',
  switch: 'is being switched to',
  restart: 'is being started',
  trial: 'is being watched: it has to be healthy within two minutes',
  keep: 'is healthy, and stays',
  return: 'is being rolled back',
  'restart back': 'is being rolled back',
  settle: 'is being rolled back',
  'rolled back': 'was rolled back',
  refuse: 'is not taken',
};

/** How far an update is: "0.2.0 waits until nobody is being served". */
export function journalText({ step, to, reason }: Journal): string {
  return `${to?.version ?? 'a release'} ${STEPS[step]}${reason === undefined ? '' : ` (${reason})`}`;
}

/** What became of an update: "0.2.0 was rolled back: …". */
export function outcomeText({ outcome, version, from, reason }: Ending): string {
  const release = version === 'unknown' ? 'the package' : version;
  switch (outcome) {
    case 'kept':
      return `${release} runs; ${from} is kept beside it`;
    case 'rolled back':
      return `${release} was rolled back, ${from} runs: ${reason}`;
    case 'refused':
      return `${release} was refused, ${from} runs: ${reason}`;
  }
}

/** A release that has ended this many times in a row is not started any more, by packaging/frame/dragoman. */
const FAILURES_BORNE = 5;

/** What `dragoman update status` reports. */
export interface UpdateStatus {
  readonly disk: Disk;
  readonly journal: Journal | undefined;
  readonly outcome: Outcome | undefined;
  readonly seen: Seen;
  /** Of the wall clock. */
  readonly nowMs: number;
  /** How often what is to run has ended in a row. */
  readonly failures: number;
}

/** What runs, and what the packaged release stands in for where the other is not started any more. */
function runningNow({ disk, failures }: UpdateStatus): { runs: string; standsInFor: string | undefined } {
  const { name, version } = running(disk);
  const failed = name !== PACKAGED && failures > FAILURES_BORNE;
  return failed ? { runs: PACKAGED, standsInFor: version } : { runs: name, standsInFor: undefined };
}

export function statusText(status: UpdateStatus): string {
  const { disk, journal, outcome, failures, seen, nowMs } = status;
  const { runs, standsInFor } = runningNow(status);
  const because = standsInFor === undefined ? '' : `: ${standsInFor} has ended ${failures} times in a row`;
  const named = (name: string) =>
    `${disk.releases[name] ?? 'unknown'}${name === PACKAGED ? ', from the Debian package' : ''}`;
  const { previous } = disk;
  const back = previous ?? PACKAGED;
  const lines = [
    `runs      ${named(runs)}${because}`,
    ...(back === running(disk).name
      ? []
      : [`before    ${named(back)}: "dragoman update back" goes back to it`]),
    ...(seen.signedOn === undefined ? [] : [`newest    ${signedText(seen.signedOn, nowMs)}`]),
    `update    ${journal === undefined ? 'none in progress' : `${journalText(journal)}; since ${journal.startedAt}`}`,
    ...(outcome === undefined ? [] : [`the last  ${outcomeText(outcome)} (${outcome.at})`]),
    ...(outcome?.rolledBack === undefined
      ? []
      : [`and       ${outcomeText(outcome.rolledBack)} (${outcome.rolledBack.at})`]),
  ];
  return `${lines.join('\n')}\n`;
}

export function statusJson(status: UpdateStatus): Record<string, unknown> {
  const { disk, journal, outcome, seen, nowMs } = status;
  const named = (name: string) => ({
    version: disk.releases[name] ?? null,
    packaged: name === PACKAGED,
  });
  const { runs, standsInFor } = runningNow(status);
  const back = disk.previous ?? PACKAGED;
  return {
    runs: named(runs),
    standsInFor: standsInFor ?? null,
    before: back === running(disk).name ? null : named(back),
    newestSignature:
      seen.signedOn === undefined ? null : { date: seen.signedOn, ...age(seen.signedOn, nowMs) },
    accepted: seen.accepted ?? null,
    inProgress:
      journal === undefined
        ? null
        : {
            step: journal.step,
            version: journal.to?.version ?? null,
            since: journal.startedAt,
            reason: journal.reason ?? null,
          },
    last: outcome ?? null,
  };
}
