import { Fault, mayPassSoon } from '../../kiosk/faults.ts';
import { turnRetryDelayMs } from '../../kiosk/retry.ts';
import { type Clock, sleep } from '../../time.ts';

export interface Retries {
  readonly clock: Clock;
  /** Nothing is begun again from then on, in milliseconds of the clock. */
  readonly untilMs: number;
  /** Whether another try may be paid for. */
  affordable(): boolean;
  /** It failed and is tried again: all that came of it is void. */
  again(fault: Fault): void;
}

/**
 * Tries again what its fault says is worth it, while there is time.
 * @throws Fault the last one; the signal's reason when that is aborted
 */
export async function retried<T>(
  attempt: () => Promise<T>,
  { clock, untilMs, affordable, again }: Retries,
  signal: AbortSignal,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (!mayPassSoon(error.code) || clock.now() >= untilMs || !affordable()) throw error;
      again(error);
      await sleep(clock, turnRetryDelayMs(failures, clock.random()), signal);
    }
  }
}
