/**
 * Two channels as one. As a rule that is their mean. Channels that are opposite to each other cancel out in it: of a
 * microphone that is made for a balanced input, or wired the wrong way round. Then one of them is taken.
 */

/** The channels are opposite where their mean has less than a sixteenth of the power of one of them (12 dB). */
const CANCELLED = 16;
/** Running sound has been so for this many samples before it is believed: 100 ms at 16 kHz. */
const BELIEVED_SAMPLES = 1600;

/** The left or the right one. */
export type Side = 0 | 1;

/** Sums of squares over the same samples. */
export interface Energies {
  readonly left: number;
  readonly right: number;
  /** Of left and right added up. */
  readonly sum: number;
}

/** The channel to be used alone, undefined where the mean of both can be used. */
export function usableAlone({ left, right, sum }: Energies): Side | undefined {
  const cancelled = (sum / 4) * CANCELLED < Math.max(left, right);
  if (!cancelled) return undefined;
  return right > left ? 1 : 0;
}

/** Running sound of two channels as one. Channels that were found to be opposite stay so. */
export class StereoMix {
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
    let [left, right, sum] = [0, 0, 0];
    for (let i = 0; i < samples.length; i += 2) {
      const [l, r] = [samples[i] as number, samples[i + 1] as number];
      left += l * l;
      right += r * r;
      sum += (l + r) * (l + r);
    }
    const alone = usableAlone({ left, right, sum });
    this.#cancelledSamples = alone === undefined ? 0 : this.#cancelledSamples + samples.length / 2;
    if (this.#cancelledSamples >= BELIEVED_SAMPLES) this.#alone = alone;
  }
}
