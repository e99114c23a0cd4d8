import { CAPTURE_RATE_HZ } from '../pcm/frame.ts';

/** Samples are counted for this time, in milliseconds. */
const WINDOW_MS = 700;
/** The tolerance of the right rate: a recorder delivers its first sound all at once. */
const RIGHT_WITHIN = 0.15;
/** Other rates of devices, in Hz. */
const OTHERS_HZ = [8000, 11_025, 12_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000];
/** The tolerance of a wrong rate. Late or lost sound does not produce the same one of them twice. */
const OTHER_WITHIN = 0.03;

/**
 * Measures the real rate of a recorder: `arecord` accepts the rate of the device and only prints a warning. The right rate
 * is known after 0.7 s, a wrong one after 1.4 s, when it was measured twice.
 */
export class RateWatch {
  #sinceMs: number | undefined;
  #samples = 0;
  #suspectedHz: number | undefined;

  /**
   * @param samples of one channel that have come
   * @param atMs on the monotonic clock
   * @returns samples a second as soon as they are known; undefined before
   */
  push(samples: number, atMs: number): number | undefined {
    if (this.#sinceMs === undefined) {
      this.#sinceMs = atMs; // the first samples were recorded earlier
      return undefined;
    }
    this.#samples += samples;
    const countedMs = atMs - this.#sinceMs;
    if (countedMs < WINDOW_MS) return undefined;
    const hz = (this.#samples * 1000) / countedMs;
    this.#sinceMs = atMs;
    this.#samples = 0;
    if (Math.abs(hz / CAPTURE_RATE_HZ - 1) < RIGHT_WITHIN) return CAPTURE_RATE_HZ;
    const before = this.#suspectedHz;
    this.#suspectedHz = OTHERS_HZ.find((other) => Math.abs(hz / other - 1) < OTHER_WITHIN);
    return this.#suspectedHz === before ? before : undefined;
  }
}
