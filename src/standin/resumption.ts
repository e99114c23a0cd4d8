/** Handles by which a later connection takes up a session. */
import type { Clock } from '../time.ts';
import { randomId } from './ids.ts';
import type { Context } from './usage.ts';

/** What is kept of a session: enough to go on. */
export interface Session {
  readonly id: string;
  readonly bornAt: number;
  context: Context;
  /** Set while a connection holds it. */
  held: boolean;
  /** When the last connection let go of it. */
  leftAt: number;
}

/** After the end of a session: https://ai.google.dev/gemini-api/docs/live-session. */
const HANDLE_LIFE_MS = 2 * 60 * 60_000;

/** So that a long soak doesn't keep them all. */
const KEPT = 1000;

export type Resumed =
  | { readonly session: Session }
  | { readonly refusal: { code: 1007 | 1011; reason: string } };

export class SessionStore {
  readonly #clock: Clock;
  readonly #handles = new Map<string, { readonly session: Session; readonly context: Context }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  create(context: Context): Session {
    return { id: randomId(this.#clock), bornAt: this.#clock.now(), context, held: true, leftAt: 0 };
  }

  /** A handle for the session as it is now. */
  handle(session: Session): string {
    const handle = randomId(this.#clock);
    this.#handles.set(handle, { session, context: session.context });
    const [oldest] = this.#handles.keys();
    if (this.#handles.size > KEPT && oldest !== undefined) this.#handles.delete(oldest);
    return handle;
  }

  /**
   * Takes a session up. A handle is good once (https://github.com/kizuna-ai-lab/sokuji); refused with 1011 while the
   * earlier socket is open (https://github.com/aicc2025/sip-to-ai/pull/14), with 1007 when stale
   * (https://discuss.ai.google.dev/t/…/186392).
   */
  resume(handle: string): Resumed {
    const known = this.#handles.get(handle);
    if (known?.session.held) {
      return { refusal: { code: 1011, reason: 'Internal error encountered.' } };
    }
    this.#handles.delete(handle);
    if (known === undefined || this.#clock.now() - known.session.leftAt > HANDLE_LIFE_MS) {
      return { refusal: { code: 1007, reason: 'Request contains an invalid argument.' } };
    }
    known.session.held = true;
    known.session.context = known.context; // what came after the handle is lost
    return { session: known.session };
  }

  leave(session: Session): void {
    session.held = false;
    session.leftAt = this.#clock.now();
  }
}
