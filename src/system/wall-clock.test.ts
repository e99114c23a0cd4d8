import { utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { clockSet, notBeforeRelease, releaseTime } from './wall-clock.ts';

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
