import type { Frame } from '../audio/pcm/frame.ts';
import type { InterpretationSink, Interpreter, Spoken } from '../interpreters/interpreter.ts';
import { type Languages, listenersLanguage } from '../kiosk/languages.ts';
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
  readonly outcome: 'translated' | 'nothing said' | 'not understood';
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
 * @param captured called once the sound of the utterance has been taken, however that ended
 * @param speechStarted called once, as soon as the gate is sure of speech
 * @throws Fault when the turn fails; the signal's reason when that is aborted
 */
export async function runTurn(
  turn: Turn,
  press: Press,
  gate: Gate,
  interpreter: Interpreter,
  languages: Languages,
  sink: InterpretationSink,
  tailMs: number,
  signal: AbortSignal,
  {
    captured,
    speechStarted,
    now = () => performance.now(),
  }: { captured?: () => void; speechStarted?: () => void; now?: () => number } = {},
): Promise<TurnReport> {
  turn.mark('pressed', press.pressedAtMs);
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  try {
    const [interpretation] = await Promise.all([
      interpreter.interpret(turn, languages, sink, either),
      captureUtterance(
        until(press.microphone, either),
        gate,
        turn,
        press.releasedAtMs,
        tailMs,
        now,
        speechStarted,
      ).finally(captured),
    ]);
    return {
      outcome: interpretation.outcome,
      heard: interpretation.heard,
      said: withLanguage(interpretation.said, interpretation.heard, languages),
      marks: turn.marks,
      roundTripMs: interpretation.roundTripMs,
      speechSeconds: turn.speechMs / 1000,
      meter: turn.meter,
    };
  } finally {
    failed.abort(new Error('the turn is over'));
  }
}

/** The service does not tell the language of its own speech in every model: it follows from what was heard. */
function withLanguage(said: Spoken | undefined, heard: Spoken | undefined, languages: Languages) {
  if (said === undefined || said.language !== undefined) return said;
  return { text: said.text, language: listenersLanguage(languages, heard?.language) };
}

/** The frames until the turn is over. */
async function* until(frames: AsyncIterable<Frame>, signal: AbortSignal): AsyncGenerator<Frame, void, void> {
  for await (const frame of frames) {
    signal.throwIfAborted();
    yield frame;
  }
}
