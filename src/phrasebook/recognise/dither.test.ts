import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dithered } from './dither.ts';

const sound = fc.int16Array();

describe('the noise for the recogniser', () => {
  it('changes no sample by more than 8 and overflows nowhere', () => {
    fc.assert(
      fc.property(sound, (samples) => {
        const noisy = dithered(samples);
        expect(noisy.length).toBe(samples.length);
        for (const [i, sample] of samples.entries())
          expect(Math.abs((noisy[i] as number) - sample)).toBeLessThanOrEqual(8);
      }),
    );
  });

  it('is the same every time', () => {
    fc.assert(
      fc.property(sound, (samples) => {
        expect(dithered(samples)).toEqual(dithered(samples));
      }),
    );
  });

  it('leaves no stretch of zeros and no offset in digital silence', () => {
    const noisy = dithered(new Int16Array(16_000));
    expect(new Set(noisy).size).toBe(17);
    expect(Math.abs(noisy.reduce((sum, sample) => sum + sample, 0) / noisy.length)).toBeLessThan(0.2);
  });
});
