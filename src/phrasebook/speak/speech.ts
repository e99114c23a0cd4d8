/** Speech as the loudspeaker wants it: 24 kHz, without the silence that espeak-ng leaves at the end. */

import { resample } from '../../audio/pcm/resample.ts';
import { LONGEST_SPOKEN_SECONDS, OUTPUT_HZ } from '../protocol.ts';
import type { Espeak } from './espeak.ts';

/** Below this a sample counts as silence: −60 dB of full scale. */
const SILENCE = 33;
/** Kept after the last sound, so that it does not sound cut off. */
const TAIL_SECONDS = 0.08;

/** The sound without its trailing silence, except 80 ms. Pure silence becomes empty. */
export function trimEnd(samples: Int16Array, sampleRate: number): Int16Array {
  let end = samples.length;
  while (end > 0 && Math.abs(samples[end - 1] as number) < SILENCE) end--;
  return end === 0 ? new Int16Array(0) : samples.slice(0, end + Math.round(TAIL_SECONDS * sampleRate));
}

/** Speaks a text with a voice of espeak-ng: 24 kHz, mono. @throws MissingDependency when there is no such voice */
export function speech(espeak: Espeak, text: string, voice: string): Int16Array {
  const { samples, sampleRate } = espeak.speak(text, voice, LONGEST_SPOKEN_SECONDS);
  return resample(trimEnd(samples, sampleRate), sampleRate, OUTPUT_HZ);
}
