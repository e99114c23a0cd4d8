import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anEntry } from '../../test/rig/ledger-entries.ts';
import { type BudgetState, budgetState, budgetsOf } from './budget.ts';
import type { LedgerEntry } from './entry.ts';
import { ROLLING_MS, RollingDay } from './rolling.ts';
import { Tally } from './tally.ts';

const HOUR_MS = 3_600_000;
const DAILY = 1_000_000; // micro-dollars
const DEAREST = 300_000;
const EVENING = Date.UTC(2026, 10, 22, 20);

// No day of 23 hours.
beforeEach(() => void vi.stubEnv('TZ', 'UTC'));
afterEach(() => void vi.unstubAllEnvs());

/** A desk that spends while its budget allows it. */
class Spender {
  nowMs = 0;
  wallMs = EVENING;
  readonly spends: { readonly microdollars: number; readonly atMs: number }[] = [];
  readonly #tally = new Tally();
  readonly #lastDay: RollingDay;

  constructor(earlier: readonly LedgerEntry[] = []) {
    for (const entry of earlier) this.#tally.add(entry);
    this.#lastDay = new RollingDay(earlier, 0);
  }

  get state(): BudgetState {
    const now = new Date(this.wallMs);
    const [today, month] = [this.today, this.#tally.month(now).all.countedMicrodollars];
    const lastDay = this.#lastDay.at(this.nowMs, this.wallMs);
    return budgetState(budgetsOf(DAILY / 1e6, undefined, 0.8), { today, month, lastDay }, now);
  }

  get today(): number {
    return this.#tally.day(new Date(this.wallMs)).all.countedMicrodollars;
  }

  passes(ms: number): void {
    this.nowMs += ms;
    this.wallMs += ms;
  }

  spend(microdollars: number): void {
    if (this.state.is === 'spent') return;
    const entry = anEntry(new Date(this.wallMs), { microdollars });
    this.#tally.add(entry);
    this.#lastDay.add(entry, this.nowMs);
    this.spends.push({ microdollars, atMs: this.nowMs });
  }

  spendAll(): number {
    const before = spent(this.spends);
    for (let i = 0; i < 100; i += 1) this.spend(DEAREST / 10);
    return spent(this.spends) - before;
  }
}

const spent = (spends: Spender['spends']) => spends.reduce((sum, { microdollars }) => sum + microdollars, 0);

const ahead = (ms: number) => fc.integer({ min: 0, max: ms }).map((wait) => ({ wait }));
const action = fc.oneof(
  fc.integer({ min: 1, max: DEAREST }).map((turn) => ({ turn })),
  ahead(6 * HOUR_MS),
  ahead(40 * HOUR_MS),
);
type Action = { turn: number } | { wait: number } | { step: number };

function acted(actions: readonly Action[], check: (spender: Spender) => void = () => {}): Spender {
  const spender = new Spender();
  for (const one of actions) {
    if ('turn' in one) spender.spend(one.turn);
    else if ('wait' in one) spender.passes(one.wait);
    else spender.wallMs = Math.max(0, spender.wallMs + one.step);
    check(spender);
  }
  return spender;
}

describe('the limit of 24 hours', () => {
  it('holds whatever the wall clock does: two daily budgets and one turn are the most', () => {
    const step = fc.integer({ min: -400 * ROLLING_MS, max: 400 * ROLLING_MS }).map((step) => ({ step }));
    fc.assert(
      fc.property(fc.array(fc.oneof(action, step), { maxLength: 200 }), (actions) => {
        const { spends } = acted(actions);
        for (const { atMs } of spends) {
          const window = spends.filter((one) => one.atMs > atMs - ROLLING_MS && one.atMs <= atMs);
          expect(spent(window)).toBeLessThan(2 * DAILY + DEAREST);
        }
      }),
    );
  });

  it('is not reached with a right clock, except by the last turn of a day', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        acted(actions, (spender) => {
          const { state, today } = spender;
          if (state.is === 'spent') expect(today).toBeGreaterThanOrEqual(DAILY - DEAREST);
        });
      }),
    );
  });

  it('leaves the new day its budget when that of the evening was spent', () => {
    const spender = new Spender();
    expect(spender.spendAll()).toBe(DAILY + DEAREST / 10 - (DAILY % (DEAREST / 10)));
    expect(spender.state).toMatchObject({ is: 'spent', which: 'daily' });
    spender.passes(4 * HOUR_MS);
    expect(spender.state.is).toBe('within');
    expect(spender.spendAll()).toBeGreaterThan(0.9 * DAILY);
  });

  it('ends when enough of it is 24 hours ago, and says when', () => {
    const spender = new Spender();
    spender.spendAll();
    spender.passes(2 * HOUR_MS);
    spender.wallMs += ROLLING_MS;
    spender.spendAll();
    spender.wallMs += ROLLING_MS;
    const endsAt = new Date(spender.wallMs + 22 * HOUR_MS);
    expect(spender.state).toMatchObject({ is: 'spent', which: 'rolling', budget: 2 * DAILY, endsAt });
    spender.passes(22 * HOUR_MS - 1);
    expect(spender.state.is).toBe('spent');
    spender.passes(1);
    expect(spender.state.is).toBe('within');
  });
});

describe('what was spent before the start', () => {
  const twoBudgets = (atMs: number) => [anEntry(new Date(atMs), { microdollars: 2 * DAILY })];

  it('counts until it is 24 hours ago by the wall clock', () => {
    const spender = new Spender(twoBudgets(EVENING - 21 * HOUR_MS));
    spender.passes(3 * HOUR_MS - 1);
    expect(spender.state).toMatchObject({ is: 'spent', which: 'rolling' });
    spender.passes(1);
    expect(spender.state.is).toBe('within');
  });

  it('counts for 24 hours when it is in the future: a clock that was fast stops nothing for longer', () => {
    const spender = new Spender(twoBudgets(EVENING + 100 * ROLLING_MS));
    spender.passes(ROLLING_MS - 1);
    expect(spender.state).toMatchObject({ is: 'spent', which: 'rolling' });
    spender.passes(1);
    expect(spender.state.is).toBe('within');
  });

  it('no longer counts when a clock that was slow at the start is set, and it is days ago', () => {
    const spender = new Spender(twoBudgets(EVENING));
    spender.wallMs -= 3 * ROLLING_MS;
    expect(spender.state).toMatchObject({ is: 'spent', which: 'rolling' });
    spender.wallMs += 5 * ROLLING_MS;
    expect(spender.state.is).toBe('within');
  });
});
