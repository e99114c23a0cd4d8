import type { Engine } from '../kiosk/engines.ts';
import { dayKey, monthKey } from './calendar.ts';
import type { LedgerEntry } from './entry.ts';

/** Turns added up. Whole numbers only. */
export interface Sum {
  readonly turns: number;
  readonly sentMs: number;
  readonly receivedMs: number;
  /** By our count. */
  readonly microdollars: number;
  /** By the service's count, for the turns of which it told one. */
  readonly reportedMicrodollars: number;
  readonly reportedTurns: number;
  /** For each turn the dearer of the two: what budgets count. */
  readonly countedMicrodollars: number;
  /** Turns with a model whose price was not known. */
  readonly estimatedTurns: number;
}

export const NOTHING: Sum = {
  turns: 0,
  sentMs: 0,
  receivedMs: 0,
  microdollars: 0,
  reportedMicrodollars: 0,
  reportedTurns: 0,
  countedMicrodollars: 0,
  estimatedTurns: 0,
};

export interface Totals {
  readonly all: Sum;
  readonly engines: ReadonlyMap<Engine, Sum>;
}

export interface DayTotals extends Totals {
  /** The local day, "2026-11-22". */
  readonly day: string;
  /** By their number, which means nothing on another day. */
  readonly guests: ReadonlyMap<number, Sum>;
}

/** Beyond a year the oldest day is forgotten. Not by age: a clock that leaps ahead must not empty the sums. */
const MAX_DAYS = 400;

/** Adds up a ledger by local day. */
export class Tally {
  readonly #days = new Map<string, { all: Sum; engines: Map<Engine, Sum>; guests: Map<number, Sum> }>();

  add(entry: LedgerEntry): void {
    const key = dayKey(new Date(entry.at));
    const day = this.#days.get(key) ?? { all: NOTHING, engines: new Map(), guests: new Map() };
    this.#days.set(key, day);
    if (this.#days.size > MAX_DAYS) this.#days.delete([...this.#days.keys()].toSorted()[0] ?? '');
    const sum = sumOf(entry);
    day.all = plus(day.all, sum);
    day.engines.set(entry.engine, plus(day.engines.get(entry.engine) ?? NOTHING, sum));
    day.guests.set(entry.guest, plus(day.guests.get(entry.guest) ?? NOTHING, sum));
  }

  /** The local day of `at`, whatever the time: also what a clock that ran ahead has written there. */
  day(at: Date): DayTotals {
    const day = dayKey(at);
    return { day, ...(this.#days.get(day) ?? { all: NOTHING, engines: new Map(), guests: new Map() }) };
  }

  /** The local month of `at`. */
  month(at: Date): Totals {
    const month = monthKey(at);
    return total([...this.#days].filter(([day]) => day.startsWith(month)).map(([, totals]) => totals));
  }
}

export function total(list: readonly Totals[]): Totals {
  const engines = new Map<Engine, Sum>();
  for (const { engines: ofOne } of list)
    for (const [engine, sum] of ofOne) engines.set(engine, plus(engines.get(engine) ?? NOTHING, sum));
  return { all: list.reduce((sum, { all }) => plus(sum, all), NOTHING), engines };
}

function sumOf({ sentMs, receivedMs, microdollars, estimated, reported }: LedgerEntry): Sum {
  return {
    turns: 1,
    sentMs,
    receivedMs,
    microdollars,
    reportedMicrodollars: reported?.microdollars ?? 0,
    reportedTurns: reported === undefined ? 0 : 1,
    countedMicrodollars: Math.max(microdollars, reported?.microdollars ?? 0),
    estimatedTurns: estimated ? 1 : 0,
  };
}

function plus(a: Sum, b: Sum): Sum {
  return {
    turns: a.turns + b.turns,
    sentMs: a.sentMs + b.sentMs,
    receivedMs: a.receivedMs + b.receivedMs,
    microdollars: a.microdollars + b.microdollars,
    reportedMicrodollars: a.reportedMicrodollars + b.reportedMicrodollars,
    reportedTurns: a.reportedTurns + b.reportedTurns,
    countedMicrodollars: a.countedMicrodollars + b.countedMicrodollars,
    estimatedTurns: a.estimatedTurns + b.estimatedTurns,
  };
}
