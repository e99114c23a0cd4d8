import { expect, it } from 'vitest';
import { SessionSound } from './session-sound.ts';

/** Turns of 6 s and 6 s, so of 300 tokens. @returns for each, the earlier sound that is billed with it, in seconds */
function turns(count: number, compressAt: number | undefined): number[] {
  const sound = new SessionSound();
  return Array.from({ length: count }, () => {
    const earlier = sound.begin(200, compressAt);
    sound.add(6);
    sound.add(6);
    return earlier;
  });
}

it('grows with every turn', () => {
  expect(turns(5, undefined)).toEqual([0, 12, 24, 36, 48]);
});

it('loses its first turns, whole, when the context has outgrown what it is compressed at', () => {
  // 200 + 7 × 300 = 2300 are more than 2000; 200 + 2 × 300 = 800 are the most below 1000.
  expect(turns(12, 2000)).toEqual([0, 12, 24, 36, 48, 60, 72, 24, 36, 48, 60, 72]);
});

it('can lose all of it', () => {
  expect(turns(3, 300)).toEqual([0, 0, 0]);
});
