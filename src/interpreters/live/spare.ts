import type { Fault } from '../../kiosk/faults.ts';
import type { Connection } from './connection.ts';

/** A spare is replaced so often without a turn in between before it is given up until the next press. */
const MAX_REPLACEMENTS = 3;

/** How a connection is opened. Its `key` tells whether a spare fits the turn: model, languages, context. */
export interface Opener {
  readonly key: string;
  open(signal: AbortSignal): Promise<Connection>;
}

interface Held {
  readonly opener: Opener;
  readonly opening: Promise<Connection>;
  readonly abort: AbortController;
}

/**
 * The next connection, opened while people talk. It never stands in the way: a spare that could not be
 * opened, was taken back by the service or fits no more is dropped, and the turn gets a fresh connection.
 */
export class Spare {
  readonly #idleMs: number;
  readonly #lost: (fault: Fault) => void;
  #held: Held | undefined;
  #replacements = 0;
  #lapse: NodeJS.Timeout | undefined;

  /**
   * @param idleMs how long a spare is kept that nobody takes, in milliseconds; 0 for no spare at all
   * @param lost told why the service took a spare back
   */
  constructor(idleMs: number, lost: (fault: Fault) => void) {
    this.#idleMs = idleMs;
    this.#lost = lost;
  }

  /** Sees to it that a spare with this key is open or being opened. */
  prepare(opener: Opener): void {
    if (this.#idleMs === 0) return;
    this.#replacements = 0;
    if (this.#held?.opener.key !== opener.key) this.#hold(opener);
    clearTimeout(this.#lapse);
    this.#lapse = setTimeout(() => this.drop(), this.#idleMs);
    this.#lapse.unref();
  }

  /**
   * The spare if it fits, else a fresh connection. There is no spare afterwards.
   * @throws Fault when no connection can be had
   */
  async take(opener: Opener, signal: AbortSignal): Promise<Connection> {
    const held = this.#held;
    if (held?.opener.key === opener.key) {
      this.#release();
      const abort = () => held.abort.abort(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      const connection = await held.opening.catch(() => undefined);
      signal.removeEventListener('abort', abort);
      if (connection?.ready) return connection;
      connection?.close();
      signal.throwIfAborted();
    }
    return opener.open(signal);
  }

  /** Closes the spare, if there is one. */
  drop(): void {
    const held = this.#held;
    this.#release();
    if (held !== undefined) discard(held);
  }

  #release(): void {
    this.#held = undefined;
    clearTimeout(this.#lapse);
  }

  #hold(opener: Opener): void {
    if (this.#held !== undefined) discard(this.#held);
    const abort = new AbortController();
    const held: Held = { opener, opening: opener.open(abort.signal), abort };
    this.#held = held;
    held.opening.then(
      (connection) => {
        if (this.#held !== held) return; // taken: the turn listens now
        connection.listen({
          message: (message) => {
            if (message.goAway !== undefined) this.#replace(held);
          },
          lost: (fault) => {
            if (this.#held === held) this.#lost(fault);
            this.#replace(held);
          },
        });
      },
      // Who takes it next opens a fresh one and is told what is wrong.
      () => {
        if (this.#held === held) this.#release();
      },
    );
  }

  #replace(held: Held): void {
    if (this.#held !== held) return;
    this.#replacements += 1;
    if (this.#replacements > MAX_REPLACEMENTS) this.drop();
    else this.#hold(held.opener);
  }
}

function discard(held: Held): void {
  held.abort.abort(new Error('the spare is not needed any more'));
  held.opening.then(
    (connection) => connection.close(),
    () => {},
  );
}
