import { cueSamples } from '../audio/cues.ts';
import type { Playback } from '../audio/loudspeaker/loudspeaker.ts';
import type { Interpretation, InterpretationSink, Interpreter, Spoken } from '../interpreters/interpreter.ts';
import type { Engine } from '../kiosk/engines.ts';
import type { Assignment, KioskEvent } from '../kiosk/events.ts';
import { Fault } from '../kiosk/faults.ts';
import { isClear, type Languages, listenersLanguage } from '../kiosk/languages.ts';
import type { Answered } from '../kiosk/state.ts';
import type { Marks } from '../turn/marks.ts';
import type { Meter, Turn } from '../turn/turn.ts';
import type { Speaking } from './speaking.ts';
import type { Utterance } from './utterance.ts';

/** The result of a turn that did not fail. */
export interface TurnReport {
  readonly outcome: Answered;
  readonly heard: Spoken | undefined;
  readonly said: Spoken | undefined;
  readonly marks: Marks;
  /** Round trip of the network under the connection that answered, in milliseconds. */
  readonly roundTripMs: number;
  /** Sound that the gate took for speech, in seconds. */
  readonly speechSeconds: number;
  readonly meter: Readonly<Meter>;
}

/**
 * Interprets an utterance while it is being spoken.
 * @param pressedAtMs when the button was pressed
 * @param interpret interprets the turn; see Interpreter
 * @throws Fault when the turn fails; the signal's reason when that is aborted
 */
export async function interpretUtterance(
  turn: Turn,
  utterance: Utterance,
  pressedAtMs: number,
  interpret: (signal: AbortSignal) => Promise<Interpretation>,
  signal: AbortSignal,
): Promise<TurnReport> {
  turn.mark('pressed', pressedAtMs);
  const failed = new AbortController();
  try {
    const interpretation = interpret(AbortSignal.any([signal, failed.signal]));
    const [{ outcome, heard, said, roundTripMs }] = await Promise.all([interpretation, utterance.done]);
    return {
      // The engine knows only that there were no frames.
      outcome: outcome === 'nothing said' && turn.tooQuiet ? 'too quiet' : outcome,
      heard,
      said,
      marks: turn.marks,
      roundTripMs,
      speechSeconds: turn.speechMs / 1000,
      meter: turn.meter,
    };
  } finally {
    failed.abort(new Error('the turn is over'));
    utterance.abandon();
  }
}

/** Adds the language of the translation, which follows from what was heard, if the service does not report it. */
export function withLanguage(interpretation: Interpretation, languages: Languages): Interpretation {
  const { said, heard } = interpretation;
  if (said === undefined || said.language !== undefined) return interpretation;
  return {
    ...interpretation,
    said: { text: said.text, language: listenersLanguage(languages, heard?.language) },
  };
}

/** An event of a turn, without its number and time. */
export type TurnEvent = KioskEvent extends infer E
  ? E extends { readonly turn: number }
    ? Omit<E, 'turn' | 'atMs'>
    : never
  : never;

export interface InterpretingPorts {
  /** @returns the interpreter of an engine that is configured */
  readonly interpreter: (engine: Engine) => Interpreter;
  readonly speaking: Speaking;
  /** Takes an event of this turn for the mind; ignored after the turn was dropped. */
  readonly report: (event: TurnEvent) => void;
  /** Stops the sound of the answer so far, which is void. */
  readonly silence: () => void;
}

/** Interprets a turn with one engine after another; the mind decides when it moves on. */
export class Interpreting {
  readonly number: number;
  readonly turn: Turn;
  readonly #ports: InterpretingPorts;
  #assignment: Assignment;
  #assigned = new AbortController();
  readonly #dropped = new AbortController();
  #question: ((agreed: boolean) => void) | undefined;
  #playback: Playback | undefined;
  #pieces: Int16Array[] = [];

  constructor(number: number, turn: Turn, assignment: Assignment, ports: InterpretingPorts) {
    this.number = number;
    this.turn = turn;
    this.#assignment = assignment;
    this.#ports = ports;
  }

  /** Aborted when the turn is dropped. */
  get signal(): AbortSignal {
    return this.#dropped.signal;
  }

  get assignment(): Assignment {
    return this.#assignment;
  }

  /** The translation so far. */
  get pieces(): readonly Int16Array[] {
    return this.#pieces;
  }

  /**
   * Interprets the turn with one engine after another, as long as the mind assigns another one.
   * @throws Fault of the last one; the signal's reason when that is aborted
   */
  async run(signal: AbortSignal): Promise<Interpretation> {
    for (;;) {
      const assigned = this.#assigned;
      const { engine, languages } = this.#assignment;
      try {
        const either = AbortSignal.any([signal, assigned.signal]);
        const interpreter = this.#ports.interpreter(engine);
        const result = await interpreter.interpret(this.turn, languages, this.#sink(assigned), either);
        signal.throwIfAborted();
        if (this.#assigned === assigned) return withLanguage(result, languages);
      } catch (error) {
        signal.throwIfAborted();
        if (this.#assigned !== assigned) continue; // it was moved meanwhile
        if (!(error instanceof Fault)) throw error;
        this.#ports.report({ event: 'turn failed', fault: error.code });
        if (this.#assigned === assigned) throw error;
      }
    }
  }

  /** The turn goes to another engine, with all its sound. */
  move(assignment: Assignment): void {
    const before = this.#assigned;
    this.#assignment = assignment;
    this.#assigned = new AbortController();
    this.#discard();
    this.turn.unanswered();
    before.abort(new Error('the turn was moved to another engine'));
  }

  answer(agreed: boolean): void {
    this.#question?.(agreed);
  }

  /** Whether there is sound of the answer. */
  get spoken(): boolean {
    return this.#playback !== undefined;
  }

  /** The answer is complete. */
  end(): void {
    this.#playback?.end();
  }

  drop(): void {
    this.#dropped.abort(new Error('the turn was dropped'));
  }

  #discard(): void {
    if (this.#playback !== undefined) this.#ports.silence();
    this.#playback = undefined;
    this.#pieces = [];
  }

  #sink(assigned: AbortController): InterpretationSink {
    const { report, speaking } = this.#ports;
    const isOver = () => this.signal.aborted || this.#assigned !== assigned;
    let isReported = false;
    return {
      heard: ({ text, language }) => {
        if ((language === undefined && !isReported) || isOver()) return;
        isReported = true;
        report({ event: 'heard', language, clear: isClear(text) });
      },
      said: () => {},
      audio: (samples) => {
        if (isOver()) return;
        if (this.#playback === undefined) {
          this.#playback = speaking.begin(this.number, (atMs) => this.turn.mark('playing', atMs));
          report({ event: 'answer began' });
        }
        this.#playback.write(samples);
        this.#pieces.push(samples);
      },
      confirm: async (question) => {
        if (isOver()) return false;
        const { promise, resolve } = Promise.withResolvers<boolean>();
        this.#question = resolve;
        for (const signal of [this.signal, assigned.signal])
          signal.addEventListener('abort', () => resolve(false), { once: true });
        report({ event: 'asked' });
        speaking.question(this.number, question, cueSamples('confirm'));
        return promise;
      },
      restarted: (fault) => {
        if (isOver()) return;
        this.#discard();
        report({ event: 'turn delayed', fault: fault.code, detail: fault.detail });
      },
    };
  }
}
