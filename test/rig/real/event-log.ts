/** How long a test waits for something before it says what it saw instead. */
export const DEFAULT_WAIT_MS = 10_000;

interface Waiter<T> {
  readonly predicate: (event: T) => boolean;
  readonly resolve: (event: T) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * Events in the order in which they came, to be waited for. A cursor stands behind the last event that was
 * waited for with success: what came between a test's action and its `next()` isn't missed, and what was seen
 * once isn't seen again.
 */
export class EventLog<T> {
  readonly all: T[] = [];
  #cursor = 0;
  #waiters = new Set<Waiter<T>>();
  #listeners = new Set<(event: T) => void>();
  #closed: string | undefined;
  readonly #name: string;
  readonly #show: (event: T) => string;

  constructor(name: string, show: (event: T) => string) {
    this.#name = name;
    this.#show = show;
  }

  push(event: T): void {
    this.all.push(event);
    for (const listener of this.#listeners) listener(event);
    for (const waiter of this.#waiters) {
      if (!waiter.predicate(event)) continue;
      this.#cursor = this.all.length;
      this.#waiters.delete(waiter);
      waiter.resolve(event);
    }
  }

  /** The next event for which `predicate` holds; those passed over are not seen again. */
  next(predicate: (event: T) => boolean = () => true, timeoutMs = DEFAULT_WAIT_MS): Promise<T> {
    for (let i = this.#cursor; i < this.all.length; i++) {
      const event = this.all[i] as T;
      if (!predicate(event)) continue;
      this.#cursor = i + 1;
      return Promise.resolve(event);
    }
    const from = this.#cursor;
    if (this.#closed !== undefined) return Promise.reject(this.#failure(this.#closed, from));
    return new Promise((resolve, reject) => {
      // The stack is taken here, where the test waits, and not in the timer.
      const late = new Error();
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        late.message = this.#failure(`nothing that fits within ${timeoutMs} ms`, from).message;
        reject(late);
      }, timeoutMs);
      const waiter: Waiter<T> = {
        predicate,
        resolve: (event) => {
          clearTimeout(timer);
          resolve(event);
        },
        reject: (reason) => {
          clearTimeout(timer);
          reject(reason);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  /** Calls `listener` with every event, those that came before included. */
  listen(listener: (event: T) => void): void {
    for (const event of this.all) listener(event);
    this.#listeners.add(listener);
  }

  /** Forgets what came so far: only what comes from now on is waited for. */
  skip(): void {
    this.#cursor = this.all.length;
  }

  /** Nothing more will come. Whoever waits learns why. */
  close(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    for (const waiter of this.#waiters) waiter.reject(this.#failure(reason, this.#cursor));
    this.#waiters.clear();
  }

  #failure(reason: string, from: number): Error {
    const seen = this.all.slice(from).slice(-15).map(this.#show);
    return new Error(
      `${this.#name}: ${reason}; since then: ${seen.length === 0 ? 'nothing' : `\n  ${seen.join('\n  ')}`}`,
    );
  }
}
