import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DOUBLE_RATE_LAG, DoubleRate } from './double-rate.ts';

const tone = (hz: number, rateHz: number, length: number, amplitude = 10_000) =>
  Int16Array.from({ length }, (_, i) => Math.round(amplitude * Math.sin((2 * Math.PI * hz * i) / rateHz)));

/** Greatest difference between two sounds where both have settled, relative to full scale in dB. */
function differenceDb(a: Int16Array, b: Int16Array, from: number, to: number): number {
  let most = 0;
  for (let i = from; i < to; i++) most = Math.max(most, Math.abs((a[i] as number) - (b[i] as number)));
  return 20 * Math.log10(most / 32768);
}

describe('the doubling of the rate', () => {
  it('gives the same whatever the pieces', () => {
    const sound = tone(440, 24_000, 3000);
    const whole = new DoubleRate().next(sound);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 30 }), (cuts) => {
        const doubling = new DoubleRate();
        const out: number[] = [];
        let at = 0;
        for (const cut of cuts) {
          out.push(...doubling.next(sound.subarray(at, at + cut)));
          at = Math.min(sound.length, at + cut);
        }
        out.push(...doubling.next(sound.subarray(at)));
        expect(Int16Array.from(out)).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it.each([100, 1000, 4000, 8000, 10_000])('plays a tone of %i Hz as it is, 1.3 ms later', (hz) => {
    const out = new DoubleRate().next(tone(hz, 24_000, 2400));
    const expected = tone(hz, 48_000, 4800);
    const lag = 2 * DOUBLE_RATE_LAG;
    expect(differenceDb(out.subarray(lag), expected, 2 * lag, 4800 - 2 * lag)).toBeLessThan(-75);
  });

  it('gives the end of a sound when it is followed by silence', () => {
    const doubling = new DoubleRate();
    doubling.next(new Int16Array(100).fill(1000));
    const rest = doubling.next(new Int16Array(2 * DOUBLE_RATE_LAG));
    expect(rest[0]).toBe(1000);
    expect(rest.at(-1)).toBe(0);
  });

  it('clips at full scale instead of wrapping around', () => {
    const square = Int16Array.from({ length: 480 }, (_, i) => (Math.floor(i / 12) % 2 ? 32767 : -32768));
    const out = new DoubleRate().next(square);
    for (let i = 200; i < 900; i += 2) {
      const [before, between, after] = out.subarray(i, i + 3) as unknown as [number, number, number];
      if (before === after) expect(Math.sign(between)).toBe(Math.sign(before));
    }
  });

  it('forgets what was before when told to', () => {
    const doubling = new DoubleRate();
    doubling.next(new Int16Array(100).fill(1000));
    doubling.reset();
    expect(doubling.next(new Int16Array(100))).toEqual(new Int16Array(200));
  });
});
