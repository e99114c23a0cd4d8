import { afterEach, describe, expect, it, vi } from 'vitest';
import { budgetState, budgetsOf } from './budget.ts';
import { dayKey, daysBefore, nextDay, nextMonth } from './calendar.ts';
import { microdollars } from './money.ts';

afterEach(() => vi.unstubAllEnvs());

const NOW = new Date(2026, 10, 22, 15);
const state = (today: number, month: number, daily?: number, monthly?: number) =>
  budgetState(
    budgetsOf(daily, monthly, 0.8),
    { today: microdollars(today), month: microdollars(month), lastDay: [] },
    NOW,
  );

describe('a budget', () => {
  it('that is not set is never spent', () => {
    expect(state(1e6, 1e6)).toEqual({ is: 'within' });
  });

  it.each([
    [0, 'within'],
    [1.599999, 'within'],
    [1.6, 'warned'],
    [1.999999, 'warned'],
    [2, 'spent'],
    [5, 'spent'],
  ])('of $2 a day with $%d spent is %s', (today, is) => {
    expect(state(today, today, 2).is).toBe(is);
  });

  it('says which it is and when it is renewed', () => {
    expect(state(2, 2, 2, 30)).toEqual({
      is: 'spent',
      which: 'daily',
      spent: 2_000_000,
      budget: 2_000_000,
      endsAt: new Date(2026, 10, 23),
    });
    expect(state(0, 29, 2, 30)).toMatchObject({
      is: 'warned',
      which: 'monthly',
      endsAt: new Date(2026, 11, 1),
    });
  });

  it('in the worst state counts, and of several the one that ends last', () => {
    expect(state(2, 25, 2, 30)).toMatchObject({ is: 'spent', which: 'daily' });
    expect(state(2, 30, 2, 30)).toMatchObject({ is: 'spent', which: 'monthly' });
  });

  it('of nothing is spent before the first turn', () => {
    expect(state(0, 0, 0).is).toBe('spent');
  });
});

describe('the end of a day', () => {
  it.each([
    // The clock is put forward in the night before, back in the night after, and at midnight itself.
    ['Europe/Berlin', '2026-03-29T01:30:00+01:00', '2026-03-30T00:00:00+02:00'],
    ['Europe/Berlin', '2026-10-25T02:30:00+02:00', '2026-10-26T00:00:00+01:00'],
    ['Africa/Cairo', '2026-04-23T23:00:00+02:00', '2026-04-24T01:00:00+03:00'],
    ['America/New_York', '2026-11-01T01:30:00-04:00', '2026-11-02T00:00:00-05:00'],
  ])('in %s, from %s', (zone, now, end) => {
    vi.stubEnv('TZ', zone);
    expect(nextDay(new Date(now))).toEqual(new Date(end));
    expect(dayKey(nextDay(new Date(now)))).not.toBe(dayKey(new Date(now)));
  });

  it('comes once for each day of a year with two changes of the clock', () => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    const days = new Set<string>();
    for (let at = new Date(2026, 0, 1); at < new Date(2027, 0, 1); at = nextDay(at)) days.add(dayKey(at));
    expect(days.size).toBe(365);
    const before = Array.from({ length: 365 }, (_, i) =>
      dayKey(daysBefore(new Date(2026, 11, 31, 23, 59), i)),
    );
    expect(new Set(before)).toEqual(days);
  });

  it('of the year is the end of a month', () => {
    expect(nextMonth(new Date(2026, 11, 31, 23, 59))).toEqual(new Date(2027, 0, 1));
  });
});
