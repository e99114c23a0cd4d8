import type { Content, LiveConnectConfig } from '@google/genai';
import type { Clock } from '../../../base/time.ts';
import type { Fault } from '../../../kiosk/faults.ts';
import type { Connection } from './connection.ts';

/** After the service has ended more spares than this without a turn in between, none is held until the next press. */
const MAX_REPLACEMENTS = 3;

/** What a session is opened with. */
export interface SessionPlan {
  /** A spare fits a turn whose plan has the same key. */
  readonly key: string;
  /** A session can be resumed on another connection only with a `sessionResumption`. */
  readonly config: LiveConnectConfig;
  /** The history of a new session. A resumed one remembers it. */
  readonly past: readonly Content[];
}

/** @param handle of the session to resume, if that is possible */
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
 * The connection that is held for the next turn, either new or after an earlier turn. A turn gets a fresh connection if
 * this one could not be opened, was closed, is near its end or no longer fits.
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
   * @param idleMs how long an unused connection is held, in milliseconds; 0 for no spare
   * @param lost called with the reason why the service ended a spare
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

  /** Opens a connection for this plan, unless there is one. */
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
   * Takes the spare if it fits, or else opens a connection. None is held afterwards.
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

  /** @param before the connection that is replaced */
  #openAfter(plan: SessionPlan, before: Connection | undefined): void {
    const abort = new AbortController();
    // A session can be resumed only when its old socket is closed (sip-to-ai PR #14).
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
        if (this.#held !== held) return; // taken by a turn
        const replace = () => this.#replace(held, connection);
        const look = () => {
          if (connection.lasting) return;
          // A session that has served a turn can be resumed after the end of that turn.
          if (connection.turns === 0 || connection.handle !== undefined) replace();
        };
        // Also by our own timer, since goAway may be missing.
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
          // Faults that would end the next one too (quota, key) have their own rules for retries.
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
    const isOurTimer = connection.ready && connection.leaveMs === undefined;
    if (!isOurTimer) this.#replacements += 1;
    if (this.#replacements > MAX_REPLACEMENTS) this.drop();
    else this.#openAfter(held.plan, connection);
  }
}

/** A resumed session remembers, and bills, the sound of the connection before. */
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
