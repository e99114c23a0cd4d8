import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, relativeDistance } from './distance.ts';

const phones = fc.array(fc.constantFrom('AA', 'B', 'S', 'T'), { maxLength: 8 });

describe('the edit distance', () => {
  it.each([
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['flaw', 'lawn', 2],
  ])('of %s and %s is %d', (a, b, distance) => {
    expect(editDistance([...a], [...b])).toBe(distance);
  });

  it('is 0 for equal sequences and for no others', () => {
    fc.assert(
      fc.property(phones, phones, (a, b) => {
        expect(editDistance(a, b) === 0).toBe(a.join() === b.join());
      }),
    );
  });

  it('is symmetric', () => {
    fc.assert(
      fc.property(phones, phones, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
      }),
    );
  });

  it('is not longer by a detour', () => {
    fc.assert(
      fc.property(phones, phones, phones, (a, b, c) => {
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });

  it('lies between the difference of the lengths and the longer length', () => {
    fc.assert(
      fc.property(phones, phones, (a, b) => {
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it('is, divided by the longer length, from 0 to 1', () => {
    fc.assert(
      fc.property(phones, phones, (a, b) => {
        expect(relativeDistance(a, b)).toBeGreaterThanOrEqual(0);
        expect(relativeDistance(a, b)).toBeLessThanOrEqual(1);
      }),
    );
    expect(relativeDistance([], [])).toBe(0);
    expect(relativeDistance([], ['AA'])).toBe(1);
  });
});
