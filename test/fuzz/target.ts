import fc from 'fast-check';

/** A failing case of a target. */
export interface Failure {
  readonly target: string;
  /** Of the case: `--seed N --cases 1` makes the same one. */
  readonly seed: number;
  /** fast-check's path of shortening. */
  readonly path: string;
  /** The shortest input that still fails. */
  readonly input: string;
  readonly error: unknown;
}

/** A function that takes input from outside. */
export interface Target {
  readonly name: string;
  /** How many of a million cases it gets: fewer where a case is expensive. */
  readonly share: number;
  /** Makes the input of a seed and checks the result. @returns undefined where all invariants hold */
  run(seed: number): Promise<Failure | undefined>;
}

/** The longest time to shorten an input, in milliseconds. */
const SHORTEN_MS = 60_000;

/**
 * A target.
 * @param inputs generated from their structure, or damaged samples
 * @param check calls it, and throws where an invariant does not hold
 */
export function target<T>(
  name: string,
  share: number,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => void | Promise<void>,
): Target {
  const property = fc.asyncProperty(inputs, async (input) => check(input));
  return {
    name,
    share,
    run: async (seed) => {
      const details = await fc.check(property, {
        seed: scattered(seed),
        numRuns: 1,
        interruptAfterTimeLimit: SHORTEN_MS,
      });
      if (!details.failed || details.counterexample === null) return undefined;
      const [input] = details.counterexample;
      const { counterexamplePath, errorInstance: error } = details;
      return { target: name, seed, path: counterexamplePath ?? '', input: fc.stringify(input), error };
    },
  };
}

/** Consecutive seeds give unrelated inputs (the finalizer of MurmurHash3, public domain). */
function scattered(seed: number): number {
  let hash = seed | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** For people: what failed, on which input, and how to reproduce it. */
export function failureText({ target: name, seed, path, input, error }: Failure): string {
  const shown = input.length > 2000 ? `${input.slice(0, 2000)}… (${input.length} characters)` : input;
  return [
    `FAILED ${name}, seed ${seed}, path ${path}`,
    `  input: ${shown}`,
    `  ${error instanceof Error ? error.stack : String(error)}`,
    `  again: ./scripts/fuzz --target ${name} --seed ${seed} --cases 1`,
  ].join('\n');
}
