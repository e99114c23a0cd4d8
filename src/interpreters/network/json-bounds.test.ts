import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonBounds } from './json-bounds.ts';

const exceeded = (json: string, maxBytes = 1e6) => new JsonBounds(maxBytes).exceededBy(Buffer.from(json));
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('JSON that is to be parsed', () => {
  it('has no more bytes, levels and values than allowed', () => {
    expect(exceeded('[1]', 3)).toBeUndefined();
    expect(exceeded('[1]', 2)).toBe('more than 2 bytes');
    expect(exceeded(nested(32))).toBeUndefined();
    expect(exceeded(nested(33))).toBe('more than 32 levels');
    expect(exceeded(`[${'1,'.repeat(1999)}1]`)).toBeUndefined();
    expect(exceeded(`[${'1,'.repeat(2000)}1]`)).toBe('more than 2000 values');
    expect(exceeded('{'.repeat(1e5))).toBe('more than 32 levels');
  });

  it('may have any number of events, each within the limits', () => {
    expect(exceeded(`data: ${nested(30)}\n\n`.repeat(1000))).toBeUndefined();
  });

  it('is judged by its structure, not by what stands in its texts, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 50 }), (text, length) => {
        const bytes = Buffer.from(JSON.stringify({ a: `${text}${'[{,\\"'.repeat(1000)}` }));
        const bounds = new JsonBounds(1e6);
        for (let at = 0; at < bytes.length; at += length)
          expect(bounds.exceededBy(bytes.subarray(at, at + length))).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });
});
