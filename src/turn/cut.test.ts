import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut } from './cut.ts';

describe('a text that is cut', () => {
  it.each([
    ['Good evening', 12, 'Good evening'],
    ['Good evening', 5, 'Good…'],
    ['aaa👩‍👩‍👧bbb', 8, 'aaa…'],
    ['aaa👩‍👩‍👧bbb', 12, 'aaa👩‍👩‍👧…'],
    ['नमस्ते जी', 6, 'नम…'],
    ['cafe\u0301 noir', 5, 'caf…'],
    ['🇩🇪🇫🇷', 6, '🇩🇪…'],
    ['👩‍👩‍👧', 3, '…'],
  ])('(%s, to %i) ends with a whole character: %s', (text, most, expected) => {
    expect(cut(text, most)).toBe(expected);
  });

  it('is as it was, or no longer than it may be and well-formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, most) => {
        const result = cut(text, most);
        if (text.length <= most) expect(result).toBe(text);
        else expect(result.length).toBeLessThanOrEqual(most);
        expect(result.isWellFormed()).toBe(true);
      }),
    );
  });
});
