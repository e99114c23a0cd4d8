import type { Frame } from '../audio/pcm/frame.ts';
import type { Interpretation, Spoken } from '../interpreters/interpreter.ts';
import { type Languages, listenersLanguage } from '../kiosk/languages.ts';
import type { Answered } from '../kiosk/state.ts';
import type { Clock } from '../time.ts';
import type { Marks } from '../turn/marks.ts';
import type { Meter, Turn } from '../turn/turn.ts';
import type { Gate } from '../voice/gate.ts';
import { captureUtterance } from './utterance.ts';

/** One press of the button, as it happens. */
export interface Press {
  readonly pressedAtMs: number;
  /** When the button ended the utterance; undefined until it does. */
  readonly releasedAtMs: () => number | undefined;
  readonly microphone: AsyncIterable<Frame>;
}

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
 * Takes one press from its first frame to the end of the answer: the way of the sound, in one piece.
 * @param interpret interprets the turn while it is being spoken; see Interpreter
 * @param captured called once the sound of the utterance has been taken, however that ended
 * @param speechStarted called once, as soon as the gate is sure of speech
 * @throws Fault when the turn fails; the signal's reason when that is aborted
 */
export async function runTurn(
  turn: Turn,
  press: Press,
  gate: Gate,
  interpret: (signal: AbortSignal) => Promise<Interpretation>,
  tailMs: number,
  signal: AbortSignal,
  clock: Clock,
  { captured, speechStarted }: { captured?: () => void; speechStarted?: () => void } = {},
): Promise<TurnReport> {
  turn.mark('pressed', press.pressedAtMs);
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  try {
    const [interpretation] = await Promise.all([
      interpret(either),
      captureUtterance(
        until(press.microphone, either),
        gate,
        turn,
        press.releasedAtMs,
        tailMs,
        clock,
        speechStarted,
      ).finally(captured),
    ]);
    return {
      // Who interprets knows only that nothing came.
      outcome:
        interpretation.outcome === 'nothing said' && turn.tooQuiet ? 'too quiet' : interpretation.outcome,
      heard: interpretation.heard,
      said: interpretation.said,
      marks: turn.marks,
      roundTripMs: interpretation.roundTripMs,
      speechSeconds: turn.speechMs / 1000,
      meter: turn.meter,
    };
  } finally {
    failed.abort(new Error('the turn is over'));
  }
}

/**
 * The same, with the language of what was said: the service does not tell it in every model, and it follows from
 * what was heard.
 */
export function withLanguage(interpretation: Interpretation, languages: Languages): Interpretation {
  const { said, heard } = interpretation;
  if (said === undefined || said.language !== undefined) return interpretation;
  const language = listenersLanguage(languages, heard?.language);
  return { ...interpretation, said: { text: said.text, language } };
}

/** The frames until the turn is over. */
async function* until(frames: AsyncIterable<Frame>, signal: AbortSignal): AsyncGenerator<Frame, void, void> {
  for await (const frame of frames) {
    signal.throwIfAborted();
    yield frame;
  }
}
