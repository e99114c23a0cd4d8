import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelDbfs } from './level.ts';
import { resample } from './resample.ts';

const tone = (hertz: number, rate: number, seconds = 0.5, amplitude = 12_000) =>
  Int16Array.from({ length: rate * seconds }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hertz * i) / rate)),
  );

/** Without the ends, where the filter looks at silence. */
const middle = (samples: Int16Array) => samples.subarray(samples.length / 4, (samples.length * 3) / 4);

const rates = [8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

describe('resampling', () => {
  it.each(rates.flatMap((from) => [16_000, 24_000, 48_000].map((to) => [from, to] as const)))(
    'from %i to %i Hz keeps a tone of speech what it was',
    (from, to) => {
      const out = middle(resample(tone(1000, from), from, to));
      const expected = middle(tone(1000, to));
      const error = Int16Array.from(out, (sample, i) => sample - (expected[i] as number));
      expect(levelDbfs(error)).toBeLessThan(levelDbfs(expected) - 60);
    },
  );

  it('removes what the lower rate cannot carry instead of folding it down', () => {
    const out = middle(resample(tone(11_000, 48_000), 48_000, 16_000));
    expect(levelDbfs(out)).toBeLessThan(levelDbfs(tone(11_000, 48_000)) - 70);
  });

  it('gives the length that the rates ask for and stays within 16 bits', () => {
    fc.assert(
      fc.property(
        fc.int16Array({ maxLength: 400 }),
        fc.constantFrom(...rates),
        fc.constantFrom(...rates),
        (samples, from, to) => {
          const out = resample(samples, from, to);
          expect(out.length).toBe(from === to ? samples.length : Math.round((samples.length * to) / from));
        },
      ),
    );
  });

  it('leaves silence silent and a constant constant', () => {
    expect(resample(new Int16Array(500), 44_100, 16_000).every((sample) => sample === 0)).toBe(true);
    const constant = middle(resample(new Int16Array(4000).fill(1000), 22_050, 24_000));
    expect(constant.every((sample) => Math.abs(sample - 1000) <= 1)).toBe(true);
  });

  it('refuses rates that are none', () => {
    expect(() => resample(new Int16Array(1), 0, 16_000)).toThrow(RangeError);
    expect(() => resample(new Int16Array(1), 16_000, 0.5)).toThrow(RangeError);
  });
});
