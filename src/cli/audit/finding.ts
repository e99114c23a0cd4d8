/** Whether what was found is as promised; `fact`: nothing is promised about it. */
export type Verdict = 'as promised' | 'look' | 'unknown' | 'fact';

/** The answer to one question. */
export interface Finding {
  readonly id: string;
  readonly question: string;
  readonly verdict: Verdict;
  /** Sentences or lines, for people. */
  readonly found: readonly string[];
  /** How to see the same without this program: a command. */
  readonly check: string;
  /** What to do, where the verdict is "look". */
  readonly todo?: string;
}

/** @param wrong what is not as promised */
export function promised(
  id: string,
  question: string,
  check: string,
  found: readonly string[],
  wrong: readonly string[],
  todo: string,
): Finding {
  return wrong.length === 0
    ? { id, question, verdict: 'as promised', found, check }
    : { id, question, verdict: 'look', found: [...wrong, ...found], check, todo };
}

export function fact(id: string, question: string, check: string, found: readonly string[]): Finding {
  return { id, question, verdict: 'fact', found, check };
}

/** @param why what was missing to answer it */
export function unknown(id: string, question: string, check: string, why: string): Finding {
  return { id, question, verdict: 'unknown', found: [why], check };
}
