import { z } from 'zod';
import { type Files, REAL_FILES } from '../base/files.ts';
import { valueOfJson } from '../base/foreign-text.ts';

/** The outcome of the last update, as the updater writes it. */
const ending = z.object({
  outcome: z.string(),
  /** Of the release that was tried, and of the one from before. */
  version: z.string(),
  from: z.string(),
  reason: z.string(),
});
/** A refused update keeps the rollback before it. */
const outcome = ending.extend({ rolledBack: ending.optional() });

/** Watches the outcome of the last update. */
export class UpdateOutcome {
  readonly #file: string;
  readonly #running: string;
  readonly #files: Files;
  #modifiedMs: number | undefined;
  #trouble: string | undefined;

  /** @param running version of the release that runs */
  constructor(file: string, running: string, files: Files = REAL_FILES) {
    this.#file = file;
    this.#running = running;
    this.#files = files;
  }

  /**
   * Why an update was rolled back, if the last one was and its predecessor still runs. Reads only what has changed.
   * @returns undefined where all is well, or nothing is known
   */
  async trouble(): Promise<string | undefined> {
    const modifiedMs = await this.#files.stat(this.#file).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    if (modifiedMs === this.#modifiedMs) return this.#trouble;
    this.#modifiedMs = modifiedMs;
    this.#trouble = modifiedMs === undefined ? undefined : await this.#read();
    return this.#trouble;
  }

  async #read(): Promise<string | undefined> {
    const text = await this.#files.readFile(this.#file, 'utf8').catch(() => '');
    const { data } = outcome.safeParse(valueOfJson(text));
    const last = data?.rolledBack ?? data;
    // Another release than the one from before runs: one that came later was kept.
    if (last?.outcome !== 'rolled back' || last.from !== this.#running) return undefined;
    return `${last.version}: ${last.reason}`;
  }
}
