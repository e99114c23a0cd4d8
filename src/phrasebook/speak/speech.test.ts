import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trimEnd } from './speech.ts';

describe('trailing silence', () => {
  it('is cut off except 80 ms', () => {
    const sound = new Int16Array(24_000);
    sound[11_999] = 1000;
    expect(trimEnd(sound, 24_000).length).toBe(12_000 + 1920);
  });

  it('without any sound becomes empty', () => {
    expect(trimEnd(new Int16Array(500).fill(10), 24_000).length).toBe(0);
  });

  it('is cut without any of the sound', () => {
    fc.assert(
      fc.property(fc.int16Array({ maxLength: 200 }), (sound) => {
        const trimmed = trimEnd(sound, 100);
        expect(sound.slice(0, trimmed.length)).toEqual(trimmed);
        expect(sound.slice(trimmed.length).every((sample) => Math.abs(sample) < 33)).toBe(true);
      }),
    );
  });
});
