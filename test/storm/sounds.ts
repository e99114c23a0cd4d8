/** Distinguishable sounds: speech carries a mark, and each answer is a tone of its own pitch. */
import { CAPTURE_RATE_HZ } from '../../src/audio/pcm/frame.ts';
import { OUT_RATE } from '../../src/standin/protocol/sound.ts';
import { tone } from '../rig/standin.ts';
import { EAR_RATE_HZ } from '../rig/virtual/ear.ts';
import { SENTENCES } from './history.ts';

/** Above any cue (1047 Hz), far enough apart, and below half of the loudspeaker's rate. */
const FIRST_ANSWER_HZ = 1300;
const ANSWER_RATIO = 1.06;
const TOLERANCE = 0.015;
/** Above most of speech; loud enough to stand out from the noise of the room, too soft to be heard. */
const FIRST_MARK_HZ = 5000;
const MARK_STEP_HZ = 100;
const MARK_AMPLITUDE = 250;
/** The quietest peak that counts as sound. */
const AUDIBLE = 300;

const answerHz = (sentence: number) => FIRST_ANSWER_HZ * ANSWER_RATIO ** sentence;
const markHz = (sentence: number) => FIRST_MARK_HZ + MARK_STEP_HZ * sentence;

/** Speech with the mark of a sentence. */
export function marked(speech: Int16Array, sentence: number): Int16Array {
  const step = (2 * Math.PI * markHz(sentence)) / CAPTURE_RATE_HZ;
  return Int16Array.from(speech, (sample, i) =>
    Math.max(-32_768, Math.min(32_767, sample + Math.round(MARK_AMPLITUDE * Math.sin(step * i)))),
  );
}

/** Enough to find a mark in; an utterance may be a minute long. */
const SEARCHED = 2 * CAPTURE_RATE_HZ;

/** Which sentence is heard best at the beginning; undefined when none is. */
export function sentenceIn(utterance: Int16Array): number | undefined {
  const speech = utterance.subarray(0, SEARCHED);
  let best: number | undefined;
  let most = 0;
  for (let sentence = 0; sentence < SENTENCES; sentence += 1) {
    const power = goertzel(speech, markHz(sentence));
    if (power > most) [best, most] = [sentence, power];
  }
  // A tenth of a second of it in all.
  return Math.sqrt(most) > (MARK_AMPLITUDE / 2) * (CAPTURE_RATE_HZ / 10) ? best : undefined;
}

function goertzel(samples: Int16Array, hz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / CAPTURE_RATE_HZ);
  let [one, two] = [0, 0];
  for (let i = 0; i < samples.length; i += 1) {
    const next = (samples[i] as number) + coefficient * one - two;
    two = one;
    one = next;
  }
  return one * one + two * two - coefficient * one * two;
}

const answers = new Map<string, Int16Array>();

/** The answer to a sentence. */
export function answerTo(sentence: number, seconds: number): Int16Array {
  const key = `${sentence} ${seconds}`;
  const known = answers.get(key) ?? tone(seconds, OUT_RATE, answerHz(sentence));
  answers.set(key, known);
  return known;
}

/** A piece of the loudspeaker's sound: silence, the answer to a sentence, or something else. */
export type Heard = 'silence' | 'other' | number;

/** Ten milliseconds. */
const WINDOW = EAR_RATE_HZ / 100;

/** What is heard in each window of a piece, in order. */
export function heardIn(samples: Int16Array): Heard[] {
  const heard: Heard[] = [];
  for (let from = 0; from < samples.length; from += WINDOW) {
    heard.push(heardInWindow(samples, from, Math.min(samples.length, from + WINDOW)));
  }
  return heard;
}

export const WINDOW_MS = 10;

function heardInWindow(samples: Int16Array, from: number, to: number): Heard {
  let peak = 0;
  let first = 0;
  let last = 0;
  let crossings = 0;
  for (let i = from + 1; i < to; i += 1) {
    const [before, now] = [samples[i - 1] as number, samples[i] as number];
    if (now > peak) peak = now;
    if (before >= 0 || now < 0) continue;
    last = i - now / (now - before);
    if (crossings === 0) first = last;
    crossings += 1;
  }
  if (peak < AUDIBLE) return 'silence';
  if (crossings < 5) return 'other';
  const hz = ((crossings - 1) * EAR_RATE_HZ) / (last - first);
  const sentence = Math.round(Math.log(hz / FIRST_ANSWER_HZ) / Math.log(ANSWER_RATIO));
  if (sentence < 0 || sentence >= SENTENCES) return 'other';
  return Math.abs(hz / answerHz(sentence) - 1) < TOLERANCE ? Math.abs(sentence) : 'other';
}
