import { mkdir, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Day, playDay } from './day.ts';
import { EVENING } from './script.ts';

/** The report of the last run is in build/bad-day.md; `scripts/bad-day` writes the one in docs/. */

let day: Day;
beforeAll(async () => {
  day = await playDay();
  await mkdir('build', { recursive: true });
  await writeFile('build/bad-day.md', day.report);
});

describe('a day in a bad hotel', () => {
  it('has no surprises', () => {
    const against = day.expectations.filter(({ against }) => against.length > 0);
    expect(against, day.report).toEqual([]);
  });

  it('has seen translations, failures, and every fault that was scripted', () => {
    const outcomes = new Set(day.diary.turns.map(({ turn }) => turn.outcome));
    expect([...outcomes].toSorted()).toEqual(['failed', 'translated']);
    const faults = new Set(day.diary.warnings.map(({ line }) => line.fault));
    for (const fault of ['clock-wrong', 'captive-portal', 'network-unreachable', 'quota', 'service-error'])
      expect(faults).toContain(fault);
  });

  it('is exactly the same for the same seed', async () => {
    const evening = async () => (await playDay({ scenes: EVENING.slice(0, 4), ends: '22:15' })).report;
    const report = await evening();
    expect(report).toContain('turn 3: translated');
    expect(await evening()).toBe(report);
  });
});
