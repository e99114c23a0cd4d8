/** The level of exact digital silence, which has no logarithm: below anything 16 bits can carry. */
const SILENCE_DBFS = -100;

/** Root mean square of 16-bit samples in dB relative to full scale, SILENCE_DBFS to 0. */
export function levelDbfs(samples: Int16Array): number {
  if (samples.length === 0) return SILENCE_DBFS;
  let energy = 0;
  for (let i = 0; i < samples.length; i++) energy += (samples[i] as number) ** 2;
  const rms = Math.sqrt(energy / samples.length) / 32768;
  return rms === 0 ? SILENCE_DBFS : Math.max(SILENCE_DBFS, 20 * Math.log10(rms));
}
