import type { History, Round, Step } from './history.ts';

/**
 * Shortens a list to a part of it for which something still holds, by delta debugging: ever smaller chunks are left out
 * as long as that works. (Zeller and Hildebrandt: Simplifying and Isolating Failure-Inducing Input, 2002.)
 * @param holds whether it holds for a part; at most `budget.tries` times
 */
export async function shortened<T>(
  list: readonly T[],
  holds: (part: readonly T[]) => Promise<boolean>,
  budget: Budget,
): Promise<readonly T[]> {
  let shortest = list;
  let chunk = Math.max(1, Math.ceil(list.length / 2));
  for (;;) {
    let removed = false;
    for (let at = 0; at < shortest.length; ) {
      if (!budget.left()) return shortest;
      const part = [...shortest.slice(0, at), ...shortest.slice(at + chunk)];
      if (await holds(part)) {
        shortest = part;
        removed = true;
      } else at += chunk;
    }
    if (chunk === 1 && !removed) return shortest;
    if (chunk > 1) chunk = Math.ceil(chunk / 2);
  }
}

/** A limit of tries. */
export interface Budget {
  left(): boolean;
}

/** A number of tries, until a moment. */
export class Tries implements Budget {
  #tries: number;
  readonly #untilMs: number;
  readonly #now: () => number;

  constructor(tries: number, seconds: number, now: () => number) {
    this.#tries = tries;
    this.#now = now;
    this.#untilMs = now() + seconds * 1000;
  }

  left(): boolean {
    this.#tries -= 1;
    return this.#tries >= 0 && this.#now() < this.#untilMs;
  }
}

/**
 * The shortest history found for which it still holds: first fewer rounds, then fewer steps in each.
 * @param holds whether a history fails in the same way
 */
export async function shortHistory(
  history: History,
  holds: (history: History) => Promise<boolean>,
  budget: Budget,
): Promise<History> {
  let best = history;
  const rounds = await shortened(best.rounds, (part) => holds({ ...best, rounds: part }), budget);
  best = { ...best, rounds };
  for (let index = 0; index < best.rounds.length; index += 1) {
    const round = best.rounds[index] as Round;
    const withSteps = (steps: readonly Step[]): History => ({
      ...best,
      rounds: best.rounds.map((other, i) => (i === index ? { ...round, steps } : other)),
    });
    best = withSteps(await shortened(round.steps, (steps) => holds(withSteps(steps)), budget));
  }
  return best;
}
