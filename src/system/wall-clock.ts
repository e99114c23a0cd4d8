import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../base/time.ts';

/**
 * A Raspberry Pi has no battery-backed clock: until the network sets it, it shows a time in the past, at worst 1970. A time
 * before this release was made is certainly wrong.
 */

/** A file of every release, with the time at which it was made; in a checkout, the time of the checkout. */
const OF_THE_RELEASE = fileURLToPath(new URL('../../package.json', import.meta.url));

/** The network sets the clock within some seconds of being available; in milliseconds. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 500;

/** When this release was made, as a Date's milliseconds. */
export function releaseTime(file = OF_THE_RELEASE): number {
  return statSync(file).mtimeMs;
}

/** A clock whose wall clock is never before this release was made: sums by day and month must not fall into 1970. */
export function notBeforeRelease(clock: Clock, madeAtMs = releaseTime()): Clock {
  return {
    now: () => clock.now(),
    after: (ms, then) => clock.after(ms, then),
    wallMs: () => Math.max(clock.wallMs(), madeAtMs),
    random: () => clock.random(),
  };
}

/**
 * Resolves as soon as the wall clock can be right, after 20 s or with the signal in any case: with whether it can.
 */
export function clockSet(clock: Clock, signal: AbortSignal, madeAtMs = releaseTime()): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const untilMs = clock.now() + PATIENCE_MS;
  let stopLooking = () => {};
  const look = () => {
    const set = clock.wallMs() >= madeAtMs;
    if (set || clock.now() >= untilMs || signal.aborted) resolve(set);
    else stopLooking = clock.after(LOOK_MS, look);
  };
  signal.addEventListener(
    'abort',
    () => {
      stopLooking();
      look();
    },
    { once: true },
  );
  look();
  return promise;
}

/** A right clock is never set by more than this, in milliseconds. */
const JUMP_MS = 24 * 3_600_000;
/** A jump is reported for this time, in milliseconds. */
const REPORTED_MS = 24 * 3_600_000;

/**
 * Detects that the wall clock, once set, is set by more than a day, at once or in steps. The first setting is no jump:
 * without a hardware clock, the time before it may be years old.
 */
export class ClockJumps {
  readonly #clock: Clock;
  /** The wall clock minus the monotonic one when it was set, or after the last jump. */
  #offsetMs: number | undefined;
  #jump: { readonly atMs: number; readonly detail: string } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param isSet whether the clock has been set since the machine's start: is not asked again
   * @returns the last jump in words; undefined when there was none in the last 24 hours
   */
  look(isSet: boolean): string | undefined {
    const nowMs = this.#clock.now();
    const wallMs = this.#clock.wallMs();
    if (isSet) this.#offsetMs ??= wallMs - nowMs;
    const byMs = wallMs - nowMs - (this.#offsetMs ?? wallMs - nowMs);
    if (Math.abs(byMs) > JUMP_MS) {
      this.#offsetMs = wallMs - nowMs;
      const days = `${(Math.abs(byMs) / JUMP_MS).toFixed(1)} days ${byMs > 0 ? 'ahead' : 'back'}`;
      this.#jump = { atMs: nowMs, detail: `${days}, to ${new Date(wallMs).toISOString()}` };
    }
    if (this.#jump !== undefined && nowMs >= this.#jump.atMs + REPORTED_MS) this.#jump = undefined;
    return this.#jump?.detail;
  }
}
