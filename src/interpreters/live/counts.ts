import { addTokens, tokensTold } from '../../turn/tokens.ts';
import type { ModelUsed } from '../../turn/turn.ts';
import type { ServiceMessage } from './message.ts';

/** A turn whose count the service may still tell. */
interface Count {
  readonly use: ModelUsed;
  /** Its turnComplete has come. */
  ended: boolean;
  readonly over: () => void;
}

/**
 * The service's own count (usageMetadata) of the turns of one connection: which message belongs to which turn. It comes
 * with turnComplete, seconds behind the answer, when the next turn may have begun.
 */
export class Counts {
  /** The oldest first. */
  #open: Count[] = [];

  /**
   * A turn begins whose count goes to `use`.
   * @returns over resolves when its count has come, or none will
   */
  begin(use: ModelUsed): { readonly over: Promise<void>; readonly giveUp: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settle(({ ended }) => ended);
    this.#open.push({ use, ended: false, over: resolve });
    return { over: promise, giveUp: resolve };
  }

  /** @param asked the end of the latest utterance has been sent: what is complete now is its answer */
  message({ serverContent: content, usageMetadata }: ServiceMessage, asked: boolean): void {
    const latest = this.#open.at(-1);
    if (asked && content?.generationComplete) this.#settle((count) => count !== latest);
    const [count] = this.#open;
    if (count === undefined) return;
    count.use.reported = addTokens(count.use.reported, tokensTold(usageMetadata));
    if (content?.turnComplete) count.ended = true;
    // Its count may come in a message of its own, as long as it can't be another turn's.
    const told = count.use.reported !== undefined || count !== latest;
    if (count.ended && told) this.#settle((one) => one === count);
  }

  /** Nothing more will come. */
  close(): void {
    this.#settle(() => true);
  }

  #settle(which: (count: Count) => boolean): void {
    for (const count of this.#open.filter(which)) count.over();
    this.#open = this.#open.filter((count) => !which(count));
  }
}
