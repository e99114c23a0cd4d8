import type { Abilities } from '../kiosk/engines.ts';
import type { Fault } from '../kiosk/faults.ts';
import type { Languages } from '../kiosk/languages.ts';
import type { Turn } from '../turn/turn.ts';

/** Words and their language, as far as it is known. */
export interface Spoken {
  readonly text: string;
  /** BCP-47. */
  readonly language: string | undefined;
}

/** Gets what comes, while it comes. Its methods return at once and don't throw. */
export interface InterpretationSink {
  /** What was understood of the utterance so far. */
  heard(spoken: Spoken): void;
  /** The translation so far, in words. */
  said(spoken: Spoken): void;
  /** The next piece of translated speech. Mono, 16-bit, TRANSLATION_RATE_HZ. */
  audio(samples: Int16Array): void;
  /** It failed and is tried once more: all that came so far is void. */
  restarted(fault: Fault): void;
  /**
   * Asks the speaker whether this was meant; only what they agree to is spoken to the other side.
   * @param question what is asked, in their language; as `audio`
   * @returns whether they agreed; false also when nobody answers in time
   */
  confirm(question: Int16Array): Promise<boolean>;
}

/** The rate at which every engine delivers its speech (the Live API's output rate). */
export const TRANSLATION_RATE_HZ = 24_000;

export interface Interpretation {
  readonly outcome: 'translated' | 'nothing said' | 'not understood';
  readonly heard: Spoken | undefined;
  readonly said: Spoken | undefined;
  /** Round trip of the network under the connection that answered, in milliseconds; 0 without one. */
  readonly roundTripMs: number;
}

/** The gate has let nothing through: nothing was sent. */
export const NOTHING_SAID: Interpretation = {
  outcome: 'nothing said',
  heard: undefined,
  said: undefined,
  roundTripMs: 0,
};

/** Whether a turn could be interpreted now, as far as is known. */
export type Availability =
  | { readonly is: 'connecting' }
  | { readonly is: 'ready' }
  | { readonly is: 'unreachable'; readonly fault: Fault };

export interface InterpreterWatcher {
  availability(availability: Availability): void;
  /** Something lasting that does not keep turns from being interpreted begins or has ended. */
  condition(fault: Fault, on: boolean): void;
  /** Notes on the engine for the operator: all of them, each time. */
  notes(notes: readonly string[]): void;
}

/** An engine that turns an utterance into translated speech. */
export interface Interpreter {
  readonly abilities: Abilities;
  /** The watcher is called from now on whenever something is known of its availability. */
  watch(watcher: InterpreterWatcher): void;
  /** Makes ready for a turn that may come soon: it costs nothing if none comes. */
  prepare(languages: Languages): void;
  /**
   * Interprets the turn, from its first frame on and while it is still being spoken.
   * Sets the turn's marks and counts what it costs.
   * @throws Fault when it can't be done; the signal's reason when that is aborted
   */
  interpret(
    turn: Turn,
    languages: Languages,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation>;
  /** Finds out whether the service is available now, at no cost. If not, the watcher is called. */
  check(): Promise<void>;
  /** A guest has left: nothing of the conversation is kept. @param turnContinues the next guest's, with this engine or another */
  forget(turnContinues?: boolean): void;
  stop(): Promise<void>;
}
