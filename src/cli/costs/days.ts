import path from 'node:path';
import type { Budgets } from '../../spending/budget.ts';
import { dayKey, daysBefore, monthKey } from '../../spending/calendar.ts';
import { ledgerFile, ledgerFiles, readLedgerFile } from '../../spending/files.ts';
import { inDollars } from '../../spending/money.ts';
import { type DayTotals, type Sum, Tally, type Totals, total } from '../../spending/tally.ts';
import { bar, minutes, money, table } from './table.ts';

const BAR_CHARACTERS = 24;

export interface Spending {
  /** From the first day with a turn to today. */
  readonly days: readonly DayTotals[];
  readonly total: Totals;
  readonly today: Totals;
  readonly month: Totals;
  /** Lines of the ledger that could not be read. */
  readonly skipped: number;
}

/** What the ledger in a folder says of the last days, today included. @throws Error of the file system */
export async function spendingIn(folder: string, days: number, now: Date): Promise<Spending> {
  const tally = new Tally();
  let skipped = 0;
  // A whole month for its sum, and before that what the days reach back to.
  const first = ledgerFile(daysBefore(now, days - 1));
  const last = ledgerFile(now);
  for (const name of await ledgerFiles(folder)) {
    if (name < first || name > last) continue;
    const content = await readLedgerFile(path.join(folder, name));
    skipped += content.skipped;
    for (const entry of content.entries) tally.add(entry);
  }
  const all = Array.from({ length: days }, (_, i) => tally.day(daysBefore(now, days - 1 - i)));
  const begins = all.findIndex((day) => day.all.turns > 0);
  const shown = begins === -1 ? [] : all.slice(begins);
  return { days: shown, total: total(shown), today: tally.day(now), month: tally.month(now), skipped };
}

/** For people: by day with a bar for each, by engine, and how the budgets stand. */
export function spendingText(spending: Spending, budgets: Budgets, now: Date): string {
  const { days, total, today, month, skipped } = spending;
  const most = Math.max(...days.map(({ all }) => all.countedMicrodollars), 1);
  const columns = ['turns', 'sent', 'received', 'our count', "service's count"];
  const byDay = [
    ['day', 'guests', ...columns, ''],
    ...days.map(({ day, guests, all }) => [
      day,
      String(guests.size),
      ...cells(all),
      bar(all.countedMicrodollars / most, BAR_CHARACTERS),
    ]),
    ['together', '', ...cells(total.all), ''],
  ];
  const byEngine = [
    ['engine', ...columns, 'a turn'],
    ...[...total.engines].map(([engine, sum]) => [
      engine,
      ...cells(sum),
      money(sum.countedMicrodollars / sum.turns, 4),
    ]),
  ];
  const parts = [
    days.length === 0 ? 'no turns in these days\n' : table(byDay, [1, 2, 3, 4, 5, 6]),
    ...(days.length === 0 ? [] : [table(byEngine, [1, 2, 3, 4, 5, 6])]),
    table(
      [
        [`today (${dayKey(now)})`, money(today.all.countedMicrodollars), of(budgets.daily, today.all)],
        [
          `this month (${monthKey(now)})`,
          money(month.all.countedMicrodollars),
          of(budgets.monthly, month.all),
        ],
      ],
      [1],
    ),
    [
      ...notes(total.all),
      ...(skipped === 0
        ? []
        : [`of the ledger could not be read: ${skipped} line${skipped === 1 ? '' : 's'}\n`]),
    ].join(''),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

export function spendingJson({ days, total, today, month, skipped }: Spending, folder: string): unknown {
  return {
    folder,
    days: days.map((day) => ({ day: day.day, guests: day.guests.size, ...json(day) })),
    total: json(total),
    today: json(today),
    month: json(month),
    skippedLines: skipped,
  };
}

function cells(sum: Sum): string[] {
  return [
    String(sum.turns),
    minutes(sum.sentMs),
    minutes(sum.receivedMs),
    money(sum.microdollars),
    sum.reportedTurns === 0 ? '' : money(sum.reportedMicrodollars),
  ];
}

function of(budget: number | undefined, { countedMicrodollars }: Sum): string {
  if (budget === undefined) return 'no budget';
  const share = budget === 0 ? 100 : Math.round((countedMicrodollars / budget) * 100);
  return `${share} % of ${money(budget)}`;
}

function notes({ turns, reportedTurns, estimatedTurns }: Sum): string[] {
  return [
    ...(reportedTurns === 0 ? [] : ['bars, averages and budgets take the dearer count of each turn\n']),
    ...(reportedTurns === 0 || reportedTurns === turns
      ? []
      : [`the service told its count for ${reportedTurns} of ${turns} turns\n`]),
    ...(estimatedTurns === 0
      ? []
      : [
          `${estimatedTurns} turn${estimatedTurns === 1 ? '' : 's'} with a model of unknown price: counted at the dearest known\n`,
        ]),
  ];
}

function json({ all, engines }: Totals): object {
  return {
    ...sumJson(all),
    engines: Object.fromEntries([...engines].map(([name, sum]) => [name, sumJson(sum)])),
  };
}

function sumJson(sum: Sum): object {
  return {
    turns: sum.turns,
    sentSeconds: sum.sentMs / 1000,
    receivedSeconds: sum.receivedMs / 1000,
    dollars: inDollars(sum.microdollars),
    reportedDollars: inDollars(sum.reportedMicrodollars),
    reportedTurns: sum.reportedTurns,
    countedDollars: inDollars(sum.countedMicrodollars),
    estimatedTurns: sum.estimatedTurns,
  };
}
