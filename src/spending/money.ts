/** Money is counted in whole millionths of a dollar, so that sums are exact. Dollars are for people. */

const MICRO = 1_000_000;

/** Whole micro-dollars of an amount in dollars. */
export function microdollars(dollars: number): number {
  return Math.round(dollars * MICRO);
}

/** An amount in dollars. */
export function inDollars(micro: number): number {
  return micro / MICRO;
}
