import type { Cue } from '../kiosk/shown/sounds.ts';

/** Short, soft sounds of the device itself. Synthesised, so that there is no file to lose. */

/** Cues and translations have the same rate, in Hz: the Live API's output. */
export const CUE_RATE_HZ = 24_000;

/** The loudest sample of any cue, relative to full scale: -18 dBFS, below speech. */
export const CUE_PEAK = 0.125;

/** A note. Its loudness is relative to CUE_PEAK, up to 1, which it is by default. */
type Note = readonly [hz: number, startMs: number, lengthMs: number, loudness?: number];

/**
 * Rising is good, falling is not, one note asks, a double low tap means patience. Notes of the tempered scale
 * between 260 and 1050 Hz, where small loudspeakers sound; none overlap, so that CUE_PEAK holds.
 */
// biome-ignore format: one cue in each line
const SCORES: Readonly<Record<Cue, readonly Note[]>> = {
  /** The device can be used. */
  ready: [[523.25, 0, 90], [659.26, 90, 90], [783.99, 180, 120]],
  /** Speak now. */
  listen: [[880, 0, 120]],
  /** No speech in the press. */
  'nothing heard': [[587.33, 0, 110, 0.8], [440, 120, 160, 0.8]],
  /** The translation takes longer. */
  working: [[329.63, 0, 70, 0.6], [329.63, 110, 90, 0.5]],
  /** The translation broke off and starts again from its beginning. */
  again: [[440, 0, 90, 0.8], [659.26, 100, 140, 0.8]],
  /** It did not work; the lights show why. */
  trouble: [[392, 0, 90], [329.63, 95, 90], [261.63, 190, 110]],
  /** Press if this was meant. */
  confirm: [[659.26, 0, 80, 0.8], [659.26, 100, 80, 0.8], [987.77, 190, 110, 0.8]],
  /** Only listed phrases are understood. */
  phrasebook: [[523.25, 0, 70, 0.7], [392, 80, 70, 0.7], [523.25, 160, 120, 0.7]],
  /** The device no longer listens. */
  ended: [[659.26, 0, 100, 0.7], [523.25, 110, 170, 0.7]],
};

/** Fades of half a cosine, in milliseconds: no click at either end of a note. */
const FADE_IN_MS = 8;
const FADE_OUT_MS = 40;
/** A second harmonic gives small loudspeakers something to play; with it a note still stays below its peak. */
const SECOND_HARMONIC = 0.2;

const rendered = new Map<Cue, Int16Array>();

/** The cue's sound: mono, CUE_RATE_HZ, at most 300 ms. Shared by all callers: not to be changed. */
export function cueSamples(name: Cue): Int16Array {
  let samples = rendered.get(name);
  if (samples === undefined) {
    samples = render(SCORES[name]);
    rendered.set(name, samples);
  }
  return samples;
}

function render(score: readonly Note[]): Int16Array {
  const lengthMs = Math.max(...score.map(([, startMs, length]) => startMs + length));
  const samples = new Int16Array((lengthMs * CUE_RATE_HZ) / 1000);
  for (const [hz, startMs, length, loudness = 1] of score) {
    const first = Math.round((startMs * CUE_RATE_HZ) / 1000);
    const count = Math.round((length * CUE_RATE_HZ) / 1000);
    const amplitude = (loudness * CUE_PEAK * 32767) / (1 + SECOND_HARMONIC);
    for (let i = 0; i < count; i++) {
      const phase = (2 * Math.PI * hz * i) / CUE_RATE_HZ;
      const tone = Math.sin(phase) + SECOND_HARMONIC * Math.sin(2 * phase);
      samples[first + i] = Math.round(amplitude * tone * envelope(i, count));
    }
  }
  return samples;
}

/** 0 at both ends of a note, 1 in between. */
function envelope(i: number, count: number): number {
  const fadeIn = (FADE_IN_MS * CUE_RATE_HZ) / 1000;
  const fadeOut = (FADE_OUT_MS * CUE_RATE_HZ) / 1000;
  return rise(i / fadeIn) * rise((count - 1 - i) / fadeOut);
}

function rise(x: number): number {
  return x >= 1 ? 1 : (1 - Math.cos(Math.PI * x)) / 2;
}
