import { DEFAULT_WAIT_MS } from '../real/event-log.ts';
import type { VirtualClock } from './clock.ts';

interface Waiter<T> {
  readonly fits: (event: T) => boolean;
  readonly resolve: (event: T) => void;
}

/**
 * The latest events in their order, to be waited for in virtual time. What came since the last event that was waited
 * for is not missed, and what was seen once is not seen again, as with `EventLog` of the real rig.
 */
export class VirtualEvents<T> {
  readonly #clock: VirtualClock;
  readonly #name: string;
  readonly #show: (event: T) => string;
  readonly #kept: number;
  #events: T[] = [];
  /** Index in `#events` of the first that was not yet seen. */
  #cursor = 0;
  readonly #waiters = new Set<Waiter<T>>();
  readonly #listeners = new Set<(event: T) => void>();

  /** @param kept so many are kept at least */
  constructor(clock: VirtualClock, name: string, show: (event: T) => string, kept = 1000) {
    this.#clock = clock;
    this.#name = name;
    this.#show = show;
    this.#kept = kept;
  }

  /** The latest ones, the oldest first. */
  get latest(): readonly T[] {
    return this.#events.slice(-this.#kept);
  }

  /** Calls for every event. @returns ends it */
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

  /** The next event that fits; those passed over are not seen again. @throws Error after `timeoutMs` */
  next(fits: (event: T) => boolean = () => true, timeoutMs = DEFAULT_WAIT_MS): Promise<T> {
    const seen = this.#events.findIndex((event, index) => index >= this.#cursor && fits(event));
    if (seen >= 0) {
      this.#cursor = seen + 1;
      return Promise.resolve(this.#events[seen] as T);
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const late = new Error(); // with the stack of whoever waits
    const passedOver: string[] = [];
    const waiter: Waiter<T> = {
      fits: (event) => {
        passedOver.push(this.#show(event));
        if (passedOver.length > SHOWN) passedOver.shift();
        return fits(event);
      },
      resolve: (event) => {
        this.#waiters.delete(waiter);
        cancel();
        resolve(event);
      },
    };
    const cancel = this.#clock.after(timeoutMs, () => {
      this.#waiters.delete(waiter);
      const since = passedOver.length === 0 ? 'nothing' : `\n  ${passedOver.join('\n  ')}`;
      late.message = `${this.#name}: nothing that fits within ${timeoutMs} ms; since then: ${since}`;
      reject(late);
    });
    this.#waiters.add(waiter);
    return this.#clock.drive(promise);
  }
}

/** Events in the message of a wait that fails. */
const SHOWN = 15;
