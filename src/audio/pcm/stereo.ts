/**
 * Two channels as one. As a rule that is their mean. Channels that are opposite to each other cancel out in it: of a
 * microphone that is made for a balanced input, or wired the wrong way round. Then one of them is taken.
 */
import { CAPTURE_RATE_HZ } from './frame.ts';

/** The channels are opposite where their mean has less than a sixteenth of the power of one of them (12 dB). */
const CANCELLED = 16;
/** Running sound has been so for this many samples before it is believed: 100 ms at 16 kHz. */
const BELIEVED_SAMPLES = 1600;
/** The mains hums below it, most of a voice is above, in Hz. */
const VOICE_FROM_HZ = 300;

/** The left or the right one. */
export type Side = 0 | 1;

/**
 * Compares the energy of two channels with that of their sum, above VOICE_FROM_HZ: an offset or mains hum, the same in
 * both channels, would hide that voices cancel out.
 */
export class StereoEnergies {
  readonly #left: HighPass;
  readonly #right: HighPass;
  #energy = { left: 0, right: 0, sum: 0 };

  /** @param rateHz samples of each channel per second */
  constructor(rateHz: number) {
    this.#left = new HighPass(rateHz);
    this.#right = new HighPass(rateHz);
  }

  /** The next sample of each channel. */
  push(left: number, right: number): void {
    const [l, r] = [this.#left.next(left), this.#right.next(right)];
    this.#energy.left += l * l;
    this.#energy.right += r * r;
    this.#energy.sum += (l + r) * (l + r);
  }

  /** The channel to be used alone of what came since the last call, undefined where the mean of both can be used. */
  usableAlone(): Side | undefined {
    const { left, right, sum } = this.#energy;
    this.#energy = { left: 0, right: 0, sum: 0 };
    const cancelled = (sum / 4) * CANCELLED < Math.max(left, right);
    if (!cancelled) return undefined;
    return right > left ? 1 : 0;
  }
}

/** Of the first order; its first sample is taken for an offset. */
class HighPass {
  readonly #keep: number;
  #before: number | undefined;
  #out = 0;

  constructor(rateHz: number) {
    this.#keep = 1 / (1 + (2 * Math.PI * VOICE_FROM_HZ) / rateHz);
  }

  next(sample: number): number {
    this.#out = this.#keep * (this.#out + sample - (this.#before ?? sample));
    this.#before = sample;
    return this.#out;
  }
}

/** Running sound of two channels as one. Channels that were found to be opposite stay so. */
export class StereoMix {
  readonly #energies = new StereoEnergies(CAPTURE_RATE_HZ);
  #alone: Side | undefined;
  #cancelledSamples = 0;

  /** The two channels cancel each other out: one of them is used. */
  get opposite(): boolean {
    return this.#alone !== undefined;
  }

  /** @param samples of both channels in turn, the left one first */
  mono(samples: Int16Array): Int16Array {
    this.#listen(samples);
    const mono = new Int16Array(samples.length / 2);
    for (let i = 0; i < mono.length; i++) {
      const [left, right] = [samples[2 * i] as number, samples[2 * i + 1] as number];
      mono[i] = this.#alone === undefined ? (left + right) / 2 : this.#alone === 0 ? left : right;
    }
    return mono;
  }

  #listen(samples: Int16Array): void {
    if (this.#alone !== undefined || samples.length === 0) return;
    for (let i = 0; i < samples.length; i += 2)
      this.#energies.push(samples[i] as number, samples[i + 1] as number);
    const alone = this.#energies.usableAlone();
    this.#cancelledSamples = alone === undefined ? 0 : this.#cancelledSamples + samples.length / 2;
    if (this.#cancelledSamples >= BELIEVED_SAMPLES) this.#alone = alone;
  }
}
