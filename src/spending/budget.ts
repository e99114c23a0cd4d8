import { nextDay, nextMonth } from './calendar.ts';
import { microdollars } from './money.ts';
import { type Spend, spendSum } from './rolling.ts';

/** What may be spent, in micro-dollars; undefined: no limit. */
export interface Budgets {
  readonly daily: number | undefined;
  readonly monthly: number | undefined;
  /** The share of a budget from which there is a warning: 0.8. */
  readonly warnAt: number;
}

/** What has been spent, in micro-dollars. */
interface Spent {
  readonly today: number;
  readonly month: number;
  readonly lastDay: readonly Spend[];
}

/**
 * The limit for any 24 hours, whatever the wall clock shows: the budgets of two days, since a desk may spend one in the
 * evening and the next one in the morning.
 */
export function rollingBudget(daily: number): number {
  return 2 * daily;
}

export type BudgetState =
  | { readonly is: 'within' }
  | {
      readonly is: 'warned' | 'spent';
      readonly which: 'daily' | 'monthly' | 'rolling';
      /** Micro-dollars. */
      readonly spent: number;
      readonly budget: number;
      /** When the budget is renewed, on the desk's clock. */
      readonly endsAt: Date;
    };

/** The worst state of all budgets. If several have it, the one that ends last. */
export function budgetState({ daily, monthly, warnAt }: Budgets, spent: Spent, now: Date): BudgetState {
  const states = [
    stateOf('monthly', monthly, spent.month, warnAt, nextMonth(now)),
    stateOf('daily', daily, spent.today, warnAt, nextDay(now)),
    rollingState(daily, spent.lastDay, now),
  ];
  for (const is of ['spent', 'warned'] as const) {
    const [longest] = states
      .flatMap((state) => (state.is === is ? [state] : []))
      .toSorted((a, b) => b.endsAt.getTime() - a.endsAt.getTime());
    if (longest !== undefined) return longest;
  }
  return { is: 'within' };
}

/** The state of the limit for 24 hours, which protects against changes of the wall clock. It has no warning. */
export function rollingState(daily: number | undefined, lastDay: readonly Spend[], now: Date): BudgetState {
  if (daily === undefined || daily === 0) return { is: 'within' };
  const budget = rollingBudget(daily);
  const spent = spendSum(lastDay);
  if (spent < budget) return { is: 'within' };
  let left = spent;
  let endsInMs = 0;
  for (const spend of lastDay.toSorted((a, b) => a.leavesInMs - b.leavesInMs)) {
    if (left < budget) break;
    left -= spend.microdollars;
    endsInMs = spend.leavesInMs;
  }
  const endsAt = new Date(60_000 * Math.ceil((now.getTime() + endsInMs) / 60_000));
  return { is: 'spent', which: 'rolling', spent, budget, endsAt };
}

function stateOf(
  which: 'daily' | 'monthly',
  budget: number | undefined,
  spent: number,
  warnAt: number,
  endsAt: Date,
): BudgetState {
  if (budget === undefined || spent < budget * warnAt) return { is: 'within' };
  return { is: spent >= budget ? 'spent' : 'warned', which, spent, budget, endsAt };
}

/** Budgets from amounts in dollars. @param warnAt a share, 0 to 1 */
export function budgetsOf(daily: number | undefined, monthly: number | undefined, warnAt: number): Budgets {
  const micro = (dollars: number | undefined) => (dollars === undefined ? undefined : microdollars(dollars));
  return { daily: micro(daily), monthly: micro(monthly), warnAt };
}
