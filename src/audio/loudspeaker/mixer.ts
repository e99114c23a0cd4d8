import { CUE_PEAK } from '../cues.ts';
import { PLAYBACK_RATE_HZ } from './loudspeaker.ts';

/** The time for a gain to move from 0 to 1, in milliseconds: a jump would click. Shorter than a cue's fade-in. */
const RAMP_MS = 5;
const RAMP_STEP = 1000 / (RAMP_MS * PLAYBACK_RATE_HZ);

interface SoundingCue {
  readonly samples: Int16Array;
  at: number;
}

/**
 * The gain of a volume in per cent: cubic, as PulseAudio maps its volumes (pulse/volume.c, pa_sw_volume_to_linear),
 * so that equal steps sound alike: 50 % is -18 dB.
 * @param percent 0 to 100; other values are clamped
 */
export function gainOf(percent: number): number {
  return (Math.min(100, Math.max(0, percent)) / 100) ** 3;
}

/** Mixes cues into speech and applies the volume. Never clips: speech is reduced by the peak of the cues. */
export class Mixer {
  #cues: SoundingCue[] = [];
  /** The gain of speech under cues, and the present and the wanted volume. */
  #duck = 1;
  #gain = 1;
  #wantedGain = 1;

  set gain(gain: number) {
    this.#wantedGain = gain;
  }

  /** Starts a cue; one that sounds already is not doubled. */
  start(samples: Int16Array): void {
    if (this.#cues.every((cue) => cue.samples !== samples)) this.#cues.push({ samples, at: 0 });
  }

  /** Ends all cues at once. */
  clear(): void {
    this.#cues = [];
  }

  /** Silence came before the next block, so the gains take their target values at once. */
  settle(): void {
    this.#gain = this.#wantedGain;
    this.#duck = 1;
  }

  /** The remaining samples of the longest cue. */
  get remaining(): number {
    return this.#cues.reduce((most, { samples, at }) => Math.max(most, samples.length - at), 0);
  }

  /** Mixes into a block of speech, in place. */
  mix(block: Int16Array): void {
    for (let i = 0; i < block.length; i++) {
      const room = Math.max(0, 1 - this.#cues.length * CUE_PEAK);
      this.#duck = toward(this.#duck, room);
      this.#gain = toward(this.#gain, this.#wantedGain);
      let sum = (block[i] as number) * this.#duck;
      let ended = false;
      for (const cue of this.#cues) {
        sum += cue.samples[cue.at++] as number;
        ended ||= cue.at === cue.samples.length;
      }
      if (ended) this.#cues = this.#cues.filter(({ samples, at }) => at < samples.length);
      block[i] = Math.max(-32768, Math.min(32767, Math.round(sum * this.#gain)));
    }
  }
}

function toward(value: number, target: number): number {
  return value < target ? Math.min(target, value + RAMP_STEP) : Math.max(target, value - RAMP_STEP);
}
