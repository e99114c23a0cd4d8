import { type Frame, frameEndMs } from '../audio/pcm/frame.ts';

/**
 * How long the echo lasts after the loudspeaker's last sample, in milliseconds: the early decay of a hotel lobby and the
 * buffers of both sound cards.
 */
export const ECHO_TAIL_MS = 250;

/**
 * Intervals that ended this long before the newest one are forgotten, in milliseconds. The oldest frames come from a
 * pre-roll of less than two seconds.
 */
const REMEMBERED_MS = 10_000;

/** A time in which the loudspeaker played; `endMs` is undefined while it still does. */
interface Interval {
  readonly startMs: number;
  endMs: number | undefined;
}

/** The device does not hear itself: which frames were captured while the loudspeaker played, or just after. */
export class Mask {
  readonly #tailMs: number;
  #intervals: Interval[] = [];

  /** @param tailMs echo tail in milliseconds, 0 or more */
  constructor(tailMs: number = ECHO_TAIL_MS) {
    this.#tailMs = tailMs;
  }

  /**
   * The loudspeaker reports: playing since `startMs`, until `endMs` where that is known. A report with the same start
   * replaces the earlier one. A new interval ends one that was left open.
   */
  interval(startMs: number, endMs: number | undefined): void {
    const last = this.#intervals.at(-1);
    if (last !== undefined && last.startMs === startMs) {
      last.endMs = endMs;
    } else {
      if (last !== undefined) last.endMs ??= startMs;
      this.#intervals.push({ startMs, endMs });
    }
    const oldest = startMs - REMEMBERED_MS;
    this.#intervals = this.#intervals.filter(({ endMs: end }) => end === undefined || end > oldest);
  }

  /** Whether the frame overlaps what the loudspeaker played, or its echo. */
  masked(frame: Frame): boolean {
    return this.#intervals.some(
      ({ startMs, endMs }) =>
        frameEndMs(frame) > startMs && (endMs === undefined || frame.capturedAtMs < endMs + this.#tailMs),
    );
  }
}
