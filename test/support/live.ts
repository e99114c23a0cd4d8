import { expect } from 'vitest';
import { FRAME_SAMPLES, framesOf } from '../../src/audio/pcm/frame.ts';
import type { InterpretationSink, Interpreter } from '../../src/interpreters/interpreter.ts';
import { Dialogue, type DialogueSettings } from '../../src/interpreters/live/dialogue.ts';
import { Fault, type FaultCode } from '../../src/kiosk/faults.ts';
import { type Standin, type StandinOptions, startStandin } from '../../src/standin/server.ts';
import { Turn } from '../../src/turn/turn.ts';
import { scriptedAnswerer, tone } from '../rig/standin.ts';

/** For tests of the interpreter: the real SDK against the stand-in with an answerer that needs no recogniser. */

/** Looks like a real one, so that a search for it in errors and logs means something. */
export const KEY = `AIza${'test-not-a-key-'.repeat(2)}`;

export const LANGUAGES = { host: 'en', guest: 'es' };

export const never = new AbortController().signal;

/** A stand-in ten times as quick as the service, with the scripted answer of scriptedAnswerer(). */
export function quickStandin(options: Partial<StandinOptions> = {}): Promise<Standin> {
  return startStandin({ answerer: scriptedAnswerer(), clockSpeed: 10, ...options });
}

/** Limits short enough for a test that runs into them. */
export const IMPATIENT: DialogueSettings = {
  models: ['gemini-3.1-flash-live-preview'],
  glossary: [],
  voice: undefined,
  connectTimeoutMs: 400,
  setupTimeoutMs: 400,
  answerTimeoutMs: 1000,
  answerStallMs: 600,
  maxUnsentBytes: 64 * 1024,
  uplinkStallMs: 400,
  spareIdleMs: 10_000,
  languageHints: false,
  turnsPerConnection: 1,
  connectionLifeMs: 520_000,
  compressAtTokens: 2000,
  deliverWithinMs: 2500,
};

export function dialogueAt(baseUrl: string | undefined, settings: Partial<DialogueSettings> = {}): Dialogue {
  return new Dialogue(async () => ({ apiKey: KEY, apiVersion: 'v1beta', baseUrl }), {
    ...IMPATIENT,
    ...settings,
  });
}

/** A turn that has ended: a tone of so many seconds, past the gate. */
export function spokenTurn(seconds: number): Turn {
  const turn = new Turn();
  turn.append(framesOf(tone(seconds, 16_000), 0));
  turn.close();
  return turn;
}

/** Whole frames only, so that seconds can be compared. */
export const secondsOf = (turn: Turn) => (turn.frames.length * FRAME_SAMPLES) / 16_000;

/** The turn fails with this fault, and nothing about it tells the key or what else is secret. */
export async function failsWith(
  code: FaultCode,
  engine: Interpreter,
  secrets: readonly string[] = [],
): Promise<Fault> {
  const error = await engine
    .interpret(spokenTurn(0.3), LANGUAGES, gathering(), never)
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(Fault);
  const fault = error as Fault;
  expect(fault.code, fault.message).toBe(code);
  const all = `${fault.message} ${fault.stack} ${JSON.stringify(fault)}`;
  for (const secret of [KEY, ...secrets]) expect(all).not.toContain(secret);
  return fault;
}

export interface Gathered extends InterpretationSink {
  readonly samples: number[];
  readonly restarts: FaultCode[];
  readonly texts: string[];
}

/** A sink that keeps what came; a restart empties its sound, as it does for who listens. */
export function gathering(): Gathered {
  const samples: number[] = [];
  const restarts: FaultCode[] = [];
  const texts: string[] = [];
  return {
    samples,
    restarts,
    texts,
    heard: ({ text }) => void texts.push(`heard ${text}`),
    said: ({ text }) => void texts.push(`said ${text}`),
    audio: (piece) => void samples.push(...piece),
    confirm: async () => true,
    restarted: ({ code }) => {
      samples.length = 0;
      restarts.push(code);
    },
  };
}
