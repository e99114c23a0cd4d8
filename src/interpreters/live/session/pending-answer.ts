import type { Cancel, Clock } from '../../../base/time.ts';
import { Fault } from '../../../kiosk/faults.ts';
import type { Marks } from '../../../turn/marks.ts';
import { AnswerSound } from '../../gemini/answer-sound.ts';
import type { InterpretationSink, Spoken } from '../../interpreter.ts';
import type { ConnectionListener } from './connection.ts';
import type { MessagePart, ServiceMessage } from './message.ts';

export interface AnswerLimits {
  /** From the end of the utterance to the first translated sound, in milliseconds. */
  readonly answerTimeoutMs: number;
  /** Between two messages of an answer that has begun, in milliseconds. */
  readonly answerStallMs: number;
}

/** What a complete answer consists of. */
export interface AnswerParts {
  readonly outcome: 'translated' | 'not understood';
  readonly heard: Spoken | undefined;
  readonly said: Spoken | undefined;
  /** Why nothing is heard of it, though `said` has the words. */
  readonly silence: Fault | undefined;
}

/** What an answer needs besides the messages. */
export interface AnswerContext {
  readonly sink: InterpretationSink;
  readonly limits: AnswerLimits;
  readonly clock: Clock;
  readonly events: AnswerEvents;
}

interface AnswerEvents {
  mark(name: keyof Marks): void;
  /** So much sound came from the service, to be heard or not, in seconds. */
  received(seconds: number): void;
}

/**
 * A translation lasts about as long as what is translated, rarely twice that. One that lasts longer than three times
 * the utterance and this, in seconds, is taken to be endless.
 */
const ENDLESS_BASE_SECONDS = 15;
const ENDLESS_FACTOR = 3;

/** An answer is taken to be endless beyond this, in seconds. */
export function longestAnswerSeconds(utteranceSeconds: number): number {
  return ENDLESS_BASE_SECONDS + ENDLESS_FACTOR * utteranceSeconds;
}

const NOTHING = new Int16Array(0);

/** The answer to one utterance, gathered from what a connection brings. */
export abstract class PendingAnswer<Parts> implements ConnectionListener {
  /** Rejects with the Fault that ended it. */
  readonly done: Promise<Parts>;
  protected readonly sink: InterpretationSink;
  protected readonly limits: AnswerLimits;
  protected readonly clock: Clock;
  protected readonly events: AnswerEvents;
  readonly #settle: { resolve(parts: Parts): void; reject(fault: Fault): void };
  readonly #sound = new AnswerSound();
  readonly #timers = new Map<string, Cancel>();
  #over = false;

  constructor({ sink, limits, clock, events }: AnswerContext) {
    this.sink = sink;
    this.limits = limits;
    this.clock = clock;
    this.events = events;
    const { promise, resolve, reject } = Promise.withResolvers<Parts>();
    this.done = promise;
    this.#settle = { resolve, reject };
    // The utterance may fail first, and then nobody waits for the answer.
    promise.catch(() => {});
  }

  abstract message(message: ServiceMessage): void;

  /** The connection was lost. */
  abstract lost(fault: Fault): void;

  /** The utterance has arrived whole: from now on an answer is due. @param utteranceSeconds how long it was */
  abstract expect(utteranceSeconds: number): void;

  /** The end of the utterance goes out now: what came before can't be its answer. */
  ends(): void {}

  /** The end of the utterance has been sent. */
  ended(): void {}

  /** Nobody waits for it any more. */
  cancel(): void {
    this.#over = true;
    for (const stop of this.#timers.values()) stop();
  }

  /** It is complete, has failed, or nobody waits for it. */
  protected get over(): boolean {
    return this.#over;
  }

  protected resolve(parts: Parts): void {
    this.cancel();
    this.#settle.resolve(parts);
  }

  protected fail(fault: Fault): void {
    if (this.#over) return;
    this.cancel();
    this.#settle.reject(fault);
  }

  /** Calls `then` in `ms` milliseconds, in place of what the timer of this name was to call. */
  protected after(name: string, ms: number, then: () => void): void {
    this.stop(name);
    this.#timers.set(name, this.clock.after(ms, then));
  }

  protected stop(name: string): void {
    this.#timers.get(name)?.();
  }

  /** The sound of a part, at TRANSLATION_RATE_HZ. What can't be decoded fails the answer. */
  protected soundOf({ inlineData }: MessagePart): Int16Array {
    if (inlineData?.data === undefined || this.#over) return NOTHING;
    try {
      return this.#sound.push(Buffer.from(inlineData.data, 'base64'), inlineData.mimeType);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.fail(error);
      return NOTHING;
    }
  }
}
