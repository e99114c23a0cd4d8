import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from './concat.ts';
import { resample } from './resample.ts';
import { Resampler } from './resampler.ts';

const sound = Int16Array.from({ length: 3000 }, (_, i) =>
  Math.round(12_000 * Math.sin(i / 9 + (i / 300) ** 2)),
);

describe('a sound that comes in pieces', () => {
  it.each([8000, 16_000, 22_050, 44_100, 48_000])(
    'of %i Hz is resampled as in one piece, but for its last milliseconds',
    (fromHz) => {
      const whole = resample(sound, fromHz, 24_000);
      fc.assert(
        fc.property(fc.array(fc.nat(sound.length), { maxLength: 8 }), (cuts) => {
          const resampler = new Resampler(fromHz, 24_000);
          const places = [0, ...cuts.sort((a, b) => a - b), sound.length];
          const pieces = places.slice(1).map((end, i) => resampler.push(sound.subarray(places[i], end)));
          const out = concat(pieces);
          expect(out).toEqual(whole.subarray(0, out.length));
          expect(whole.length - out.length).toBeLessThan(0.02 * 24_000);
        }),
        { numRuns: 20 },
      );
    },
  );
});
