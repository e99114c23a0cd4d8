/** Statements about the machine, each with its outcome: printed as they are found, kept for the report. */
export interface Check {
  readonly title: string;
  readonly passed: boolean;
  /** What was seen; of one that failed, why. */
  readonly seen: string;
  readonly seconds: number;
}

const EVERY_MS = 20_000;

export class Checks {
  readonly all: Check[] = [];

  get passed(): number {
    return this.all.filter(({ passed }) => passed).length;
  }

  get failed(): number {
    return this.all.length - this.passed;
  }

  /** @param look returns what was seen; throws when it is not as the title says. @returns whether it is */
  async that(title: string, look: () => Promise<string>): Promise<boolean> {
    const began = performance.now();
    const seconds = () => Math.round((performance.now() - began) / 1000);
    process.stdout.write(`  ${title} ...`);
    const timer = setInterval(() => process.stdout.write(` ${seconds()} s`), EVERY_MS);
    const [passed, seen] = await look().then(
      (what) => [true, what] as const,
      (error: Error) => [false, error.message] as const,
    );
    clearInterval(timer);
    this.all.push({ title, passed, seen, seconds: seconds() });
    process.stdout.write(` ${passed ? 'yes' : 'NO'}${seen === '' ? '' : `: ${seen}`} (${seconds()} s)\n`);
    return passed;
  }
}

/** @throws Error with `why` unless it holds */
export function must(holds: boolean, why: string): void {
  if (!holds) throw new Error(why);
}
