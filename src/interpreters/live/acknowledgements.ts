/** Without any acknowledgement for so long, while there is something to acknowledge, a link is taken to be dead. */
const DEAD_AFTER_MS = 3000;

/**
 * Tells a dead link from a slow one. A slow one lets a queue grow, but acknowledges something all the time; a dead one
 * acknowledges nothing, and to the program looks open for minutes.
 */
export class Acknowledgements {
  #most = Number.NEGATIVE_INFINITY;
  #sinceMs = 0;

  /**
   * @param sentBytes handed to the kernel since the connection began
   * @param unacknowledgedBytes of them
   * @returns whether the link is dead
   */
  look(nowMs: number, sentBytes: number, unacknowledgedBytes: number): boolean {
    const acknowledged = sentBytes - unacknowledgedBytes;
    if (unacknowledgedBytes === 0 || acknowledged > this.#most) {
      this.#most = Math.max(this.#most, acknowledged);
      this.#sinceMs = nowMs;
    }
    return nowMs - this.#sinceMs >= DEAD_AFTER_MS;
  }
}
