/** What became of the turns of a storm, to be printed at its end. */

interface Row {
  readonly outcomes: Map<string, number>;
  readonly tookMs: number[];
}

export class Tally {
  readonly #rows = new Map<string, Row>();
  readonly #outcomes = new Map<string, number>();

  /** @param tookMs from the release to the outcome, on the storm's clock */
  count(fault: string, outcome: string, tookMs: number): void {
    const row: Row = this.#rows.get(fault) ?? { outcomes: new Map(), tookMs: [] };
    this.#rows.set(fault, row);
    row.tookMs.push(tookMs);
    add(row.outcomes, outcome);
    add(this.#outcomes, outcome);
  }

  outcomes(): string {
    return listed(this.#outcomes);
  }

  /** A line for each fault. */
  faults(): string[] {
    const width = Math.max(...[...this.#rows.keys()].map((name) => name.length));
    return [...this.#rows]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, { outcomes, tookMs }]) => {
        const sorted = tookMs.toSorted((a, b) => a - b);
        const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
        const times = `${seconds(median)} ${seconds(sorted.at(-1) ?? 0)}`;
        return `  ${name.padEnd(width)} ${`${tookMs.length}`.padStart(4)}  ${times}  ${listed(outcomes)}`;
      });
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`.padStart(7);
