import { levelDbfs } from './level.ts';

/** A recording that is never louder is useless, in dB relative to full scale. */
const INAUDIBLE_DBFS = -60;
/** The window of a level, in milliseconds: shorter than a syllable. */
const WINDOW_MS = 50;
/** From here on a sample is at full scale. */
const FULL_SCALE = 32_700;
/** A recording is clipped if more than this share of its samples is at full scale. A loud one sometimes reaches it. */
const CLIPPED_SHARE = 0.01;
/** White noise changes its sign at every other sample; speech, its fricatives too, at fewer than this share. */
const NOISE_SHARE = 0.35;

/**
 * What is wrong with a recording of speech, and what to do; undefined when nothing is. A `useless` recording must not be
 * played: it is inaudible, or it is noise, as from a file whose header has the wrong format.
 * @param samples at the rate at which they were recorded
 */
export function recordingFault(
  samples: Int16Array,
  sampleRate: number,
): { readonly what: string; readonly useless: boolean } | undefined {
  const window = Math.round((sampleRate * WINDOW_MS) / 1000);
  let loudest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < samples.length; at += window)
    loudest = Math.max(loudest, levelDbfs(samples.subarray(at, at + window)));
  if (loudest < INAUDIBLE_DBFS) {
    return { what: `is below ${INAUDIBLE_DBFS} dBFS throughout: record it louder`, useless: true };
  }
  let changes = 0;
  let clipped = 0;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] as number;
    if (Math.abs(sample) >= FULL_SCALE) clipped += 1;
    if (sample < 0 !== (samples[i - 1] ?? 0) < 0) changes += 1;
  }
  if (changes > NOISE_SHARE * samples.length) {
    return { what: 'is noise, no speech: record or convert it again', useless: true };
  }
  if (clipped > CLIPPED_SHARE * samples.length) {
    const percent = Math.round((clipped * 100) / samples.length);
    return { what: `is clipped: ${percent} % of it is at full scale; record it more softly`, useless: false };
  }
  return undefined;
}
