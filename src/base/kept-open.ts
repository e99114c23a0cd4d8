import type { Cancel, Clock } from './time.ts';

/** How long to wait before a device that has failed is opened again, in milliseconds. */
export interface Backoff {
  /** The first wait, more than 0. It doubles with each failure in a row. */
  readonly firstMs: number;
  /** No wait is longer. */
  readonly longestMs: number;
  /** A failure after this time of work counts as the first one. */
  readonly steadyAfterMs: number;
  /**
   * Whether each wait is drawn from 0 up to its full length
   * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
   */
  readonly jitter: boolean;
}

/** A sound device that has worked for this long, in milliseconds, is healthy again. */
export const STEADY_AFTER_MS = 5000;

/**
 * A stall counts when a second look confirms it, this long after the first, in milliseconds. Timers run before reads, so
 * a process that was busy has not yet read what its child sent.
 */
export const LOOK_AGAIN_MS = 50;

/**
 * Keeps a device open: opens it, and opens it again after each failure, with growing waits. Never opens it twice, and never
 * before its last user has released it.
 */
export class KeptOpen {
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #open: () => void;
  #wanted = false;
  #inUse = false;
  #failures = 0;
  #worksSinceMs: number | undefined;
  #cancelRetry: Cancel = () => {};
  readonly #ending = new Set<Promise<void>>();

  /** @param open begins to open the device; must not throw, but may call `failed` */
  constructor(clock: Clock, backoff: Backoff, open: () => void) {
    this.#clock = clock;
    this.#backoff = backoff;
    this.#open = open;
  }

  /** The device is open, or is being opened. */
  get inUse(): boolean {
    return this.#inUse;
  }

  /** From now on the device is kept open: where it is not in use, it is opened at once. */
  start(): void {
    this.#wanted = true;
    this.#openNow();
  }

  /** It is not opened again. The caller ends what is open, and calls `release`. */
  stop(): void {
    this.#wanted = false;
    this.#worksSinceMs = undefined;
    this.#cancelRetry();
  }

  /** The cause of failures may have changed: forgets them, and tries a device that is kept open at once. */
  tryAgain(): void {
    this.#failures = 0;
    this.#openNow();
  }

  /** The device works. Only the first call after a failure counts. */
  works(): void {
    this.#worksSinceMs ??= this.#clock.now();
  }

  /** It can't be opened, or no longer works. @returns the time until it is opened again, in milliseconds */
  failed(): number {
    this.#inUse = false;
    const { firstMs, longestMs, steadyAfterMs, jitter } = this.#backoff;
    const since = this.#worksSinceMs;
    if (since !== undefined && this.#clock.now() - since >= steadyAfterMs) this.#failures = 0;
    this.#worksSinceMs = undefined;
    const mostMs = Math.min(longestMs, firstMs * 2 ** Math.min(this.#failures, 30));
    const waitMs = jitter ? Math.round(this.#clock.random() * mostMs) : mostMs;
    this.#failures += 1;
    this.#cancelRetry();
    this.#cancelRetry = this.#clock.after(waitMs, () => this.#openNow());
    return waitMs;
  }

  /** The open device is no longer used. @param free resolves when it is released */
  release(free: Promise<unknown>): void {
    this.#inUse = false;
    const ending = free.then(() => {
      this.#ending.delete(ending);
    });
    this.#ending.add(ending);
  }

  /** Resolves when all former users have released the device. */
  async released(): Promise<void> {
    await Promise.all(this.#ending);
  }

  #openNow(): void {
    this.#cancelRetry();
    if (!this.#wanted || this.#inUse) return;
    if (this.#ending.size > 0) {
      void this.released().then(() => this.#openNow());
      return;
    }
    this.#inUse = true;
    this.#open();
  }
}
