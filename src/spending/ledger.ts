import path from 'node:path';
import { type Files, REAL_FILES } from '../base/files.ts';
import { type Clock, REAL_TIME, wallDate } from '../base/time.ts';
import { entrySchema, type LedgerEntry } from './entry.ts';
import { appendLines, type FileEnd, ledgerFile, ledgerFiles, readLedgerFile } from './files.ts';
import { lineOf } from './lines.ts';
import { ROLLING_MS } from './rolling.ts';
import { type DayTotals, Tally, type Totals } from './tally.ts';

export interface LedgerOptions {
  /** The longest time that an entry waits to be written, in milliseconds. */
  readonly flushMs?: number;
  /** The number of waiting entries at which they are written. */
  readonly flushEntries?: number;
  /** Its wall clock is read only at the opening. Later times come with the entries. */
  readonly clock?: Clock;
  readonly files?: Files;
  /** Called when the ledger can't be read or written, and continues in memory; with undefined when it can again. */
  readonly trouble?: (error: Error | undefined) => void;
}

const DEFAULTS: Required<LedgerOptions> = {
  flushMs: 5 * 60_000,
  flushEntries: 20,
  clock: REAL_TIME,
  files: REAL_FILES,
  trouble: () => {},
};

/**
 * A Raspberry Pi has no clock that runs while it is off: the time at the start may be months slow. The newest files are
 * read as well, so that the sums are right once the clock has been set.
 */
const FILES_READ = 3;
/** At 200 turns a day, seven weeks without a disk. Older entries are missing in the file, not in the sums. */
const MAX_WAITING = 10_000;

/**
 * What was spent: sums in memory, and an append-only file that is written in batches.
 *
 * SIGKILL or a power cut loses the waiting entries. These are never more than were written since the opening (batches of
 * 1, 2, 4 … entries), so that a daemon that is killed again and again still counts half of what it spends.
 */
export class Ledger {
  readonly #folder: string;
  readonly #options: Required<LedgerOptions>;
  readonly #tally = new Tally();
  readonly #ends = new Map<string, FileEnd>();
  #waiting: LedgerEntry[] = [];
  #beingWritten = 0;
  /** Entries written since the opening. */
  #written = 0;
  #writing: Promise<void> = Promise.resolve();
  #stopTimer: (() => void) | undefined;
  #inTrouble = false;
  /** Lines that could not be read at the opening. */
  skipped = 0;
  /** Entries from the opening that are, by its clock, less than 24 hours old or in the future. */
  recent: readonly LedgerEntry[] = [];

  /** Reads the newest files. What can't be read is reported as trouble. */
  static async open(folder: string, options: LedgerOptions = {}): Promise<Ledger> {
    const ledger = new Ledger(folder, options);
    await ledger.#read(wallDate(ledger.#options.clock));
    return ledger;
  }

  private constructor(folder: string, options: LedgerOptions) {
    this.#folder = folder;
    this.#options = { ...DEFAULTS, ...options };
  }

  /** Entries that a crash would lose now. */
  get waiting(): number {
    return this.#waiting.length + this.#beingWritten;
  }

  /** Counts a turn at once; it is written later. @throws ZodError for an invalid number, which is a bug */
  append(entry: LedgerEntry): void {
    const stored = entrySchema.parse(entry);
    this.#tally.add(stored);
    this.#waiting.push(stored);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
    // After a failure only the timer tries again, not every turn.
    const enough = Math.min(this.#options.flushEntries, this.#written + 1);
    if (this.#waiting.length >= enough && !this.#inTrouble) void this.flush();
    else this.#stopTimer ??= this.#options.clock.after(this.#options.flushMs, () => void this.flush());
  }

  /** What was spent on the local day of `now`. */
  today(now: Date): DayTotals {
    return this.#tally.day(now);
  }

  /** What was spent in the local month of `now`. */
  month(now: Date): Totals {
    return this.#tally.month(now);
  }

  /** A number that no guest of this local day has. */
  nextGuest(now: Date): number {
    return Math.max(0, ...this.#tally.day(now).guests.keys()) + 1;
  }

  /** Writes all entries so far. Resolves when they are on the disk, or when that failed. */
  flush(): Promise<void> {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Writes what is left. Nothing may be appended afterwards. */
  async stop(): Promise<void> {
    await this.flush();
    this.#stopTimer?.(); // set again if the write failed
  }

  async #read(now: Date): Promise<void> {
    const files = await ledgerFiles(this.#folder, this.#options.files).catch((error: Error) => {
      this.#report(error);
      return [];
    });
    for (const name of new Set([...files.slice(-FILES_READ), ledgerFile(now)])) {
      try {
        const { bytes, intactBytes, skipped, entries } = await readLedgerFile(
          path.join(this.#folder, name),
          this.#options.files,
        );
        this.skipped += skipped;
        if (bytes === intactBytes) this.#ends.set(name, { bytes, failed: false });
        for (const entry of entries) this.#tally.add(entry);
        this.recent = [...this.recent, ...entries.filter(({ at }) => at > now.getTime() - ROLLING_MS)];
      } catch (error) {
        this.#report(error as Error);
      }
    }
  }

  async #write(): Promise<void> {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    this.#beingWritten = batch.length;
    const files = Map.groupBy(batch, ({ at }) => ledgerFile(new Date(at)));
    try {
      await this.#options.files.mkdir(this.#folder, { recursive: true });
      for (const [name, entries] of files) {
        const file = path.join(this.#folder, name);
        const begins = (bytes: number) => this.#ends.set(name, { bytes, failed: true });
        const bytes = await appendLines(
          file,
          entries.map(lineOf).join(''),
          this.#ends.get(name),
          begins,
          this.#options.files,
        );
        this.#ends.set(name, { bytes, failed: false });
        files.delete(name);
        this.#written += entries.length;
        this.#beingWritten -= entries.length;
      }
      this.#report(undefined);
    } catch (error) {
      this.#waiting = [...[...files.values()].flat(), ...this.#waiting];
      this.#beingWritten = 0;
      this.#stopTimer ??= this.#options.clock.after(this.#options.flushMs, () => void this.flush());
      this.#report(error as Error);
    }
  }

  #report(error: Error | undefined): void {
    if (this.#inTrouble !== (error !== undefined)) this.#options.trouble(error);
    this.#inTrouble = error !== undefined;
  }
}
