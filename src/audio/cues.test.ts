import { describe, expect, it } from 'vitest';
import { CUES } from '../kiosk/shown/sounds.ts';
import { CUE_PEAK, CUE_RATE_HZ, cueSamples } from './cues.ts';
import { levelDbfs } from './pcm/level.ts';

/** The greatest change from one sample to the next: of a click it is the click, of a tone it follows its pitch. */
const steepest = (samples: Int16Array) =>
  samples.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? 0))), 0);

describe.each(CUES)('the cue "%s"', (name) => {
  const samples = cueSamples(name);

  it('is short', () => {
    expect(samples.length / CUE_RATE_HZ).toBeGreaterThanOrEqual(0.1);
    expect(samples.length / CUE_RATE_HZ).toBeLessThanOrEqual(0.3);
  });

  it('is soft, but can be heard', () => {
    expect(Math.max(...samples.map(Math.abs))).toBeLessThanOrEqual(CUE_PEAK * 32768);
    expect(levelDbfs(samples)).toBeGreaterThan(-36);
    expect(levelDbfs(samples)).toBeLessThan(-20);
  });

  it('neither begins nor ends with a click, nor has one inside', () => {
    const edge = CUE_RATE_HZ / 1000;
    expect(Math.max(...samples.subarray(0, edge).map(Math.abs))).toBeLessThan(CUE_PEAK * 32768 * 0.05);
    expect(Math.max(...samples.subarray(-edge).map(Math.abs))).toBeLessThan(CUE_PEAK * 32768 * 0.05);
    // The steepest that a tone of 880 Hz and a fifth of its octave can be at this peak.
    const tone = (CUE_PEAK * 32768 * 2 * Math.PI * 880 * (1 + 0.4)) / 1.2 / CUE_RATE_HZ;
    expect(steepest(samples)).toBeLessThan(tone * 1.1);
  });

  it('is like no other', () => {
    for (const other of CUES) if (other !== name) expect(cueSamples(other)).not.toEqual(samples);
  });

  it('is rendered once', () => {
    expect(cueSamples(name)).toBe(samples);
  });
});
