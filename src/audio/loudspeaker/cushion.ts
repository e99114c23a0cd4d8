/**
 * How much sound is gathered before a playback starts, or continues after a gap, in milliseconds. With 60, pieces of
 * 40 ms that come up to 40 ms late play without a gap from the second on (measured).
 */
export const BASE_CUSHION_MS = 60;
/** Its limit, in milliseconds: a longer delay is worse than a gap. */
export const MAX_CUSHION_MS = 400;
/** What a gap adds: its own length, within these bounds, in milliseconds. A break of seconds is no jitter. */
const LEAST_GROWTH_MS = 20;
const MOST_GROWTH_MS = 100;
/** A playback without a gap reduces the part above the base to this share: to half after seven playbacks. */
const SHRINK = 0.9;

/** Absorbs the network's jitter: grows after a gap, shrinks slowly. */
export class Cushion {
  #ms = BASE_CUSHION_MS;

  /** Its size in milliseconds. */
  get ms(): number {
    return this.#ms;
  }

  /**
   * Whether this much sound is enough to start with. One piece alone does not show how fast the others follow;
   * twice the cushion is enough even so.
   */
  filled(queuedMs: number, pieces: number): boolean {
    return queuedMs >= this.#ms && (pieces > 1 || queuedMs >= 2 * this.#ms);
  }

  /** A playback ran dry for `ms` milliseconds. */
  ranDry(ms: number): void {
    this.#ms = Math.min(MAX_CUSHION_MS, this.#ms + Math.min(MOST_GROWTH_MS, Math.max(LEAST_GROWTH_MS, ms)));
  }

  /** A playback came through without a gap. */
  wentWell(): void {
    const above = (this.#ms - BASE_CUSHION_MS) * SHRINK;
    this.#ms = BASE_CUSHION_MS + (above < 1 ? 0 : above);
  }
}
