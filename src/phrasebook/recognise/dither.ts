/** A little noise for the recogniser, which can't cope with exact digital silence. */

/**
 * ± this many steps of the 16-bit scale. Measured: with the pure zeros of a null sink between the words 2 of 15
 * Spanish phrases were recognised, with ±8 steps 14 of 15.
 */
const AMPLITUDE = 8;

/** The sound with noise added, evenly distributed over ±8 steps. The noise is the same every time. */
export function dithered(samples: Int16Array): Int16Array {
  const noisy = new Int16Array(samples.length);
  let state = 0x2545f491; // any start other than 0 will do
  for (let i = 0; i < samples.length; i++) {
    // xorshift32, Marsaglia 2003
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const noise = ((state >>> 0) % (2 * AMPLITUDE + 1)) - AMPLITUDE;
    noisy[i] = Math.max(-32_768, Math.min(32_767, (samples[i] as number) + noise));
  }
  return noisy;
}
