import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { waitUntil } from './clock.ts';

describe('a clock', () => {
  it('is waited for until the time or the end of the wait', async () => {
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
