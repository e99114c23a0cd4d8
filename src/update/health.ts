/** Whether a release that was just started is healthy, pure: samples in, a verdict out. */

import type { Before } from './plan.ts';

/** Limits of an update, in milliseconds. */
export const LIMITS = {
  /** The longest wait until no guest is being served. */
  waitMs: 12 * 3_600_000,
  /**
   * The update no longer waits for a daemon that has not answered for this time, or for devices that the daemon has not
   * found by then. A slow card starts the daemon in a few seconds, or after a growing delay if it has just died.
   */
  silentMs: 60_000,
  /** A release that is not well has this time to end in good order. */
  endMs: 120_000,
  /** The interval between two looks. */
  everyMs: 1000,
  /** A release must become healthy within this time from its start. */
  healthyWithinMs: 120_000,
  /** It must then stay healthy for this long, without a restart. */
  healthyForMs: 30_000,
};
export type UpdateLimits = Readonly<typeof LIMITS>;
type Limits = Pick<UpdateLimits, 'healthyWithinMs' | 'healthyForMs'>;

/** Started more often than this within one trial, it loops: the run from before, the first one, and three more. */
const MOST_RUNS = 5;

export interface DaemonLook {
  readonly version: string;
  /** Whole seconds since it was started. */
  readonly uptimeS: number;
  readonly vacant: boolean;
  /** By name: `starting`, `working` or the code of a fault. */
  readonly devices: Readonly<Record<string, string>>;
}

export interface ServiceLook {
  readonly active: boolean;
  /** Names this run of the service: another one after each start. */
  readonly run: string;
}

/** What is seen at one moment. */
export interface Sample {
  /** Monotonic, in milliseconds. */
  readonly atMs: number;
  /** Undefined where no service manager can be asked. */
  readonly service: ServiceLook | undefined;
  /** Undefined where the daemon does not answer. */
  readonly daemon: DaemonLook | undefined;
  /** Names of the sound cards. */
  readonly cards: readonly string[];
}

export interface Trial {
  readonly startedMs: number;
  /** Since when it has been healthy without a break, and the uptime at the last look. */
  readonly well: { readonly sinceMs: number; readonly run: string; readonly uptimeS: number } | undefined;
  /** The runs of the service that were seen. */
  readonly runs: readonly string[];
  /** What was wrong when something was wrong the last time. */
  readonly trouble: string;
}

export type Verdict = { readonly is: 'healthy' } | { readonly is: 'unhealthy'; readonly reason: string };

export function beginTrial(startedMs: number): Trial {
  return { startedMs, well: undefined, runs: [], trouble: 'nothing was heard of it' };
}

/**
 * What a sample adds. Network, service, key, quota and money are not looked at: they are no fault of a release.
 * @param wanted the version that is to answer, and what worked before
 * @returns `verdict` as soon as there is one
 */
export function judge(
  trial: Trial,
  sample: Sample,
  wanted: { readonly version: string; readonly before: Before },
  limits: Limits,
): { readonly trial: Trial; readonly verdict?: Verdict } {
  const { atMs, service, daemon } = sample;
  const run = service?.run ?? '';
  const runs = run === '' || trial.runs.includes(run) ? trial.runs : [...trial.runs, run];
  const wrong = trouble(sample, wanted);
  if (wrong === undefined && daemon !== undefined) {
    const { well } = trial;
    const same = well !== undefined && well.run === run && daemon.uptimeS >= well.uptimeS;
    const sinceMs = same ? well.sinceMs : atMs;
    const restarted = well !== undefined && !same;
    const next: Trial = {
      ...trial,
      runs,
      well: { sinceMs, run, uptimeS: daemon.uptimeS },
      trouble: restarted ? 'it was restarted while it was watched' : trial.trouble,
    };
    // Well in time, it may show that it stays so.
    if (sinceMs - trial.startedMs > limits.healthyWithinMs) return unhealthy(next, limits);
    if (atMs - sinceMs >= limits.healthyForMs) return { trial: next, verdict: { is: 'healthy' } };
    return { trial: next };
  }
  const next: Trial = { ...trial, runs, well: undefined, trouble: wrong ?? trial.trouble };
  if (runs.length >= MOST_RUNS) {
    const loops = `it ends again and again (${runs.length - 1} starts); the last seen: ${next.trouble}`;
    return { trial: next, verdict: { is: 'unhealthy', reason: loops } };
  }
  if (atMs - trial.startedMs >= limits.healthyWithinMs) return unhealthy(next, limits);
  return { trial: next };
}

function unhealthy(trial: Trial, { healthyWithinMs }: Limits): { trial: Trial; verdict: Verdict } {
  const reason = `not healthy within ${Math.round(healthyWithinMs / 1000)} s: ${trial.trouble}`;
  return { trial, verdict: { is: 'unhealthy', reason } };
}

/** What is wrong at this moment, in words. */
function trouble(
  { service, daemon, cards }: Sample,
  { version, before }: { readonly version: string; readonly before: Before },
): string | undefined {
  if (service !== undefined && !service.active) return 'the service is not active';
  if (daemon === undefined) return 'the daemon does not answer';
  if (daemon.version !== version) return `version ${daemon.version} answers`;
  for (const name of before.working) {
    const is = daemon.devices[name] ?? 'not reported';
    if (is === 'working') continue;
    // It may have been pulled out meanwhile; where all cards are there as before, it was not.
    const pulledOut = is.endsWith('-missing') && !sameCards(cards, before.cards);
    if (!pulledOut) return `the ${name} worked before and does not now: ${is}`;
  }
  return undefined;
}

/** All that were there are there. */
function sameCards(now: readonly string[], before: readonly string[]): boolean {
  return before.every((card) => now.includes(card));
}
