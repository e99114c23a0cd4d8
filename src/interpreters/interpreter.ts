import type { Abilities } from '../kiosk/engines.ts';
import type { Fault } from '../kiosk/faults.ts';
import type { Languages } from '../kiosk/languages.ts';
import type { Turn } from '../turn/turn.ts';

/** Words and, if known, their language. */
export interface Spoken {
  readonly text: string;
  /** BCP-47. */
  readonly language: string | undefined;
}

/** Gets the results of an engine as they come. Its methods return at once and don't throw. */
export interface InterpretationSink {
  /** What was understood of the utterance so far. */
  heard(spoken: Spoken): void;
  /** The translation so far, in words. */
  said(spoken: Spoken): void;
  /** The next piece of translated speech. Mono, 16-bit, TRANSLATION_RATE_HZ. */
  audio(samples: Int16Array): void;
  /** An attempt failed and is repeated: all results so far are void. */
  restarted(fault: Fault): void;
  /**
   * Asks the speaker whether this was meant. Only then is it spoken to the other side.
   * @param question in their language; as `audio`
   * @returns whether they agreed; false on time-out
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

/** Nothing passed the gate, and nothing was sent. */
export const NOTHING_SAID: Interpretation = {
  outcome: 'nothing said',
  heard: undefined,
  said: undefined,
  roundTripMs: 0,
};

/** Whether a turn can be interpreted now, as far as known. */
export type Availability =
  | { readonly is: 'connecting' }
  | { readonly is: 'ready' }
  | { readonly is: 'unreachable'; readonly fault: Fault };

export interface InterpreterWatcher {
  availability(availability: Availability): void;
  /** A lasting fault that does not prevent turns begins or has ended. */
  condition(fault: Fault, on: boolean): void;
  /** All present notes on the engine for the operator. */
  notes(notes: readonly string[]): void;
}

/** An engine that turns an utterance into translated speech. */
export interface Interpreter {
  readonly abilities: Abilities;
  /** Calls the watcher from now on when the availability is known or changes. */
  watch(watcher: InterpreterWatcher): void;
  /** Prepares for a turn that may come soon. Costs nothing if none comes. */
  prepare(languages: Languages): void;
  /**
   * Interprets the turn while it is being spoken. Sets the turn's marks and counts what it costs.
   * @throws Fault when it fails; the signal's reason when that is aborted
   */
  interpret(
    turn: Turn,
    languages: Languages,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation>;
  /** Checks at no cost whether the service is available now. If not, calls the watcher. */
  check(): Promise<void>;
  /** Forgets the conversation of a guest who has left. @param turnContinues the next guest's turn is in progress */
  forget(turnContinues?: boolean): void;
  stop(): Promise<void>;
}
