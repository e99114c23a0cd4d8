/** A link without any acknowledgement for this long, while there is something to acknowledge, is dead. */
const DEAD_AFTER_MS = 3000;

/** What the kernel answers when it is asked for what the other end has not acknowledged, in bytes. */
export interface KernelCount {
  /** Handed to the kernel since the connection began, when it was asked. */
  readonly sentBytes: number;
  /** Of what it had been handed, in its answer. */
  readonly unacknowledgedBytes: number;
  /** Handed to it until it had answered: the answer may count them or not. */
  readonly meanwhileBytes: number;
}

/**
 * Tells a dead link from a slow one. A slow one lets a queue grow, but acknowledges something all the time; a dead one
 * acknowledges nothing, and to the program looks open for minutes.
 */
export class Acknowledgements {
  #most = Number.NEGATIVE_INFINITY;
  #sinceMs = 0;

  /** @returns whether the link is dead */
  look(nowMs: number, { sentBytes, unacknowledgedBytes, meanwhileBytes }: KernelCount): boolean {
    const least = sentBytes - unacknowledgedBytes;
    // A ping handed over at this moment must not pass for an acknowledgement: only what is one for certain is.
    if (unacknowledgedBytes === 0 || least > this.#most) this.#sinceMs = nowMs;
    this.#most = Math.max(this.#most, least + meanwhileBytes);
    return nowMs - this.#sinceMs >= DEAD_AFTER_MS;
  }
}
