import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { scaledClock, waitUntil } from './clock.ts';

describe('a clock', () => {
  it('runs faster when told to, and at no nonsense speed', async () => {
    const clock = scaledClock(10_000);
    await new Promise<void>((resolve) => clock.after(60_000, resolve));
    expect(clock.now()).toBeGreaterThanOrEqual(60_000);
    for (const speed of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => scaledClock(speed)).toThrow(RangeError);
    }
  });

  it('moved by hand calls in order, each at its time, and nothing that was cancelled', () => {
    const clock = new VirtualClock();
    const calls: string[] = [];
    clock.after(20, () => calls.push(`b ${clock.now()}`));
    clock.after(10, () => {
      calls.push(`a ${clock.now()}`);
      clock.after(5, () => calls.push(`c ${clock.now()}`));
    });
    clock.after(12, () => calls.push('never'))();
    clock.advance(19);
    expect(calls).toEqual(['a 10', 'c 15']);
    clock.advance(1);
    expect(calls).toEqual(['a 10', 'c 15', 'b 20']);
  });

  it('is waited for until its time or until the wait is ended', async () => {
    const clock = new VirtualClock();
    expect(await waitUntil(clock, 0)).toBe(true);
    const reached = waitUntil(clock, 10);
    clock.advance(10);
    expect(await reached).toBe(true);
    const end = new AbortController();
    const cut = waitUntil(clock, 20, end.signal);
    end.abort();
    expect(await cut).toBe(false);
    expect(await waitUntil(clock, 0, end.signal)).toBe(false);
  });
});
