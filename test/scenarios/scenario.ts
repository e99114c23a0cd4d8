import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { cueSamples } from '../../src/audio/cues.ts';
import { concat } from '../../src/audio/pcm/concat.ts';
import { resample } from '../../src/audio/pcm/resample.ts';
import { readWav } from '../../src/audio/pcm/wav.ts';
import type { Cue, Prompt } from '../../src/kiosk/sounds.ts';
import type { TurnLog } from '../../src/runtime/turn-log.ts';
import { OUT_RATE } from '../../src/standin/audio.ts';
import { monotonicMs } from '../desk/clock.ts';
import { whereIs } from '../desk/recording.ts';
import { type Counter, type CounterOptions, openCounter, passes } from '../support/counter.ts';
import { spoken } from '../support/voices.ts';

/** What people at the desk do when something goes wrong, and what they see and hear of it. */

/** Where a turn is when it happens. */
export type Phase = 'idle' | 'listening' | 'awaiting' | 'speaking';

/** What is said at the desk, 16 kHz, and what the service answers, 24 kHz: 3 s of real speech. */
export const UTTERANCE = await spoken('Do you need a doctor?', 'rms');
export const TRANSLATION = resample(
  await spoken('Breakfast is served from seven to ten in the room behind the stairs.', 'slt'),
  16_000,
  OUT_RATE,
);

const answer = {
  heard: { text: '¿A qué hora es el desayuno?', languageCode: 'es' },
  said: { text: 'Breakfast is served from seven to ten.', languageCode: 'en' },
  pcm24k: TRANSLATION,
};
const answerer = {
  start: async () => {},
  stop: async () => {},
  answerSpeech: async () => answer,
  answerText: async () => answer,
};

/** How long the daemon waits for what, shortened so that a test of it does not take a quarter of a minute. */
export const IMPATIENT = `
[live]
connect_timeout_ms = 2000
setup_timeout_ms = 2000
answer_timeout_ms = 2500
answer_stall_ms = 2000
`;

/** A counter whose service answers after 0.7 s, and speaks not much faster than it is heard. */
export function openScenario({ config = '', ...options }: CounterOptions = {}): Promise<Counter> {
  return openCounter({
    config: `${IMPATIENT}${config}`,
    ...options,
    standin: { answerer, clockSpeed: 1, timing: { answerMs: 700, pace: 1.5 }, ...options.standin },
  });
}

export interface Happened {
  readonly turn: TurnLog;
  /** When the trouble was made, and when the button was released, on the monotonic clock. */
  readonly troubleMs: number;
  readonly releasedMs: number;
}

/** One turn of people at the desk, into which trouble comes. It ends in its one outcome. */
export async function turnWith(counter: Counter, phase: Phase, trouble: () => unknown): Promise<Happened> {
  const { desk } = counter;
  let troubleMs = 0;
  const happens = async () => {
    troubleMs = monotonicMs();
    await trouble();
  };
  if (phase === 'idle') await happens();
  desk.press('talk');
  await desk.untilLed('talk', true);
  const speech = desk.speak(UTTERANCE);
  const beganMs = await speech.began;
  if (phase === 'listening') {
    await passes(beganMs + 600);
    await happens();
  }
  await speech.ended;
  const releasedMs = desk.release('talk');
  if (phase === 'awaiting') {
    await passes(releasedMs + 400); // tail and upload are over, the answer is not due yet
    await happens();
  }
  if (phase === 'speaking') {
    const heardMs = await desk.recorder.nextSound({ afterMs: releasedMs });
    await passes(heardMs + 700);
    await happens();
  }
  return { turn: await counter.turnEnds(30_000), troubleMs, releasedMs };
}

/** Nothing is left of the trouble: the next turn is as any other, and the lights say that all is well. */
export async function allIsWell(counter: Counter): Promise<void> {
  const { desk } = counter;
  await desk.untilLed('connection', true, 20_000);
  const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
  expect(turn).toMatchObject({ outcome: 'translated' });
  heardWhole(counter, releasedMs);
  expect(desk.led('reconnect')).toBe(false);
  expect(desk.led('connection')).toBe(true);
}

/** The translation was heard, whole and in one piece. @returns when it began */
export function heardWhole({ desk }: Counter, sinceMs: number): number {
  const found = whereIs(TRANSLATION, OUT_RATE, desk.recording(sinceMs));
  for (const piece of found.pieces.filter((likeness) => !Number.isNaN(likeness))) {
    expect(piece).toBeGreaterThan(0.9);
  }
  return found.startMs;
}

/** The beginning of the translation was heard before this moment: it broke off there. */
export function heardBeginning({ desk }: Counter, sinceMs: number, beforeMs: number): boolean {
  const beginning = TRANSLATION.subarray(0, OUT_RATE / 2);
  return whereIs(beginning, OUT_RATE, desk.recording(sinceMs, beforeMs)).likeness > 0.8;
}

export async function heardPrompt({ desk }: Counter, prompt: Prompt, sinceMs: number): Promise<boolean> {
  const file = new URL(`../../build/prompts/${prompt.replaceAll(' ', '-')}.en.wav`, import.meta.url);
  const { samples, sampleRate } = readWav(await readFile(file));
  const opening = resample(samples, sampleRate, OUT_RATE).subarray(0, OUT_RATE);
  return whereIs(opening, OUT_RATE, desk.recording(sinceMs)).likeness > 0.7;
}

export function heardCue({ desk }: Counter, cue: Cue, sinceMs: number, untilMs = monotonicMs()): boolean {
  const samples = cueSamples(cue);
  const padded = concat([samples, new Int16Array(OUT_RATE / 50)]);
  return whereIs(padded, OUT_RATE, desk.recording(sinceMs, untilMs)).likeness > 0.7;
}
