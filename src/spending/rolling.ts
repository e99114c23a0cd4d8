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
 * What was spent in the last 24 hours of the monotonic clock, so that setting the wall clock frees no budget.
 *
 * Earlier runs of the daemon have only the wall clock. Their entries count while they are less than 24 hours old or in the
 * future, but only in the first 24 hours of this run: a clock that was fast must not stop the desk.
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
    const earlier = this.#earlier.map((entry) => ({
      microdollars: countedMicrodollars(entry),
      ageMs: Math.max(runMs, wallMs - entry.at),
    }));
    const own = this.#spends.map(({ microdollars, atMs }) => ({ microdollars, ageMs: nowMs - atMs }));
    return [...earlier, ...own]
      .map(({ microdollars, ageMs }) => ({ microdollars, leavesInMs: ROLLING_MS - ageMs }))
      .filter(({ leavesInMs }) => leavesInMs > 0);
  }
}
