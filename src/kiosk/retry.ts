import type { RetryRule } from './faults.ts';

const FIRST_MS = 1000;
const CAP_MS = 60_000;
const SLOW_MS = 60_000;
/** A key that appears or a cable that is plugged in should be noticed while somebody stands there. */
const CHANGED_MS = 10_000;

/**
 * How long to wait before the service is tried again, in milliseconds. A press tries at once, whatever this says.
 * Exponential with full jitter, so that many devices behind one network don't come back together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 * @param failures in a row so far, 1 or more
 * @param random 0 to 1
 */
export function retryDelayMs(rule: RetryRule, failures: number, random: number): number {
  switch (rule) {
    case 'at once':
    case 'backoff':
      return Math.max(FIRST_MS / 2, random * Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(failures - 1, 16)));
    case 'slow':
      return SLOW_MS * (1 + random / 2);
    case 'when changed':
      return CHANGED_MS;
  }
}

/** Within a turn people wait, so the pauses are short, and the first try again costs none. */
const TURN_FIRST_MS = 250;
const TURN_CAP_MS = 2000;

/**
 * How long a turn waits before it goes to another connection, in milliseconds; full jitter as above.
 * @param failures of this turn so far, 1 or more
 * @param random 0 to 1
 */
export function turnRetryDelayMs(failures: number, random: number): number {
  if (failures <= 1) return 0;
  return random * Math.min(TURN_CAP_MS, TURN_FIRST_MS * 2 ** Math.min(failures - 1, 16));
}
