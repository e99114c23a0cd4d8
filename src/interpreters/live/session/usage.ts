import { addTokens, tokensTold } from '../../../turn/tokens.ts';
import type { ModelUsed } from '../../../turn/turn.ts';
import type { ServiceMessage } from './message.ts';

/** Sound in a session: https://ai.google.dev/gemini-api/docs/pricing (copies of 2026-08-10 and 2026-10-03). */
const TOKENS_PER_SECOND = 25;

/** What a session remembers of the sound of its turns, in seconds: it is billed again with every later turn. */
export class SessionSound {
  /** Of each turn, sent and received; the oldest first. */
  #turns: number[] = [];

  /**
   * A turn begins.
   * @param promptTokens of the session's instruction, which stays, and of its history, which is counted as if it did
   * @param compressAtTokens when the context has grown beyond these, whole turns are dropped from its beginning until
   *   half of them are left (comment of SlidingWindow in the API's proto); undefined where nothing is compressed
   * @returns the sound of earlier turns that is billed with it, in seconds
   */
  begin(promptTokens: number, compressAtTokens: number | undefined): number {
    const earlier = () => this.#turns.reduce((sum, seconds) => sum + seconds, 0);
    const tokens = () => promptTokens + earlier() * TOKENS_PER_SECOND;
    if (compressAtTokens !== undefined && tokens() > compressAtTokens) {
      while (this.#turns.length > 0 && tokens() > compressAtTokens / 2) this.#turns.shift();
    }
    const seconds = earlier();
    this.#turns.push(0);
    return seconds;
  }

  /** Sound of the turn in progress. */
  add(seconds: number): void {
    this.#turns.push((this.#turns.pop() ?? 0) + seconds);
  }
}

/** A turn whose count the service may still report. */
interface Count {
  readonly use: ModelUsed;
  /** Its turnComplete has come. */
  ended: boolean;
  readonly over: () => void;
}

/** The service's own count of one turn, while it may still come. */
export interface TurnCount {
  /** Resolves when it has come, or none will. */
  readonly over: Promise<void>;
  /** It is not waited for any more. */
  readonly giveUp: () => void;
}

/**
 * The service's own count (usageMetadata) of the turns of one connection: which message belongs to which turn. It comes
 * with turnComplete, seconds after the answer, when the next turn may have begun.
 */
export class Counts {
  /** The oldest first. */
  #open: Count[] = [];

  /** A turn begins whose count goes to `use`. */
  begin(use: ModelUsed): TurnCount {
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
    const complete = count.use.reported !== undefined || count !== latest;
    if (count.ended && complete) this.#settle((one) => one === count);
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

/** The service allows several sessions at once; how many is unknown. With the spare and the turn's own these are four. */
const MAX_LINGERING = 2;

/** A connection, as far as it matters here. */
interface Lingerer {
  listen(listener: { message(): void; lost(): void }): void;
  close(): void;
}

/**
 * Connections that have served their turn and stay open for the service's count of it alone, which comes when the answer
 * would have been played. An idle session is not billed; nothing is sent on it, and nothing of it is heard.
 */
export class Lingering {
  #connections: Lingerer[] = [];

  /** Closes it when the service has counted. @param counted always resolves, in bounded time */
  wait(connection: Lingerer, counted: Promise<void>): void {
    connection.listen({ message: () => {}, lost: () => {} });
    this.#connections.push(connection);
    if (this.#connections.length > MAX_LINGERING) this.#connections.shift()?.close();
    void counted.then(() => {
      this.#connections = this.#connections.filter((one) => one !== connection);
      connection.close();
    });
  }

  /** Closes all at once. */
  drop(): void {
    for (const connection of this.#connections.splice(0)) connection.close();
  }
}
