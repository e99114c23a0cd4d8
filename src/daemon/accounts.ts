import { type Files, REAL_FILES } from '../base/files.ts';
import { type Clock, REAL_TIME, wallDate, within } from '../base/time.ts';
import type { Outcome } from '../kiosk/state.ts';
import type { TurnRecord } from '../line/turns.ts';
import { type BudgetState, type Budgets, budgetState } from '../spending/budget.ts';
import { nextDay } from '../spending/calendar.ts';
import { entryOf, type LedgerEntry, type TurnFacts } from '../spending/entry.ts';
import { Ledger } from '../spending/ledger.ts';
import { loadPrices } from '../spending/prices.ts';
import { ROLLING_MS, RollingDay } from '../spending/rolling.ts';
import type { ModelUsed } from '../turn/turn.ts';

export interface AccountsOptions {
  readonly budgets: Budgets;
  /** Called with the reason when the ledger can't be written, and with undefined when it can be again. It continues in memory. */
  readonly trouble: (error: Error | undefined) => void;
  readonly clock?: Clock;
  readonly files?: Files;
  /** Resolves when the wall clock is plausible, or after a limit: until then nothing is written. */
  readonly clockSet?: (signal: AbortSignal) => Promise<unknown>;
}

/** Opens the account in a ledger on disk. Never fails: a file that can't be read is reported as trouble. */
export async function openAccounts(folder: string, options: AccountsOptions): Promise<Accounts> {
  const clock = options.clock ?? REAL_TIME;
  const files = options.files ?? REAL_FILES;
  return new Accounts(await Ledger.open(folder, { ...options, clock, files }), { ...options, clock });
}

/** How often the date is checked, in milliseconds: the wall clock may be set at any time. */
const LOOK_MS = 60_000;

/** How long `stop` waits for the service's counts, in milliseconds. */
const STOP_WAIT_MS = 1000;

/** What is billed of a turn: numbers and codes, nothing that was said. */
interface Bill {
  readonly facts: Omit<TurnFacts, 'at'>;
  /** When the turn ended, on the monotonic clock: the wall clock may be set before it is written. */
  readonly endedMs: number;
  readonly uses: readonly ModelUsed[];
}

type Options = AccountsOptions & { readonly clock: Clock };

/** Keeps the account of what turns cost. Its methods return at once and don't throw. */
export class Accounts {
  readonly #ledger: Ledger;
  readonly #options: Options;
  readonly #prices = loadPrices();
  readonly #lastDay: RollingDay;
  /** Turns for which the service's count may still come. */
  readonly #waiting = new Map<Bill, Promise<void>>();
  #guest: number;
  #listener: (state: BudgetState) => void = () => {};
  #reported = '';
  #stopLooking = () => {};

  readonly #ends = new AbortController();
  /** Undefined as soon as the wall clock is plausible. */
  #clockSet: Promise<void> | undefined;

  constructor(ledger: Ledger, options: Options) {
    this.#ledger = ledger;
    this.#options = options;
    this.#lastDay = new RollingDay(ledger.recent, options.clock.now());
    this.#guest = ledger.nextGuest(wallDate(options.clock));
    this.#clockSet = options.clockSet?.(this.#ends.signal).then(() => {
      this.#clockSet = undefined;
      this.guestLeft(); // it may be another day
      this.#look();
    });
  }

  /** @param listener called with the state of the budgets, now and at every change */
  watch(listener: (state: BudgetState) => void): void {
    this.#listener = listener;
    this.#reported = '';
    this.#look();
    this.#lookLater();
  }

  /** A turn is over. Whatever its outcome, what it used is billed. */
  turn(outcome: Outcome, record: TurnRecord | undefined): void {
    const uses = record?.turn.meter.uses ?? [];
    if (uses.length === 0) return; // nothing was sent: nothing is billed
    const { heard, said } = record?.report ?? {};
    const facts = { guest: this.#guest, outcome, from: heard?.language, to: said?.language };
    const bill: Bill = { facts, endedMs: this.#options.clock.now(), uses };
    const reasons = [record?.turn.counted, this.#clockSet].filter((one) => one !== undefined);
    const complete = Promise.all(reasons).then(() => {});
    this.#waiting.set(bill, complete);
    if (reasons.length === 0) this.#settle(bill);
    else void complete.then(() => this.#settle(bill));
    this.#look();
  }

  /** The next turn is another guest's. */
  guestLeft(): void {
    const waiting = [...this.#waiting.keys()].map(({ facts }) => facts.guest + 1);
    this.#guest = Math.max(this.#ledger.nextGuest(wallDate(this.#options.clock)), ...waiting);
  }

  /** Writes what is not written yet. */
  async stop(): Promise<void> {
    this.#stopLooking();
    this.#ends.abort();
    await within(this.#options.clock, STOP_WAIT_MS, Promise.all(this.#waiting.values()));
    for (const bill of [...this.#waiting.keys()]) this.#settle(bill);
    await this.#ledger.stop();
  }

  /** The bill is complete. */
  #settle(bill: Bill): void {
    if (!this.#waiting.delete(bill)) return;
    try {
      const entry = this.#entry(bill);
      this.#ledger.append(entry);
      this.#lastDay.add(entry, bill.endedMs);
    } catch (error) {
      this.#options.trouble(error as Error); // NaN, a bug: it must not end the turn
    }
    // From the warning on, a crash must not give back what was spent.
    if (this.#look() !== 'within') void this.#ledger.flush();
  }

  #entry({ facts, endedMs, uses }: Bill): LedgerEntry {
    const engine = uses.at(-1)?.engine ?? 'dialogue';
    const { clock } = this.#options;
    const at = new Date(clock.wallMs() - (clock.now() - endedMs));
    return entryOf({ ...facts, at }, { engine, models: uses }, this.#prices);
  }

  #priceOf(bill: Bill): number {
    try {
      return this.#entry(bill).microdollars;
    } catch {
      return 0; // reported when it is settled
    }
  }

  #look(): BudgetState['is'] {
    const { clock, budgets } = this.#options;
    const now = wallDate(clock);
    // Bills that wait for the service's count are included with our own.
    const waiting = [...this.#waiting.keys()].reduce((sum, bill) => sum + this.#priceOf(bill), 0);
    const spent = {
      today: this.#ledger.today(now).all.countedMicrodollars + waiting,
      month: this.#ledger.month(now).all.countedMicrodollars + waiting,
      lastDay: [
        ...this.#lastDay.at(clock.now(), now.getTime()),
        { microdollars: waiting, leavesInMs: ROLLING_MS },
      ],
    };
    const state = budgetState(budgets, spent, now);
    const text = JSON.stringify(state);
    if (text !== this.#reported) this.#listener(state);
    this.#reported = text;
    return state.is;
  }

  #lookLater(): void {
    this.#stopLooking();
    const now = wallDate(this.#options.clock);
    const toMidnightMs = nextDay(now).getTime() - now.getTime();
    this.#stopLooking = this.#options.clock.after(Math.max(1, Math.min(LOOK_MS, toMidnightMs)), () => {
      this.#look();
      this.#lookLater();
    });
  }
}
