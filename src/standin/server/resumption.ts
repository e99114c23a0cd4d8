/** Handles by which a later connection resumes a session. */
import type { Clock } from '../../base/time.ts';
import { randomId } from '../clock.ts';
import { INTERNAL, INVALID, type Refusal } from '../protocol/rules.ts';
import type { Context } from '../protocol/usage.ts';

/** What is kept of a session, so that it can be resumed. */
export interface Session {
  readonly id: string;
  readonly bornAt: number;
  context: Context;
  /** Set while a connection holds it. */
  held: boolean;
  /** When the last connection released it. */
  leftAt: number;
}

/** After the end of a session: https://ai.google.dev/gemini-api/docs/live-session. */
const HANDLE_LIFE_MS = 2 * 60 * 60_000;

/** So that thousands of sessions don't fill the memory. */
const KEPT = 1000;

type Resumed = { readonly session: Session } | { readonly refusal: Refusal };

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
   * Resumes a session. A handle is good once (https://github.com/kizuna-ai-lab/sokuji); refused with 1011 while the
   * earlier socket is open (https://github.com/aicc2025/sip-to-ai/pull/14), with 1007 when stale
   * (https://discuss.ai.google.dev/t/…/186392).
   */
  resume(handle: string): Resumed {
    const known = this.#handles.get(handle);
    if (known?.session.held) return { refusal: INTERNAL };
    this.#handles.delete(handle);
    if (known === undefined || this.#clock.now() - known.session.leftAt > HANDLE_LIFE_MS)
      return { refusal: INVALID };
    known.session.held = true;
    known.session.context = known.context; // what came after the handle is lost
    return { session: known.session };
  }

  leave(session: Session): void {
    session.held = false;
    session.leftAt = this.#clock.now();
  }
}
