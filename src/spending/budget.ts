import { nextDay, nextMonth } from './calendar.ts';
import { microdollars } from './money.ts';

/** What may be spent, in micro-dollars; undefined: as much as there is. */
export interface Budgets {
  readonly daily: number | undefined;
  readonly monthly: number | undefined;
  /** The share of a budget from which there is a warning: 0.8. */
  readonly warnAt: number;
}

/** What has been spent, in micro-dollars. */
export interface Spent {
  readonly today: number;
  readonly month: number;
}

export type BudgetState =
  | { readonly is: 'within' }
  | {
      readonly is: 'warned' | 'spent';
      readonly which: 'daily' | 'monthly';
      /** Micro-dollars. */
      readonly spent: number;
      readonly budget: number;
      /** When the budget begins anew, on the desk's clock. */
      readonly endsAt: Date;
    };

/** How the money stands. Of two budgets the worse one counts, and of two alike the one that lasts longer. */
export function budgetState({ daily, monthly, warnAt }: Budgets, spent: Spent, now: Date): BudgetState {
  const states = [
    stateOf('monthly', monthly, spent.month, warnAt, nextMonth(now)),
    stateOf('daily', daily, spent.today, warnAt, nextDay(now)),
  ];
  return (
    states.find(({ is }) => is === 'spent') ?? states.find(({ is }) => is === 'warned') ?? { is: 'within' }
  );
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
