import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { type Backoff, KeptOpen } from './kept-open.ts';

const BACKOFF: Backoff = { firstMs: 100, longestMs: 5000, steadyAfterMs: 1000, jitter: false };

/** A device and the times at which it was opened. @param fails whether it can't be opened */
function device({ backoff = BACKOFF, fails = false } = {}) {
  const clock = new VirtualClock();
  const openedMs: number[] = [];
  const kept: KeptOpen = new KeptOpen(clock, backoff, () => {
    openedMs.push(clock.now());
    if (fails) kept.failed();
  });
  return { clock, kept, openedMs };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a device that is kept open', () => {
  it('is opened at the start, and once only', () => {
    const { kept, openedMs } = device();
    expect(kept.inUse).toBe(false);
    kept.start();
    kept.start();
    kept.tryAgain();
    expect(openedMs).toEqual([0]);
    expect(kept.inUse).toBe(true);
  });

  it('is opened again after waits that double with each failure in a row, up to the longest', () => {
    const { clock, kept, openedMs } = device({ fails: true });
    kept.start();
    clock.advance(20_000);
    expect(openedMs).toEqual([0, 100, 300, 700, 1500, 3100, 6300, 11_300, 16_300]);
  });

  it('waits for any part of that where the waits have jitter', () => {
    const { clock, kept } = device({ backoff: { ...BACKOFF, jitter: true } });
    kept.start();
    const waits = Array.from({ length: 200 }, () => {
      const waitMs = kept.failed();
      clock.advance(waitMs);
      return waitMs;
    });
    expect(waits[0]).toBeLessThanOrEqual(100);
    expect(waits[1]).toBeLessThanOrEqual(200);
    const long = waits.slice(6);
    expect(Math.min(...long)).toBeLessThan(500);
    expect(Math.max(...long)).toBeGreaterThan(4500);
    expect(Math.max(...long)).toBeLessThanOrEqual(5000);
  });

  it.each([
    ['after it had worked for long enough counts as the first one', 1000, 100],
    ['after less than that counts as one more', 999, 400],
  ])('a failure %s', (_, workedMs, waitMs) => {
    const { clock, kept } = device();
    kept.start();
    kept.failed();
    clock.advance(kept.failed());
    kept.works();
    clock.advance(workedMs - 1);
    kept.works(); // only the first call after a failure counts
    clock.advance(1);
    expect(kept.failed()).toBe(waitMs);
  });

  it('is not opened before what was released has let go of it', async () => {
    const { clock, kept, openedMs } = device();
    kept.start();
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    kept.release(first.promise);
    kept.release(second.promise);
    kept.start();
    clock.advance(500);
    first.resolve();
    await settled();
    expect(openedMs).toEqual([0]);
    second.resolve();
    await settled();
    expect(openedMs).toEqual([0, 500]);
    await kept.released();
  });

  it('is not opened after it was stopped, whatever was due', async () => {
    const { clock, kept, openedMs } = device();
    kept.start();
    kept.failed();
    kept.stop();
    expect(clock.pending).toEqual([]);
    const ends = Promise.withResolvers<void>();
    kept.release(ends.promise);
    kept.start();
    kept.stop();
    ends.resolve();
    await settled();
    kept.tryAgain();
    expect(openedMs).toEqual([0]);
  });

  it('is tried at once when something has changed, as if it had never failed', () => {
    const { clock, kept, openedMs } = device();
    kept.start();
    for (let failures = 0; failures < 4; failures++) {
      kept.failed();
    }
    kept.tryAgain();
    expect(openedMs).toEqual([0, 0]);
    expect(kept.failed()).toBe(100);
    expect(clock.pending).toEqual([100]);
  });
});
