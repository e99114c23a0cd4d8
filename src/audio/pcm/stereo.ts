/**
 * Mixes two channels into one: usually their mean. Opposite channels would cancel each other out: those of a microphone
 * for a balanced input, or with reversed wires. Then one of them is used.
 */
import { CAPTURE_RATE_HZ } from './frame.ts';

/** The channels are opposite where their mean has less than a sixteenth of the power of one of them (12 dB). */
const CANCELLED = 16;
/** Channels count as opposite after this many samples: 100 ms at 16 kHz. */
const BELIEVED_SAMPLES = 1600;
/** Above mains hum, below most of a voice, in Hz. */
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

  /** The channel to use alone, by the samples since the last call; undefined where the mean can be used. */
  usableAlone(): Side | undefined {
    const { left, right, sum } = this.#energy;
    this.#energy = { left: 0, right: 0, sum: 0 };
    const cancelled = (sum / 4) * CANCELLED < Math.max(left, right);
    if (!cancelled) return undefined;
    return right > left ? 1 : 0;
  }
}

/** A first-order filter. It treats its first sample as an offset. */
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

/** Mixes a stream of two channels into one. Channels found to be opposite stay so. */
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
