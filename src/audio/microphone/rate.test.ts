import { describe, expect, it } from 'vitest';
import { RateWatch } from './rate.ts';

/** Chunks of 20 ms at a rate, and when the rate was known. @param at when each chunk comes, in milliseconds */
function watched(rateHz: number, at: (ms: number) => number = (ms) => ms) {
  const watch = new RateWatch();
  for (let ms = 0; ms < 10_000; ms += 20) {
    const knownHz = watch.push((rateHz * 20) / 1000, at(ms));
    if (knownHz !== undefined) return { knownHz, afterMs: at(ms) };
  }
  return undefined;
}

describe('the rate of a recorder', () => {
  it.each([16_000, 16_000 * 1.003, 15_900])('is right after 0.7 s (%i Hz)', (rateHz) => {
    expect(watched(rateHz)).toEqual({ knownHz: 16_000, afterMs: 700 });
  });

  it.each([8000, 11_025, 22_050, 32_000, 44_100, 48_000])('is wrong after 1.4 s (%i Hz)', (rateHz) => {
    expect(watched(rateHz)).toEqual({ knownHz: rateHz, afterMs: 1400 });
  });

  it('is right although much comes at once at first', () => {
    expect(watched(16_000, (ms) => Math.max(0, ms - 500))?.knownHz).toBe(16_000);
  });

  it('is right although this process was busy for a second', () => {
    expect(watched(16_000, (ms) => (ms > 400 && ms < 1400 ? 1400 : ms))?.knownHz).toBe(16_000);
  });

  it('is wrong although chunks come late', () => {
    expect(watched(48_000, (ms) => ms + ((ms * 7) % 30))?.knownHz).toBe(48_000);
  });
});
