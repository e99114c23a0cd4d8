import { type Clock, REAL_TIME } from '../../src/base/time.ts';

/** How long a test waits for something before it says what it saw instead, in milliseconds. */
export const DEFAULT_WAIT_MS = 10_000;
/** Events in the message of a wait that fails. */
const SHOWN = 15;

export interface EventLogOptions {
  /** Of the time limits. */
  readonly clock?: Clock;
  /** Lets virtual time pass until the promise is settled. */
  readonly drive?: <T>(wanted: Promise<T>) => Promise<T>;
  /** So many of the latest events are kept at least; all if not given. */
  readonly kept?: number;
}

interface Waiter<T> {
  readonly fits: (event: T) => boolean;
  readonly resolve: (event: T) => void;
  readonly reject: (reason: string) => void;
}

/**
 * Events in the order in which they came, to be waited for. A cursor stands after the last event that was waited for
 * with success: what came between a test's action and its `next()` is not missed, and what was seen once is not seen
 * again.
 */
export class EventLog<T> {
  readonly #name: string;
  readonly #show: (event: T) => string;
  readonly #clock: Clock;
  readonly #drive: <R>(wanted: Promise<R>) => Promise<R>;
  readonly #kept: number;
  #events: T[] = [];
  /** Index in `#events` of the first that was not yet seen. */
  #cursor = 0;
  #closed: string | undefined;
  readonly #waiters = new Set<Waiter<T>>();
  readonly #listeners = new Set<(event: T) => void>();

  constructor(
    name: string,
    show: (event: T) => string,
    { clock = REAL_TIME, drive = (wanted) => wanted, kept = Number.POSITIVE_INFINITY }: EventLogOptions = {},
  ) {
    this.#name = name;
    this.#show = show;
    this.#clock = clock;
    this.#drive = drive;
    this.#kept = kept;
  }

  /** What is kept, the oldest first. */
  get all(): readonly T[] {
    return this.#events.length <= this.#kept ? this.#events : this.#events.slice(-this.#kept);
  }

  /** Calls `listener` with every event that comes from now on. @returns ends it */
  listen(listener: (event: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  push(event: T): void {
    for (const listener of this.#listeners) listener(event);
    if (this.#events.length >= 2 * this.#kept) {
      this.#events.splice(0, this.#kept);
      this.#cursor = Math.max(0, this.#cursor - this.#kept);
    }
    this.#events.push(event);
    for (const waiter of [...this.#waiters]) {
      if (!waiter.fits(event)) continue;
      this.#cursor = this.#events.length;
      waiter.resolve(event);
    }
  }

  /** The next event that fits; those passed over are not seen again. @throws Error after `timeoutMs`, or at the end */
  next(fits: (event: T) => boolean = () => true, timeoutMs = DEFAULT_WAIT_MS): Promise<T> {
    const seen = this.#events.findIndex((event, index) => index >= this.#cursor && fits(event));
    if (seen >= 0) {
      this.#cursor = seen + 1;
      return Promise.resolve(this.#events[seen] as T);
    }
    const passedOver = this.#events.slice(this.#cursor).map(this.#show).slice(-SHOWN);
    const failed = new Error(); // created here, for the stack of the caller
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const fails = (reason: string) => {
      const since = passedOver.length === 0 ? 'nothing' : `\n  ${passedOver.join('\n  ')}`;
      failed.message = `${this.#name}: ${reason}; since then: ${since}`;
      reject(failed);
    };
    if (this.#closed !== undefined) {
      fails(this.#closed);
      return promise;
    }
    const over = () => {
      this.#waiters.delete(waiter);
      cancel();
    };
    const waiter: Waiter<T> = {
      fits: (event) => {
        passedOver.push(this.#show(event));
        if (passedOver.length > SHOWN) passedOver.shift();
        return fits(event);
      },
      resolve: (event) => {
        over();
        resolve(event);
      },
      reject: (reason) => {
        over();
        fails(reason);
      },
    };
    const cancel = this.#clock.after(timeoutMs, () =>
      waiter.reject(`nothing that fits within ${timeoutMs} ms`),
    );
    this.#waiters.add(waiter);
    return this.#drive(promise);
  }

  /** Forgets what came so far: only what comes from now on is waited for. */
  skip(): void {
    this.#cursor = this.#events.length;
  }

  /** Nothing more will come. Whoever waits learns why. */
  close(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    for (const waiter of [...this.#waiters]) waiter.reject(reason);
  }
}
