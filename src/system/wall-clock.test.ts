import { utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { ClockJumps, clockSet, notBeforeRelease, releaseTime } from './wall-clock.ts';

const LIVES = new AbortController().signal;
const folder = temporaryFolders();
const MADE = new Date(2026, 10, 1).getTime();
const IN_1970 = new Date(0);

describe('the time of the day', () => {
  it('is that of the machine, but for one that was before this release was made', () => {
    const noon = new Date(2026, 10, 22, 12);
    expect(notBeforeRelease(new VirtualClock({ wall: noon }), MADE).wallMs()).toBe(noon.getTime());
    expect(notBeforeRelease(new VirtualClock({ wall: IN_1970 }), MADE).wallMs()).toBe(MADE);
  });

  it('knows when this release was made, by one of its files', () => {
    const file = path.join(folder(), 'package.json');
    writeFileSync(file, '{}');
    utimesSync(file, 1_000_000, 1_000_000);
    expect(releaseTime(file)).toBe(1_000_000_000);
    expect(releaseTime()).toBeLessThanOrEqual(Date.now());
  });
});

describe('a clock that is to be set', () => {
  it('is not waited for where it may be right', async () => {
    const clock = new VirtualClock({ wall: new Date(MADE) });
    expect(await clockSet(clock, LIVES, MADE)).toBe(true);
  });

  it('is waited for until it is set', async () => {
    const clock = new VirtualClock({ wall: IN_1970 });
    const set = clockSet(clock, LIVES, MADE);
    let told: boolean | undefined;
    void set.then((is) => {
      told = is;
    });
    await clock.pass(10_000);
    expect(told).toBeUndefined();
    clock.setWall(new Date(MADE));
    await clock.pass(1000);
    expect(told).toBe(true);
  });

  it('is waited for no longer than 20 s', async () => {
    const clock = new VirtualClock({ wall: IN_1970 });
    const set = clockSet(clock, LIVES, MADE);
    clock.advance(20_000);
    expect(await set).toBe(false);
  });

  it('is not waited for by a daemon that ends', async () => {
    const clock = new VirtualClock({ wall: IN_1970 });
    const ends = new AbortController();
    const set = clockSet(clock, ends.signal, MADE);
    ends.abort();
    expect(await set).toBe(false);
    expect(await clockSet(clock, ends.signal, MADE)).toBe(false);
  });
});

describe('a clock that is set by more than a day', () => {
  const HOUR_MS = 3_600_000;
  const DAY_MS = 24 * HOUR_MS;
  const watched = (isSet: boolean) => {
    const clock = new VirtualClock({ wall: new Date('2026-12-01T12:00:00Z') });
    const jumps = new ClockJumps(clock);
    expect(jumps.look(isSet)).toBeUndefined();
    const step = (ms: number, isSetNow = true) => {
      clock.stepWall(ms);
      return jumps.look(isSetNow);
    };
    return { clock, jumps, step };
  };

  it.each([
    [36, '1.5 days ahead, to 2026-12-03T00:00:00.000Z'],
    [-36, '1.5 days back, to 2026-11-30T00:00:00.000Z'],
  ])('(%d hours) is reported for 24 hours', (hours, told) => {
    const { clock, jumps, step } = watched(true);
    expect(step(hours * HOUR_MS)).toBe(told);
    clock.advance(DAY_MS - 1);
    expect(jumps.look(true)).toBe(told);
    clock.advance(1);
    expect(jumps.look(true)).toBeUndefined();
  });

  it('in several steps is reported as well; a day and no more is not', () => {
    const { step } = watched(true);
    expect(step(DAY_MS / 2)).toBeUndefined();
    expect(step(DAY_MS / 2)).toBeUndefined();
    expect(step(HOUR_MS)).toContain('1.0 days ahead');
  });

  it('is reported anew with each jump', () => {
    const { clock, jumps, step } = watched(true);
    step(2 * DAY_MS);
    clock.advance(DAY_MS / 2);
    expect(step(-2 * DAY_MS)).toContain('2.0 days back');
    clock.advance(DAY_MS - 1);
    expect(jumps.look(true)).toContain('2.0 days back');
  });

  it('for the first time is right, from 1970 or from some days before', () => {
    for (const days of [3, 20_000]) {
      const { step } = watched(false);
      expect(step(days * DAY_MS)).toBeUndefined();
      expect(step(2 * DAY_MS)).toContain('2.0 days ahead');
    }
  });

  it('is no matter before anybody knows that it was right', () => {
    const { step } = watched(false);
    expect(step(3 * DAY_MS, false)).toBeUndefined();
    expect(step(-3 * DAY_MS, false)).toBeUndefined();
  });
});
