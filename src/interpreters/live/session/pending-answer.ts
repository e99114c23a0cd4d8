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
  /** Why it has no sound, though `said` has the words. */
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
  /** The service has sent this much sound, played or not, in seconds. */
  received(seconds: number): void;
}

/**
 * A translation lasts about as long as the utterance, rarely twice that. One longer than three times the utterance plus
 * this, in seconds, counts as endless.
 */
const ENDLESS_BASE_SECONDS = 15;
const ENDLESS_FACTOR = 3;

const NOTHING = new Int16Array(0);

/** The answer to one utterance, collected from the messages of a connection. */
export abstract class PendingAnswer<Parts> implements ConnectionListener {
  protected readonly sink: InterpretationSink;
  protected readonly limits: AnswerLimits;
  protected readonly clock: Clock;
  protected readonly events: AnswerEvents;
  readonly #result = Promise.withResolvers<Parts>();
  readonly #sound = new AnswerSound();
  readonly #timers = new Map<string, Cancel>();
  #over = false;

  constructor({ sink, limits, clock, events }: AnswerContext) {
    this.sink = sink;
    this.limits = limits;
    this.clock = clock;
    this.events = events;
    // The utterance may fail first; then nothing waits for the answer.
    this.done.catch(() => {});
  }

  /** Rejects with the Fault that ended it. */
  get done(): Promise<Parts> {
    return this.#result.promise;
  }

  abstract message(message: ServiceMessage): void;

  /** The connection was lost. */
  abstract lost(fault: Fault): void;

  /** The whole utterance has arrived: an answer is due. @param utteranceSeconds its length */
  abstract expect(utteranceSeconds: number): void;

  /** The end of the utterance is sent next: the answer can't have begun. */
  ends(): void {}

  /** The end of the utterance has been sent. */
  ended(): void {}

  /** Nothing waits for it any more. */
  cancel(): void {
    this.#over = true;
    for (const stop of this.#timers.values()) stop();
  }

  /** It is complete, failed or cancelled. */
  protected get over(): boolean {
    return this.#over;
  }

  protected resolve(parts: Parts): void {
    this.cancel();
    this.#result.resolve(parts);
  }

  protected fail(fault: Fault): void {
    if (this.#over) return;
    this.cancel();
    this.#result.reject(fault);
  }

  /**
   * Fails an answer that counts as endless.
   * @param sinceMs when it began, on the clock @param seconds of its sound
   */
  protected failIfEndless(utteranceSeconds: number, sinceMs: number, seconds: number): void {
    const most = ENDLESS_BASE_SECONDS + ENDLESS_FACTOR * utteranceSeconds;
    const lasted = Math.max(seconds, (this.clock.now() - sinceMs) / 1000);
    if (lasted > most) this.fail(new Fault('answer-endless', `more than ${most.toFixed(0)} s and no end`));
  }

  /** Calls `then` in `ms` milliseconds. Replaces the timer of this name. */
  protected after(name: string, ms: number, then: () => void): void {
    this.stop(name);
    this.#timers.set(name, this.clock.after(ms, then));
  }

  protected stop(name: string): void {
    this.#timers.get(name)?.();
  }

  /** The sound of a part, at TRANSLATION_RATE_HZ. Fails the answer if it can't be decoded. */
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
