import type { Fault } from '../../kiosk/faults.ts';
import type { Clock } from '../../time.ts';
import type { Connection } from './connection.ts';

/** The service may take a held connection back so often without a turn in between; then none is held until the next press. */
const MAX_REPLACEMENTS = 3;

/** A connection is left so long before the service ends it, in milliseconds. */
export const HAND_OVER_MS = 1000;

/** How a connection is opened. Its `key` tells whether a held one fits the turn: languages, context. */
export interface Opener {
  readonly key: string;
  /** @param handle of the session that is to be taken up, if it still can be */
  open(signal: AbortSignal, handle: string | undefined): Promise<Connection>;
}

interface Held {
  readonly opener: Opener;
  readonly opening: Promise<Connection>;
  readonly abort: AbortController;
  stopWaiting: () => void;
}

/**
 * The one connection that is held for the next turn: the spare, opened while people talk, or the one that served
 * the last turn and may serve more. It never stands in the way: one that could not be opened, was taken back by the
 * service, is near its end or fits no more is replaced quietly, and a turn gets a fresh connection.
 */
export class Sessions {
  readonly #idleMs: number;
  readonly #clock: Clock;
  readonly #lost: (fault: Fault) => void;
  #held: Held | undefined;
  #replacements = 0;
  #stopLapse = () => {};

  /**
   * @param idleMs how long a connection is held that nobody takes, in milliseconds; 0 for no spare at all
   * @param lost told why the service took a held connection back
   */
  constructor(idleMs: number, clock: Clock, lost: (fault: Fault) => void) {
    this.#idleMs = idleMs;
    this.#clock = clock;
    this.#lost = lost;
  }

  /** Whether there is one, or one is being opened. */
  get holding(): boolean {
    return this.#held !== undefined;
  }

  /** Sees to it that a connection with this key is open or being opened. */
  prepare(opener: Opener): void {
    if (this.#idleMs === 0) return;
    this.#replacements = 0;
    if (this.#held?.opener.key !== opener.key) this.#open(opener, undefined);
    this.#lapseLater();
  }

  /** Holds a connection that has served a turn and may serve another. */
  keep(connection: Connection, opener: Opener): void {
    this.drop();
    if (this.#idleMs === 0 || !connection.ready) {
      connection.close();
      return;
    }
    this.#hold(opener, Promise.resolve(connection), new AbortController());
    this.#lapseLater();
  }

  /**
   * The held connection if it fits, else a fresh one. None is held afterwards.
   * @throws Fault when no connection can be had
   */
  async take(opener: Opener, signal: AbortSignal): Promise<Connection> {
    const held = this.#held;
    if (held?.opener.key !== opener.key) return opener.open(signal, undefined);
    this.#release();
    const abort = () => held.abort.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const connection = await held.opening.catch(() => undefined);
    signal.removeEventListener('abort', abort);
    if (connection?.lasting) return connection;
    await connection?.end();
    signal.throwIfAborted();
    return goingOn(connection, await opener.open(signal, connection?.handle));
  }

  /** Closes the held connection, if there is one. */
  drop(): void {
    const held = this.#held;
    this.#release();
    if (held !== undefined) discard(held);
  }

  #release(): void {
    this.#held?.stopWaiting();
    this.#held = undefined;
    this.#stopLapse();
  }

  #lapseLater(): void {
    this.#stopLapse();
    this.#stopLapse = this.#clock.after(this.#idleMs, () => this.drop());
  }

  /** @param before the connection in whose place the new one comes */
  #open(opener: Opener, before: Connection | undefined): void {
    const abort = new AbortController();
    // A session can be taken up only when its old socket is closed (sip-to-ai PR #14).
    const opening =
      before?.handle === undefined
        ? opener.open(abort.signal, undefined)
        : before
            .end()
            .then(() => opener.open(abort.signal, before.handle))
            .then((next) => goingOn(before, next));
    if (this.#held !== undefined) discard(this.#held);
    this.#hold(opener, opening, abort);
  }

  #hold(opener: Opener, opening: Promise<Connection>, abort: AbortController): void {
    const held: Held = { opener, opening, abort, stopWaiting: () => {} };
    this.#held = held;
    opening.then(
      (connection) => {
        if (this.#held !== held) return; // taken: the turn listens now
        const replace = () => this.#replace(held, connection);
        const look = () => {
          if (connection.lasting) return;
          // A session that has served a turn can be taken up once the end of that turn is through.
          if (connection.turns === 0 || connection.handle !== undefined) replace();
        };
        // By an own timer, not only when told: goAway has been seen to stay away, before the end for silence too.
        const replaceInTime = () => {
          held.stopWaiting();
          const { deadlineMs, retiresMs } = connection;
          const untilMs = deadlineMs === undefined ? retiresMs : deadlineMs - HAND_OVER_MS;
          const next = deadlineMs === undefined ? look : replace;
          held.stopWaiting = this.#clock.after(Math.max(0, untilMs - this.#clock.now()), next);
        };
        replaceInTime();
        connection.listen({
          message: look,
          retiring: () => {
            replaceInTime();
            look();
          },
          lost: (fault) => {
            if (this.#held !== held) return;
            this.#lost(fault);
            // What would end the next one likewise (quota, key) is tried again by its own rule.
            if (fault.entry.retry === 'at once') replace();
            else this.drop();
          },
        });
        look();
      },
      // Who takes it next opens a fresh one and is told what is wrong.
      () => {
        if (this.#held === held) this.#release();
      },
    );
  }

  #replace(held: Held, connection: Connection): void {
    if (this.#held !== held) return;
    held.stopWaiting();
    const renewed = connection.ready && connection.deadlineMs === undefined; // by our own timer: nobody took it back
    if (!renewed) this.#replacements += 1;
    if (this.#replacements > MAX_REPLACEMENTS) this.drop();
    else this.#open(held.opener, connection);
  }
}

/** A session that was taken up still remembers, and bills, what went over the connection before. */
function goingOn(before: Connection | undefined, next: Connection): Connection {
  if (before !== undefined && next.resumed) next.sound = before.sound;
  return next;
}

function discard(held: Held): void {
  held.stopWaiting();
  held.abort.abort(new Error('the held connection is not needed any more'));
  held.opening.then(
    (connection) => connection.close(),
    () => {},
  );
}
