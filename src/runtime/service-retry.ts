import type { Fault } from '../kiosk/faults.ts';
import { retryDelayMs } from '../kiosk/retry.ts';
import type { Clock } from '../time.ts';

/** Tries the service again by the rule of what is wrong with it, for as long as that takes. */
export class ServiceRetry {
  readonly #clock: Clock;
  readonly #tryNow: () => void;
  #failures = 0;
  #stopWaiting = () => {};

  constructor(clock: Clock, tryNow: () => void) {
    this.#clock = clock;
    this.#tryNow = tryNow;
  }

  /**
   * It failed.
   * @param inTurn in a turn that tries many times for itself: all of that is one failure
   * @returns when it is tried again, in milliseconds
   */
  failed(fault: Fault, inTurn = false): number {
    if (!inTurn || this.#failures === 0) this.#failures += 1;
    const waitMs = retryDelayMs(fault.entry.retry, this.#failures, this.#clock.random());
    this.#stopWaiting();
    this.#stopWaiting = this.#clock.after(waitMs, this.#tryNow);
    return waitMs;
  }

  /** A turn was answered: only that clears the growing waits. That a connection opens proves little. */
  worked(): void {
    this.#failures = 0;
  }

  /** It can be had again: what was to be tried need not be. */
  reached(): void {
    this.#stopWaiting();
  }

  /** Something has changed that may have mended it. */
  now(): void {
    this.#stopWaiting();
    this.#tryNow();
  }

  stop(): void {
    this.#stopWaiting();
  }
}
