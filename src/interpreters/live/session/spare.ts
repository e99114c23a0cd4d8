import type { Content, LiveConnectConfig } from '@google/genai';
import type { Clock } from '../../../base/time.ts';
import type { Fault } from '../../../kiosk/faults.ts';
import type { Connection } from './connection.ts';

/** When the service has taken more spares back without a turn in between, none is held until the next press. */
const MAX_REPLACEMENTS = 3;

/** What a session is opened with. */
export interface SessionPlan {
  /** A spare fits a turn whose plan has the same key. */
  readonly key: string;
  /** A session can be taken up on another connection only where this has a `sessionResumption`. */
  readonly config: LiveConnectConfig;
  /** Earlier turns that a new session is given; one that is taken up remembers them. */
  readonly past: readonly Content[];
}

/** @param handle of the session that is to be taken up, if it still can be */
export type OpenSession = (
  plan: SessionPlan,
  signal: AbortSignal,
  handle: string | undefined,
) => Promise<Connection>;

interface Held {
  readonly plan: SessionPlan;
  readonly opening: Promise<Connection>;
  readonly abort: AbortController;
  stopWaiting: () => void;
}

/**
 * The one connection that is held for the next turn: it was opened while people talk, or it served the last turn and may
 * serve more. It never stands in the way: one that could not be opened, was closed by the service, is near its end or
 * no longer fits is replaced quietly, and a turn gets a fresh connection.
 */
export class Spare {
  readonly #open: OpenSession;
  readonly #idleMs: number;
  readonly #clock: Clock;
  readonly #lost: (fault: Fault) => void;
  #held: Held | undefined;
  #replacements = 0;
  #stopLapse = () => {};

  /**
   * @param idleMs how long a connection is held that nobody takes, in milliseconds; 0 for no spare at all
   * @param lost called with the reason why the service took a spare back
   */
  constructor(open: OpenSession, idleMs: number, clock: Clock, lost: (fault: Fault) => void) {
    this.#open = open;
    this.#idleMs = idleMs;
    this.#clock = clock;
    this.#lost = lost;
  }

  /** Whether there is one, or one is being opened. */
  get held(): boolean {
    return this.#held !== undefined;
  }

  /** Sees to it that a connection for this plan is open or being opened. */
  prepare(plan: SessionPlan): void {
    if (this.#idleMs === 0) return;
    this.#replacements = 0;
    if (this.#held?.plan.key !== plan.key) this.#openAfter(plan, undefined);
    this.#lapseLater();
  }

  /** Holds a connection that has served a turn and may serve another. */
  keep(connection: Connection, plan: SessionPlan): void {
    this.drop();
    if (this.#idleMs === 0 || !connection.ready) {
      connection.close();
      return;
    }
    this.#hold(plan, Promise.resolve(connection), new AbortController());
    this.#lapseLater();
  }

  /**
   * The spare if it fits, else a fresh connection. None is held afterwards.
   * @throws Fault when no connection can be opened
   */
  async take(plan: SessionPlan, signal: AbortSignal): Promise<Connection> {
    const held = this.#held;
    if (held?.plan.key !== plan.key) return this.#open(plan, signal, undefined);
    this.#release();
    const abort = () => held.abort.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const connection = await held.opening.catch(() => undefined);
    signal.removeEventListener('abort', abort);
    if (connection?.lasting) return connection;
    await connection?.end();
    signal.throwIfAborted();
    return continuing(connection, await this.#open(plan, signal, connection?.handle));
  }

  /** Closes the spare, if there is one. */
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
  #openAfter(plan: SessionPlan, before: Connection | undefined): void {
    const abort = new AbortController();
    // A session can be taken up only when its old socket is closed (sip-to-ai PR #14).
    const opening =
      before?.handle === undefined
        ? this.#open(plan, abort.signal, undefined)
        : before
            .end()
            .then(() => this.#open(plan, abort.signal, before.handle))
            .then((next) => continuing(before, next));
    if (this.#held !== undefined) discard(this.#held);
    this.#hold(plan, opening, abort);
  }

  #hold(plan: SessionPlan, opening: Promise<Connection>, abort: AbortController): void {
    const held: Held = { plan, opening, abort, stopWaiting: () => {} };
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
        // By our own timer as well: goAway has been seen to stay away, before the end for silence too.
        const replaceInTime = () => {
          held.stopWaiting();
          const { leaveMs, retiresMs } = connection;
          const next = leaveMs === undefined ? look : replace;
          const inMs = (leaveMs ?? retiresMs) - this.#clock.now();
          held.stopWaiting = this.#clock.after(Math.max(0, inMs), next);
        };
        const lost = (fault: Fault) => {
          if (this.#held !== held) return;
          this.#lost(fault);
          // What would end the next one likewise (quota, key) is tried again by its own rule.
          if (fault.entry.retry === 'at once') replace();
          else this.drop();
        };
        replaceInTime();
        connection.listen({ message: look, lost }, () => {
          replaceInTime();
          look();
        });
        look();
      },
      // The next turn opens a fresh one and learns what is wrong.
      () => {
        if (this.#held === held) this.#release();
      },
    );
  }

  #replace(held: Held, connection: Connection): void {
    if (this.#held !== held) return;
    held.stopWaiting();
    const renewed = connection.ready && connection.leaveMs === undefined; // by our own timer: nobody took it back
    if (!renewed) this.#replacements += 1;
    if (this.#replacements > MAX_REPLACEMENTS) this.drop();
    else this.#openAfter(held.plan, connection);
  }
}

/** A session that was taken up still remembers, and bills, what went over the connection before. */
function continuing(before: Connection | undefined, next: Connection): Connection {
  if (before !== undefined && next.resumed) next.sound = before.sound;
  return next;
}

function discard(held: Held): void {
  held.stopWaiting();
  held.abort.abort(new Error('the spare is not needed any more'));
  held.opening.then(
    (connection) => connection.close(),
    () => {},
  );
}
