import type { LedgerEntry } from './entry.ts';
import { countedMicrodollars } from './tally.ts';

export const ROLLING_MS = 24 * 3_600_000;

/** Something that was spent in the last 24 hours. */
export interface Spend {
  readonly microdollars: number;
  /** Milliseconds until it is 24 hours ago. */
  readonly leavesInMs: number;
}

/** In micro-dollars. */
export function spendSum(spends: readonly Spend[]): number {
  return spends.reduce((sum, { microdollars }) => sum + microdollars, 0);
}

/**
 * What was spent in the last 24 hours of the monotonic clock: setting the wall clock frees no budget.
 *
 * For what was spent before this run of the daemon there is only the wall clock. It counts while that is less than 24
 * hours ago, or in the future, and for the first 24 hours of the run at most: a clock that was fast must not stop the desk.
 */
export class RollingDay {
  readonly #startMs: number;
  readonly #earlier: readonly LedgerEntry[];
  #spends: readonly { readonly microdollars: number; readonly atMs: number }[] = [];

  /** @param earlier from before this run @param startMs of this run, on the monotonic clock */
  constructor(earlier: readonly LedgerEntry[], startMs: number) {
    this.#earlier = earlier;
    this.#startMs = startMs;
  }

  /** @param atMs on the monotonic clock */
  add(entry: LedgerEntry, atMs: number): void {
    const kept = this.#spends.filter((spend) => spend.atMs > atMs - ROLLING_MS);
    this.#spends = [...kept, { microdollars: countedMicrodollars(entry), atMs }];
  }

  /** @param nowMs on the monotonic clock @param wallMs on the wall clock */
  at(nowMs: number, wallMs: number): readonly Spend[] {
    const runMs = nowMs - this.#startMs;
    const all = [
      ...this.#earlier.map((entry) => ({
        microdollars: countedMicrodollars(entry),
        leavesInMs: ROLLING_MS - Math.max(runMs, wallMs - entry.at),
      })),
      ...this.#spends.map(({ microdollars, atMs }) => ({
        microdollars,
        leavesInMs: ROLLING_MS - (nowMs - atMs),
      })),
    ];
    return all.filter(({ leavesInMs }) => leavesInMs > 0);
  }
}
