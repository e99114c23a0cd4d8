import type { Engine } from '../kiosk/engines.ts';
import type { Outcome } from '../kiosk/state.ts';
import { dayKey, monthKey } from './calendar.ts';
import type { LedgerEntry } from './entry.ts';

/** Turns added up. Whole numbers only. */
export interface Sum {
  readonly turns: number;
  readonly sentMs: number;
  readonly receivedMs: number;
  /** By our count. */
  readonly microdollars: number;
  /** By the service's count, for the turns of which it reported one. */
  readonly reportedMicrodollars: number;
  readonly reportedTurns: number;
  /** By our count, for the same turns. */
  readonly comparedMicrodollars: number;
  /** For each turn the higher of the two: what budgets count. */
  readonly countedMicrodollars: number;
  /** Turns with a model whose price was not known. */
  readonly estimatedTurns: number;
}

const NOTHING: Sum = {
  turns: 0,
  sentMs: 0,
  receivedMs: 0,
  microdollars: 0,
  reportedMicrodollars: 0,
  reportedTurns: 0,
  comparedMicrodollars: 0,
  countedMicrodollars: 0,
  estimatedTurns: 0,
};

const FIELDS = Object.keys(NOTHING) as (keyof Sum)[];

export interface Totals {
  readonly all: Sum;
  readonly engines: ReadonlyMap<Engine, Sum>;
  readonly outcomes: ReadonlyMap<Outcome, Sum>;
}

export interface DayTotals extends Totals {
  /** The local day, "2026-11-22". */
  readonly day: string;
  /** By their number, which means nothing on another day. */
  readonly guests: ReadonlyMap<number, Sum>;
}

interface Day {
  all: Sum;
  readonly engines: Map<Engine, Sum>;
  readonly outcomes: Map<Outcome, Sum>;
  readonly guests: Map<number, Sum>;
}

const newDay = (): Day => ({ all: NOTHING, engines: new Map(), outcomes: new Map(), guests: new Map() });

/** With more days the oldest is forgotten. Not by age: a clock that jumps ahead must not empty the sums. */
const MAX_DAYS = 400;

/** Adds up a ledger by local day. */
export class Tally {
  readonly #days = new Map<string, Day>();

  add(entry: LedgerEntry): void {
    const key = dayKey(new Date(entry.at));
    const day = this.#days.get(key) ?? newDay();
    this.#days.set(key, day);
    if (this.#days.size > MAX_DAYS) this.#days.delete([...this.#days.keys()].toSorted()[0] ?? '');
    const sum = sumOf(entry);
    day.all = plus(day.all, sum);
    addTo(day.engines, entry.engine, sum);
    addTo(day.outcomes, entry.outcome, sum);
    addTo(day.guests, entry.guest, sum);
  }

  /** The whole local day of `at`, including times later than `at`, which a fast clock has written. */
  day(at: Date): DayTotals {
    const day = dayKey(at);
    return { day, ...(this.#days.get(day) ?? newDay()) };
  }

  /** The local month of `at`. */
  month(at: Date): Totals {
    const month = monthKey(at);
    return total([...this.#days].filter(([day]) => day.startsWith(month)).map(([, totals]) => totals));
  }
}

export function total(list: readonly Totals[]): Totals {
  const sums = newDay();
  for (const { all, engines, outcomes } of list) {
    sums.all = plus(sums.all, all);
    for (const [engine, sum] of engines) addTo(sums.engines, engine, sum);
    for (const [outcome, sum] of outcomes) addTo(sums.outcomes, outcome, sum);
  }
  return { all: sums.all, engines: sums.engines, outcomes: sums.outcomes };
}

export function together(sums: readonly Sum[]): Sum {
  return sums.reduce(plus, NOTHING);
}

function addTo<K>(sums: Map<K, Sum>, key: K, sum: Sum): void {
  sums.set(key, plus(sums.get(key) ?? NOTHING, sum));
}

/** What budgets count of a turn, in micro-dollars. */
export function countedMicrodollars({
  microdollars,
  reported,
}: Pick<LedgerEntry, 'microdollars' | 'reported'>): number {
  return Math.max(microdollars, reported?.microdollars ?? 0);
}

function sumOf({ sentMs, receivedMs, microdollars, estimated, reported }: LedgerEntry): Sum {
  return {
    turns: 1,
    sentMs,
    receivedMs,
    microdollars,
    reportedMicrodollars: reported?.microdollars ?? 0,
    reportedTurns: reported === undefined ? 0 : 1,
    comparedMicrodollars: reported === undefined ? 0 : microdollars,
    countedMicrodollars: countedMicrodollars({ microdollars, reported }),
    estimatedTurns: estimated ? 1 : 0,
  };
}

function plus(a: Sum, b: Sum): Sum {
  const sum: Record<keyof Sum, number> = { ...a };
  for (const field of FIELDS) sum[field] += b[field];
  return sum;
}
