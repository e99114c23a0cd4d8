/** A link is dead after this long without an acknowledgement of sent data, in milliseconds. */
const DEAD_AFTER_MS = 3000;

/** The kernel's count of unacknowledged data, in bytes. */
export interface KernelCount {
  /** Written since the connection began, at the time of the query. */
  readonly sentBytes: number;
  readonly unacknowledgedBytes: number;
  /** Written during the query: the kernel's count may include them. */
  readonly meanwhileBytes: number;
}

/**
 * Distinguishes a dead link from a slow one, which acknowledges something all the time. To the program a dead link looks
 * open for minutes.
 */
export class Acknowledgements {
  #most = Number.NEGATIVE_INFINITY;
  #sinceMs = 0;

  /** @returns whether the link is dead */
  look(nowMs: number, { sentBytes, unacknowledgedBytes, meanwhileBytes }: KernelCount): boolean {
    const least = sentBytes - unacknowledgedBytes;
    // Only what is certain: a ping written during the query must not count as an acknowledgement.
    if (unacknowledgedBytes === 0 || least > this.#most) this.#sinceMs = nowMs;
    this.#most = Math.max(this.#most, least + meanwhileBytes);
    return nowMs - this.#sinceMs >= DEAD_AFTER_MS;
  }
}
