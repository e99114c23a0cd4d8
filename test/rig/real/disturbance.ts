import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Figures } from './disturbance-watch.ts';

/**
 * How much something else kept the rig from running while a test ran. A test in real time may fail because its
 * processes did not get the CPU: such a failure says nothing about the product.
 */
export interface Disturbance extends Figures {
  readonly durationMs: number;
}

/**
 * Limits. `DESK_FIGURES=FILE ./scripts/test FILE...` appends the figures of each test to a file, to check them by.
 *
 * Measured on two cores. The rig alone (191 tests): it waited for others for 0 to 15.7 % of a test's time (a sum over
 * processes; median 3.4 %), for the kernel and for programs that just ended; longest stall 52 ms. Beside four busy loops
 * and the work of two developers (54 tests): 41 to 470 %, median 150 %; longest stall of a test 24 to 610 ms, median
 * 93 ms. The waiting time alone says nothing: the rig's own processes wait for each other, up to 136 %.
 *
 * A player that waits once, for longer than the sound that it holds (60 ms), leaves a hole, though sums show nothing:
 * short commands beside the rig, now and then, made 2 of 4 runs of all its tests fail. The rig alone (197 tests): the
 * longest wait was 12 ms, median 2.3, the longest stall 42 ms. Beside four busy loops a thread waited for 35 ms and more,
 * beside the work of seven developers (27 tests) for 73 to 990 ms.
 */
const WAITING_SHARE = 0.2;
const STALL_MS = 50;
const LONGEST_WAIT_MS = 25;

export function isDisturbed(disturbance: Disturbance): boolean {
  const { durationMs, stallMs, longestWaitMs } = disturbance;
  return (
    waitingForOthersMs(disturbance) > durationMs * WAITING_SHARE ||
    stallMs > STALL_MS ||
    longestWaitMs > LONGEST_WAIT_MS
  );
}

function waitingForOthersMs({ waitingMs, othersShare }: Disturbance): number {
  return waitingMs * othersShare;
}

/** The figures for a person. */
export function describeDisturbance(disturbance: Disturbance): string {
  const { durationMs, waitingMs, worst, othersShare, stallMs, longestWaitMs } = disturbance;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return (
    `waited ${waitingMs.toFixed(0)} ms for the CPU in ${durationMs.toFixed(0)} ms (${worst.name}: ` +
    `${worst.waitingMs.toFixed(0)} ms), others used ${percent(othersShare)} of it: ` +
    `${percent(waitingForOthersMs(disturbance) / durationMs)}; longest stall ${stallMs.toFixed(0)} ms, ` +
    `longest wait ${longestWaitMs.toFixed(0)} ms`
  );
}

/** One run of a test. */
export interface Attempt {
  readonly failed: boolean;
  readonly disturbed: boolean;
}

export type Verdict = 'passed' | 'failed' | 'repeat' | 'inconclusive';

/**
 * What the runs of a test say. A failure counts where nothing disturbed it. A disturbed one is repeated once; when
 * that is disturbed again and fails again, nothing is known.
 */
export function verdict(attempts: readonly Attempt[]): Verdict {
  const last = attempts.at(-1);
  if (last === undefined) throw new Error('there is no verdict without a run');
  if (!last.failed) return 'passed';
  if (!last.disturbed) return 'failed';
  return attempts.length < 2 ? 'repeat' : 'inconclusive';
}

/** Measures from `begin` to `end`, as often as wanted; one measurement at a time. */
export class DisturbanceMeter {
  #watch: Worker | undefined;
  #beganMs = 0;

  async begin(): Promise<void> {
    await this.#ask('begin');
    this.#beganMs = performance.now();
  }

  async end(): Promise<Disturbance> {
    const durationMs = performance.now() - this.#beganMs;
    return { durationMs, ...((await this.#ask('figures')) as Figures) };
  }

  async stop(): Promise<void> {
    await this.#watch?.terminate();
    this.#watch = undefined;
  }

  #ask(what: 'begin' | 'figures'): Promise<unknown> {
    this.#watch ??= startWatch();
    const watch = this.#watch;
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => reject(error);
      watch.once('error', failed);
      watch.once('message', (answer) => {
        watch.off('error', failed);
        resolve(answer);
      });
      watch.postMessage(what);
    });
  }
}

function startWatch(): Worker {
  // Not what the test runner gave its own process: this thread runs plain Node.js.
  const watch = new Worker(new URL('./disturbance-watch.ts', import.meta.url), { execArgv: [] });
  watch.unref();
  return watch;
}

/** Share of the last ten seconds in which some process waited for a CPU. An idle machine with the rig alone has less. */
const CALM_PERCENT = 10;
const LOOK_EVERY_MS = 250;
/** Where the kernel cannot say (no PSI). */
const WITHOUT_PRESSURE_MS = 3000;

const LIMIT_MS = Number(process.env.DESK_CALM_LIMIT_MS ?? 20_000);

/** Waits until the machine has CPU to spare, at most `limitMs`. */
export async function untilCalm(limitMs = LIMIT_MS): Promise<void> {
  const endMs = performance.now() + limitMs;
  for (let pressure = cpuPressure(); ; pressure = cpuPressure()) {
    if (pressure === undefined) return await sleep(WITHOUT_PRESSURE_MS);
    if (pressure < CALM_PERCENT || performance.now() >= endMs) return;
    await sleep(LOOK_EVERY_MS);
  }
}

/** `some avg10` in percent; undefined where the kernel has no pressure information. */
function cpuPressure(): number | undefined {
  try {
    const percent = /^some avg10=([\d.]+)/.exec(readFileSync('/proc/pressure/cpu', 'utf8'))?.[1];
    return percent === undefined ? undefined : Number(percent);
  } catch {
    return undefined;
  }
}
