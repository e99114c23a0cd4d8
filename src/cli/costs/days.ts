import path from 'node:path';
import { type BudgetState, type Budgets, budgetState, rollingState } from '../../spending/budget.ts';
import { daysBefore } from '../../spending/calendar.ts';
import { ledgerFile, ledgerFiles, readLedgerFile } from '../../spending/files.ts';
import { ROLLING_MS, type Spend } from '../../spending/rolling.ts';
import {
  countedMicrodollars,
  type DayTotals,
  type Sum,
  Tally,
  type Totals,
  together,
  total,
} from '../../spending/tally.ts';

export interface Spending {
  /** From the first day with a turn to today. */
  readonly days: readonly DayTotals[];
  readonly total: Totals;
  readonly today: Totals;
  readonly month: Totals;
  /** Of the last 24 hours, as the wall clock has them. */
  readonly lastDay: readonly Spend[];
  /** Lines of the ledger that could not be read. */
  readonly skipped: number;
}

/** What the ledger in a folder says of the last days, today included. @throws Error of the file system */
export async function spendingIn(folder: string, days: number, now: Date): Promise<Spending> {
  const tally = new Tally();
  const lastDay: Spend[] = [];
  let skipped = 0;
  // A whole month for its sum, and before that what the days and the last 24 hours reach back to.
  const first = ledgerFile(daysBefore(now, Math.max(1, days - 1)));
  const last = ledgerFile(now);
  for (const name of await ledgerFiles(folder)) {
    if (name < first || name > last) continue;
    const content = await readLedgerFile(path.join(folder, name));
    skipped += content.skipped;
    for (const entry of content.entries) {
      tally.add(entry);
      const leavesInMs = ROLLING_MS - (now.getTime() - entry.at);
      if (leavesInMs > 0 && leavesInMs <= ROLLING_MS)
        lastDay.push({ microdollars: countedMicrodollars(entry), leavesInMs });
    }
  }
  const all = Array.from({ length: days }, (_, i) => tally.day(daysBefore(now, days - 1 - i)));
  const begins = all.findIndex((day) => day.all.turns > 0);
  const shown = begins === -1 ? [] : all.slice(begins);
  const [today, month] = [tally.day(now), tally.month(now)];
  return { days: shown, total: total(shown), today, month, lastDay, skipped };
}

/** What the guests of these days cost: the average in micro-dollars. Undefined where there were none. */
export function guestCosts(days: readonly DayTotals[]) {
  const guests = days.flatMap(({ day, guests }) => [...guests].map(([guest, sum]) => ({ day, guest, sum })));
  const [dearest] = guests.toSorted((a, b) => b.sum.countedMicrodollars - a.sum.countedMicrodollars);
  if (dearest === undefined) return undefined;
  const all = together(guests.map(({ sum }) => sum));
  return { count: guests.length, average: all.countedMicrodollars / guests.length, dearest };
}

/** The turns of which nobody heard a translation, for whatever reason. */
export function untranslated({ outcomes }: Totals): Sum {
  return together([...outcomes].flatMap(([outcome, sum]) => (outcome === 'translated' ? [] : [sum])));
}

/** The state of each budget on its own. Undefined where there is none. */
export function budgetStates(
  { today, month, lastDay }: Spending,
  { daily, monthly, warnAt }: Budgets,
  now: Date,
): Readonly<Record<'daily' | 'monthly' | 'rolling', BudgetState | undefined>> {
  const spent = { today: today.all.countedMicrodollars, month: month.all.countedMicrodollars, lastDay: [] };
  const state = (budgets: Omit<Budgets, 'warnAt'>) => budgetState({ ...budgets, warnAt }, spent, now);
  return {
    daily: daily === undefined ? undefined : state({ daily, monthly: undefined }),
    monthly: monthly === undefined ? undefined : state({ daily: undefined, monthly }),
    rolling: daily === undefined ? undefined : rollingState(daily, lastDay, now),
  };
}
