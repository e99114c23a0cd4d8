import { expect } from 'vitest';
import { FRAME_SAMPLES, framesOf } from '../../src/audio/pcm/frame.ts';
import type { Clock } from '../../src/base/time.ts';
import { cascadeSettings, dialogueSettings, translateSettings } from '../../src/daemon/interpreters.ts';
import type { CascadeSettings } from '../../src/interpreters/cascade/cascade.ts';
import type { InterpretationSink, Interpreter } from '../../src/interpreters/interpreter.ts';
import type { DialogueSettings } from '../../src/interpreters/live/dialogue/dialogue.ts';
import type { TranslateSettings } from '../../src/interpreters/live/translate/translate.ts';
import { Fault, type FaultCode } from '../../src/kiosk/faults.ts';
import type { Languages } from '../../src/kiosk/languages.ts';
import { defaultConfig } from '../../src/system/config/schema.ts';
import { Turn } from '../../src/turn/turn.ts';
import { tone } from './standin.ts';

/** Turns for tests of the engines, their input and their results. */

/** Looks like a real one, so that a search for it in errors and logs means something. */
export const KEY = `AIza${'test-not-a-key-'.repeat(2)}`;

export const LANGUAGES = { host: 'en', guest: 'es' };

/** What the scripted answerer says: 30 characters. */
export const SAID = 'Where is the bathroom, please?';

export const never = new AbortController().signal;

/** The limits of a desk without a configuration, and one model of each kind. */
export const DIALOGUE: DialogueSettings = {
  ...dialogueSettings(defaultConfig()),
  models: ['gemini-3.8-live'],
};
export const TRANSLATE: TranslateSettings = translateSettings(defaultConfig());
export const CASCADE: CascadeSettings = {
  ...cascadeSettings(defaultConfig()),
  hearingModels: ['gemini-3.5-flash-lite'],
  speechModels: ['gemini-3.8-flash-lite-tts'],
  voice: 'Kore',
};

/** How an engine gets at a service. */
export const serviceAt = (baseUrl: string) => async () => ({
  apiKey: KEY,
  apiVersion: 'v1beta',
  baseUrl,
});

/** A turn that has ended: a tone of this length in seconds, past the gate. */
export function spokenTurn(seconds: number): Turn {
  const turn = new Turn();
  turn.append(framesOf(tone(seconds, 16_000), 0));
  turn.close();
  return turn;
}

/** Whole frames only, so that seconds can be compared. */
export const secondsOf = (turn: Turn) => (turn.frames.length * FRAME_SAMPLES) / 16_000;

/** The turn comes through, whatever went wrong before, with the scripted answer. */
export async function comesThrough(engine: Interpreter, languages: Languages = LANGUAGES, clock?: Clock) {
  const turn = spokenTurn(1);
  const sink = gathering(clock);
  const result = await engine.interpret(turn, languages, sink, never);
  expect(result.outcome).toBe('translated');
  expect(result.heard).toEqual({ text: '¿Dónde está el baño?', language: 'es' });
  expect(result.said).toEqual({ text: SAID, language: 'en' });
  return { result, sink, turn };
}

/** The turn fails with this fault, which contains neither the key nor other secrets. */
export async function failsWith(
  code: FaultCode,
  engine: Interpreter,
  secrets: readonly string[] = [],
  turn = spokenTurn(0.3),
  languages: Languages = LANGUAGES,
) {
  const sink = gathering();
  const error = await engine.interpret(turn, languages, sink, never).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(Fault);
  const fault = error as Fault;
  expect(fault.code, fault.message).toBe(code);
  const all = `${fault.message} ${fault.stack} ${JSON.stringify(fault)}`;
  for (const secret of [KEY, ...secrets]) expect(all).not.toContain(secret);
  return { fault, sink, turn };
}

export interface Gathered extends InterpretationSink {
  readonly samples: number[];
  readonly restarts: FaultCode[];
  /** When each of them was, on the clock that was given. */
  readonly restartsMs: number[];
  readonly texts: string[];
}

/** A sink that keeps what came; a restart empties its sound, as on the loudspeaker. */
export function gathering(clock?: Clock): Gathered {
  const samples: number[] = [];
  const restarts: FaultCode[] = [];
  const restartsMs: number[] = [];
  const texts: string[] = [];
  return {
    samples,
    restarts,
    restartsMs,
    texts,
    heard: ({ text }) => void texts.push(`heard ${text}`),
    said: ({ text }) => void texts.push(`said ${text}`),
    audio: (piece) => {
      for (const sample of piece) samples.push(sample);
    },
    confirm: async () => true,
    restarted: ({ code }) => {
      samples.length = 0;
      restarts.push(code);
      if (clock !== undefined) restartsMs.push(clock.now());
    },
  };
}
