import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES } from '../audio/pcm/frame.ts';
import { ECHO_TAIL_MS, Mask } from './mask.ts';

const at = (capturedAtMs: number) => ({ samples: new Int16Array(FRAME_SAMPLES), capturedAtMs });

describe('the mask', () => {
  it('covers every frame that overlaps what was played, and its echo', () => {
    const mask = new Mask();
    mask.interval(1000, 2000);
    expect(mask.masked(at(980))).toBe(false);
    expect(mask.masked(at(981))).toBe(true);
    expect(mask.masked(at(1999))).toBe(true);
    expect(mask.masked(at(2000 + ECHO_TAIL_MS - 1))).toBe(true);
    expect(mask.masked(at(2000 + ECHO_TAIL_MS))).toBe(false);
  });

  it('covers all that comes while the loudspeaker plays, and nothing after the end is told', () => {
    const mask = new Mask(100);
    mask.interval(1000, undefined);
    expect(mask.masked(at(60_000))).toBe(true);
    mask.interval(1000, 1500);
    expect(mask.masked(at(1599))).toBe(true);
    expect(mask.masked(at(60_000))).toBe(false);
  });

  it('ends an interval that was left open where the next begins', () => {
    const mask = new Mask(0);
    mask.interval(1000, undefined);
    mask.interval(2000, 3000);
    expect(mask.masked(at(1500))).toBe(true);
    expect(mask.masked(at(3000))).toBe(false);
  });

  it('says of any frame within its memory what the intervals say', () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 5000 }), (steps, backMs) => {
        const mask = new Mask();
        const intervals: { startMs: number; endMs: number }[] = [];
        let now = 0;
        for (const [quiet, loud] of steps) {
          const interval = { startMs: now + quiet, endMs: now + quiet + loud };
          intervals.push(interval);
          now = interval.endMs;
          mask.interval(interval.startMs, undefined);
          mask.interval(interval.startMs, interval.endMs);
        }
        const frame = at(now - backMs);
        const expected = intervals.some(
          ({ startMs, endMs }) =>
            frame.capturedAtMs + 20 > startMs && frame.capturedAtMs < endMs + ECHO_TAIL_MS,
        );
        expect(mask.masked(frame)).toBe(expected);
      }),
    );
  });
});
