/**
 * Twice the sample rate for a sound that comes in pieces: a half-band interpolator. Every second sample of the
 * output is one of the input; those between are a windowed sinc over the 32 samples on either side (J. O. Smith,
 * "Digital Audio Resampling", https://ccrma.stanford.edu/~jos/resample/).
 */

/** Input samples on each side of a point. With 24 kHz in, the pass band reaches to about 10.8 kHz. */
const REACH = 32;

/** The output is late by this many input samples: what comes first is the end of what was before. */
export const DOUBLE_RATE_LAG = REACH;

/** Of the samples before the point; it is symmetrical. */
const HALF_KERNEL = halfWayKernel().subarray(0, REACH);

/** Continuous over any cutting of the input: the pieces joined give the whole. */
export class DoubleRate {
  /** The last 2 * REACH input samples, in front of those of the next piece. */
  #before = new Int16Array(2 * REACH);

  /** @returns twice as many samples, clipped at full scale */
  next(samples: Int16Array): Int16Array {
    const sound = new Int16Array(this.#before.length + samples.length);
    sound.set(this.#before);
    sound.set(samples, this.#before.length);
    const out = new Int16Array(samples.length * 2);
    if (sound.every((sample) => sample === 0)) return out; // most of the time nothing is played
    for (let i = 0; i < samples.length; i++) {
      // The window is sound[i + 1 .. i + 2 * REACH]; the point sought lies half-way between its middle two.
      out[2 * i] = sound[i + REACH] as number;
      let sum = 0;
      for (let k = 0; k < REACH; k++) {
        const pair = (sound[i + 1 + k] as number) + (sound[i + 2 * REACH - k] as number);
        sum += pair * (HALF_KERNEL[k] as number);
      }
      out[2 * i + 1] = Math.max(-32768, Math.min(32767, Math.round(sum)));
    }
    this.#before = sound.slice(-2 * REACH);
    return out;
  }

  /** Forgets what was before: the next sound begins out of silence. */
  reset(): void {
    this.#before.fill(0);
  }
}

/** Weights of the 2 * REACH samples around the middle. A constant passes unchanged. */
function halfWayKernel(): Float64Array {
  const kernel = Float64Array.from({ length: 2 * REACH }, (_, k) => {
    const distance = k - REACH + 0.5;
    return (Math.sin(Math.PI * distance) / (Math.PI * distance)) * blackmanHarris(distance / REACH);
  });
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

/** The 4-term Blackman-Harris window, side lobes below -92 dB (F. J. Harris, Proc. IEEE 66, 1978). x: -1 to 1. */
function blackmanHarris(x: number): number {
  const turn = Math.PI * x;
  return 0.35875 + 0.48829 * Math.cos(turn) + 0.14128 * Math.cos(2 * turn) + 0.01168 * Math.cos(3 * turn);
}
