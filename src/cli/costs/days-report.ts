import { type BudgetState, type Budgets, rollingBudget } from '../../spending/budget.ts';
import { dayKey, monthKey } from '../../spending/calendar.ts';
import { inDollars } from '../../spending/money.ts';
import { spendSum } from '../../spending/rolling.ts';
import type { Sum, Totals } from '../../spending/tally.ts';
import { bar, count, minutes, money, table, where } from '../text.ts';
import { budgetStates, guestCosts, type Spending, untranslated } from './days.ts';

const BAR_CHARACTERS = 24;

/** For people: by day with a bar for each, by engine, by outcome, by guest, and how the budgets stand. */
export function spendingText(spending: Spending, budgets: Budgets, now: Date): string {
  const { days, total, skipped } = spending;
  const parts = [
    ...(days.length === 0
      ? ['no turns in these days\n']
      : [byDay(spending), byEngine(total), byOutcome(total), byGuest(spending)]),
    budgetTable(spending, budgets, now),
    [
      ...notes(total.all),
      ...where(skipped > 0, `of the ledger could not be read: ${count(skipped, 'line')}\n`),
    ].join(''),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function byDay({ days, total }: Spending): string {
  const most = Math.max(...days.map(({ all }) => all.countedMicrodollars), 1);
  const cells = (sum: Sum) => [
    String(sum.turns),
    minutes(sum.sentMs),
    minutes(sum.receivedMs),
    money(sum.countedMicrodollars),
  ];
  const rows = days.map(({ day, guests, all }) => [
    day,
    String(guests.size),
    ...cells(all),
    bar(all.countedMicrodollars / most, BAR_CHARACTERS),
  ]);
  const head = ['day', 'guests', 'turns', 'sent', 'received', 'spent', ''];
  return table([head, ...rows, ['together', '', ...cells(total.all), '']], [1, 2, 3, 4, 5]);
}

/** With both counts of the turns of which the service reported its own. */
function byEngine({ all, engines }: Totals): string {
  const reported = all.reportedTurns > 0;
  const head = ['engine', 'turns', 'spent', 'a turn'];
  const both = ["service's count", 'of turns', 'ours of these', 'differs'];
  const rows = [...engines].map(([engine, sum]) => [
    engine,
    String(sum.turns),
    money(sum.countedMicrodollars),
    money(sum.countedMicrodollars / sum.turns, 4),
    ...(reported ? compared(sum) : []),
  ]);
  return table([reported ? [...head, ...both] : head, ...rows], [1, 2, 3, 4, 5, 6, 7]);
}

function compared({ reportedTurns, reportedMicrodollars, comparedMicrodollars }: Sum): string[] {
  if (reportedTurns === 0) return ['', '0', '', ''];
  const percent = (reportedMicrodollars / Math.max(comparedMicrodollars, 1) - 1) * 100;
  const sign = percent > 0 ? '+' : '';
  return [
    money(reportedMicrodollars, 4),
    String(reportedTurns),
    money(comparedMicrodollars, 4),
    `${sign}${percent.toFixed(0)} %`.replace('-0 ', '0 ').replace('+0 ', '0 '),
  ];
}

/** What was paid for translations, and for turns without one. */
function byOutcome(total: Totals): string {
  const row = (name: string, sum: Sum) => [
    name,
    String(sum.turns),
    money(sum.countedMicrodollars),
    `${Math.round((sum.countedMicrodollars / Math.max(total.all.countedMicrodollars, 1)) * 100)} %`,
  ];
  const { translated = [], others = [] } = Object.groupBy(total.outcomes, ([outcome]) =>
    outcome === 'translated' ? outcome : 'others',
  );
  const rows = [
    ...translated.map(([outcome, sum]) => row(outcome, sum)),
    ...where(others.length > 0, row('untranslated', untranslated(total))),
    ...others.map(([outcome, sum]) => row(`  ${outcome}`, sum)),
  ];
  return table([['paid for', 'turns', 'spent', 'share'], ...rows], [1, 2, 3]);
}

function byGuest({ days }: Spending): string {
  const guests = guestCosts(days);
  if (guests === undefined) return '';
  const { day, sum } = guests.dearest;
  const dearest = `the dearest, on ${day}, ${money(sum.countedMicrodollars, 4)} (${count(sum.turns, 'turn')})`;
  return `${count(guests.count, 'guest')}: ${money(guests.average, 4)} on average; ${dearest}\n`;
}

function budgetTable(spending: Spending, budgets: Budgets, now: Date): string {
  const { today, month, lastDay } = spending;
  const states = budgetStates(spending, budgets, now);
  const row = (name: string, spent: number, budget: number | undefined, state: BudgetState | undefined) => [
    name,
    money(spent),
    budget === undefined ? 'no budget' : share(spent, budget),
    state === undefined ? '' : inWords(state),
  ];
  const { daily, monthly } = budgets;
  return table(
    [
      row(`today (${dayKey(now)})`, today.all.countedMicrodollars, daily, states.daily),
      ...(daily === undefined
        ? []
        : [row('the last 24 hours', spendSum(lastDay), rollingBudget(daily), states.rolling)]),
      row(`this month (${monthKey(now)})`, month.all.countedMicrodollars, monthly, states.monthly),
    ],
    [1],
  );
}

function share(spent: number, budget: number): string {
  const percent = budget === 0 ? 100 : Math.round((spent / budget) * 100);
  return `${percent} % of ${money(budget)}`;
}

function inWords(state: BudgetState): string {
  if (state.is === 'within') return state.is;
  const { endsAt, which } = state;
  const time = which === 'rolling' ? ` ${endsAt.toTimeString().slice(0, 5)}` : '';
  return `${state.is} until ${dayKey(endsAt)}${time}`;
}

function notes({ turns, reportedTurns, estimatedTurns }: Sum): string[] {
  return [
    ...where(reportedTurns > 0, 'spent: of the two counts of a turn, the dearer\n'),
    ...where(
      reportedTurns > 0 && reportedTurns < turns,
      `the service reported its count for ${reportedTurns} of ${turns} turns\n`,
    ),
    ...where(
      estimatedTurns > 0,
      `${count(estimatedTurns, 'turn')} with a model of unknown price: counted at the dearest known\n`,
    ),
  ];
}

export function spendingJson(spending: Spending, budgets: Budgets, now: Date, folder: string): unknown {
  const { days, total, today, month, lastDay, skipped } = spending;
  const states = budgetStates(spending, budgets, now);
  const rolling = budgets.daily === undefined ? undefined : rollingBudget(budgets.daily);
  const guests = guestCosts(days);
  return {
    folder,
    days: days.map((day) => ({ day: day.day, guests: day.guests.size, ...json(day) })),
    total: json(total),
    guests: guests === undefined ? null : guestsJson(guests),
    today: { ...json(today), budget: budgetJson(states.daily, budgets.daily) },
    lastDay: { countedDollars: inDollars(spendSum(lastDay)), budget: budgetJson(states.rolling, rolling) },
    month: { ...json(month), budget: budgetJson(states.monthly, budgets.monthly) },
    skippedLines: skipped,
  };
}

function guestsJson({ count, average, dearest }: NonNullable<ReturnType<typeof guestCosts>>) {
  const { day, guest, sum } = dearest;
  return {
    count,
    averageDollars: inDollars(average),
    dearest: { day, guest, turns: sum.turns, countedDollars: inDollars(sum.countedMicrodollars) },
  };
}

function budgetJson(state: BudgetState | undefined, budget: number | undefined): object | null {
  if (state === undefined || budget === undefined) return null;
  return {
    is: state.is,
    dollars: inDollars(budget),
    endsAt: state.is === 'within' ? null : state.endsAt.toISOString(),
  };
}

function json(totals: Totals): object {
  const byName = (sums: ReadonlyMap<string, Sum>) =>
    Object.fromEntries([...sums].map(([name, sum]) => [name, sumJson(sum)]));
  return {
    ...sumJson(totals.all),
    engines: byName(totals.engines),
    outcomes: byName(totals.outcomes),
    untranslated: sumJson(untranslated(totals)),
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
    comparedDollars: inDollars(sum.comparedMicrodollars),
    countedDollars: inDollars(sum.countedMicrodollars),
    estimatedTurns: sum.estimatedTurns,
  };
}
