import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SampleQueue } from './sample-queue.ts';

describe('the queue of samples', () => {
  it('gives what was put in, in order, and again what was put back', () => {
    const step = fc.oneof(
      fc.record({ push: fc.nat(50) }),
      fc.record({ take: fc.nat(80) }),
      fc.record({ back: fc.nat(40) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const queue = new SampleQueue(40);
        let pushed = 0;
        let taken = 0;
        for (const what of steps) {
          if ('push' in what) {
            queue.push(Int16Array.from({ length: what.push }, () => pushed++));
          } else if ('take' in what) {
            const target = new Int16Array(what.take);
            const count = queue.take(target);
            expect(count).toBe(Math.min(what.take, pushed - taken));
            expect([...target.subarray(0, count)]).toEqual(
              Array.from({ length: count }, (_, i) => taken + i),
            );
            taken += count;
          } else {
            const back = queue.putBack(what.back);
            expect(back).toBeLessThanOrEqual(what.back);
            taken -= back;
          }
          expect(queue.length).toBe(pushed - taken);
        }
      }),
    );
  });

  it('keeps as much as may be put back, and not all that ever was', () => {
    const queue = new SampleQueue(40);
    for (let i = 0; i < 100; i++) queue.push(new Int16Array(30));
    queue.take(new Int16Array(2995));
    const back = queue.putBack(2995);
    expect(back).toBeGreaterThanOrEqual(40);
    expect(back).toBeLessThan(100);
  });
});
