import { addTokens, tokensTold } from '../../../turn/tokens.ts';
import type { ModelUsed } from '../../../turn/turn.ts';
import type { ServiceMessage } from './message.ts';

/** Sound in a session: https://ai.google.dev/gemini-api/docs/pricing (copies of 2026-08-10 and 2026-10-03). */
const TOKENS_PER_SECOND = 25;

/** The sound that a session remembers, in seconds: it is billed again with every later turn. */
export class SessionSound {
  /** Of each turn, sent and received; the oldest first. */
  #turns: number[] = [];

  /**
   * A turn begins.
   * @param promptTokens of the session's instruction, which compression keeps, and of its history, which counts as kept
   * @param compressAtTokens a larger context loses its oldest turns until half of this is left (comment of SlidingWindow in
   *   the API's proto); undefined without compression
   * @returns the sound of earlier turns that is billed with this one, in seconds
   */
  begin(promptTokens: number, compressAtTokens: number | undefined): number {
    const earlier = () => this.#turns.reduce((sum, seconds) => sum + seconds, 0);
    const tokens = () => promptTokens + earlier() * TOKENS_PER_SECOND;
    if (compressAtTokens !== undefined && tokens() > compressAtTokens)
      while (this.#turns.length > 0 && tokens() > compressAtTokens / 2) this.#turns.shift();
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
  /** Resolves when it has come, or none will come. */
  readonly over: Promise<void>;
  /** Ends the wait. */
  readonly giveUp: () => void;
}

/**
 * The service's own counts (usageMetadata) of the turns of one connection. A count comes with turnComplete, seconds after
 * the answer, when the next turn may have begun.
 */
export class Counts {
  /** The oldest first. */
  #open: Count[] = [];

  /** A turn begins. Its count goes to `use`. */
  begin(use: ModelUsed): TurnCount {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settle(({ ended }) => ended);
    this.#open.push({ use, ended: false, over: resolve });
    return { over: promise, giveUp: resolve };
  }

  /** @param asked the end of the latest utterance has been sent: a complete answer is that of this utterance */
  message({ serverContent: content, usageMetadata }: ServiceMessage, asked: boolean): void {
    const latest = this.#open.at(-1);
    if (asked && content?.generationComplete) this.#settle((count) => count !== latest);
    const [count] = this.#open;
    if (count === undefined) return;
    count.use.reported = addTokens(count.use.reported, tokensTold(usageMetadata));
    if (content?.turnComplete) count.ended = true;
    // The count may also come in a later message, unless that may belong to another turn.
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

/** The number of concurrent sessions that the service allows is unknown. With the spare and the turn's own these are four. */
const MAX_LINGERING = 2;

/** A connection, as far as it matters here. */
interface Lingerer {
  listen(listener: { message(): void; lost(): void }): void;
  close(): void;
}

/**
 * Connections that have served their turn and stay open only for the service's count, which comes when the answer would
 * have been played. An idle session is not billed; nothing is sent on it or played from it.
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
