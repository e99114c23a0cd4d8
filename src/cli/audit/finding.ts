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

/** A part of an answer. */
interface Part {
  readonly text: string;
  readonly isRight: boolean;
}

/** Something as promised. */
export function right(text: string): Part {
  return { text, isRight: true };
}

/** Something that is not as promised. */
export function wrong(text: string): Part {
  return { text, isRight: false };
}

/** A question about the device, and its possible answers. */
export class Question {
  readonly #asked: Pick<Finding, 'id' | 'question' | 'check'>;

  constructor(id: string, question: string, check: string) {
    this.#asked = { id, question, check };
  }

  /** The wrong parts come first. */
  promised(parts: readonly Part[], todo: string): Finding {
    const found = parts.toSorted((a, b) => Number(a.isRight) - Number(b.isRight)).map(({ text }) => text);
    if (parts.every(({ isRight }) => isRight)) return { ...this.#asked, verdict: 'as promised', found };
    return { ...this.#asked, verdict: 'look', found, todo };
  }

  /** @param answer if there are no faults */
  promisedUnless(answer: string, faults: readonly string[], todo: string): Finding {
    return this.promised(faults.length === 0 ? [right(answer)] : faults.map(wrong), todo);
  }

  fact(found: readonly string[]): Finding {
    return { ...this.#asked, verdict: 'fact', found };
  }

  /** @param why what was missing to answer it */
  unknown(why: string): Finding {
    return { ...this.#asked, verdict: 'unknown', found: [why] };
  }
}
