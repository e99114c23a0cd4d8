import { concat } from './concat.ts';
import { gcd, reachOf, resample } from './resample.ts';

/**
 * `resample` for a sound that comes in pieces: where they meet nothing is heard. The last few milliseconds of the sound
 * stay inside, because what follows is never known to be its end.
 */
export class Resampler {
  readonly #fromHz: number;
  readonly #toHz: number;
  /** After so many samples of the input, a sample of the output falls on one of the input again. */
  readonly #period: number;
  readonly #reach: number;
  /** The input that later output depends on; begins at a whole number of periods. */
  #kept: Int16Array = new Int16Array(0);
  /** Samples of it whose output has been given: a whole number of periods. */
  #done = 0;

  /** @param fromHz whole number of samples per second, more than 0; @param toHz likewise */
  constructor(fromHz: number, toHz: number) {
    this.#fromHz = fromHz;
    this.#toHz = toHz;
    this.#period = fromHz / gcd(fromHz, toHz);
    this.#reach = reachOf(fromHz, toHz);
  }

  /** @param samples mono, 16-bit; @returns the output that is certain by now, which may be none */
  push(samples: Int16Array): Int16Array {
    const all = concat([this.#kept, samples]);
    const end = this.#periods(Math.max(0, all.length - this.#reach));
    if (end <= this.#done) {
      this.#kept = all;
      return new Int16Array(0);
    }
    const at = (input: number) => (input * this.#toHz) / this.#fromHz;
    const out = resample(all, this.#fromHz, this.#toHz).slice(at(this.#done), at(end));
    const start = this.#periods(Math.max(0, end - this.#reach));
    this.#kept = all.slice(start);
    this.#done = end - start;
    return out;
  }

  #periods(samples: number): number {
    return samples - (samples % this.#period);
  }
}
