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
  /** By the service's count, for the turns that have one. */
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
  /** By their number, which is unique within a day. */
  readonly guests: ReadonlyMap<number, Sum>;
}

function noTurns() {
  return {
    all: NOTHING,
    engines: new Map<Engine, Sum>(),
    outcomes: new Map<Outcome, Sum>(),
    guests: new Map<number, Sum>(),
  };
}

/** Beyond this the oldest day is removed. A limit of age would empty the sums when the clock jumps ahead. */
const MAX_DAYS = 400;

/** Adds up a ledger by local day. */
export class Tally {
  readonly #days = new Map<string, ReturnType<typeof noTurns>>();

  add(entry: LedgerEntry): void {
    const key = dayKey(new Date(entry.at));
    const day = this.#days.get(key) ?? noTurns();
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
    return { day, ...(this.#days.get(day) ?? noTurns()) };
  }

  /** The local month of `at`. */
  month(at: Date): Totals {
    const month = monthKey(at);
    return total([...this.#days].filter(([day]) => day.startsWith(month)).map(([, totals]) => totals));
  }
}

export function total(list: readonly Totals[]): Totals {
  const { engines, outcomes } = noTurns();
  for (const totals of list) {
    for (const [engine, sum] of totals.engines) addTo(engines, engine, sum);
    for (const [outcome, sum] of totals.outcomes) addTo(outcomes, outcome, sum);
  }
  return { all: together(list.map(({ all }) => all)), engines, outcomes };
}

export function together(sums: readonly Sum[]): Sum {
  return sums.reduce(plus, NOTHING);
}

function addTo<K>(sums: Map<K, Sum>, key: K, sum: Sum): void {
  sums.set(key, plus(sums.get(key) ?? NOTHING, sum));
}

/** What budgets count of a turn, in micro-dollars. */
export function countedMicrodollars({ microdollars, reported }: LedgerEntry): number {
  return Math.max(microdollars, reported?.microdollars ?? 0);
}

function sumOf(entry: LedgerEntry): Sum {
  const { sentMs, receivedMs, microdollars, estimated, reported } = entry;
  return {
    turns: 1,
    sentMs,
    receivedMs,
    microdollars,
    reportedMicrodollars: reported?.microdollars ?? 0,
    reportedTurns: reported === undefined ? 0 : 1,
    comparedMicrodollars: reported === undefined ? 0 : microdollars,
    countedMicrodollars: countedMicrodollars(entry),
    estimatedTurns: estimated ? 1 : 0,
  };
}

function plus(a: Sum, b: Sum): Sum {
  const sum: Record<keyof Sum, number> = { ...a };
  for (const field of FIELDS) sum[field] += b[field];
  return sum;
}
