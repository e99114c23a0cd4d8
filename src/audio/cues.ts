import type { Cue } from '../kiosk/shown/sounds.ts';

/** Short, soft sounds of the device itself. Synthesised, so that there is no file to lose. */

/** Cues and translations have the same rate, in Hz: the Live API's output. */
export const CUE_RATE_HZ = 24_000;

/** The loudest sample of any cue, relative to full scale: -18 dBFS, below speech. */
export const CUE_PEAK = 0.125;

interface Note {
  readonly hz: number;
  readonly startMs: number;
  readonly lengthMs: number;
  /** Relative to CUE_PEAK, up to 1. */
  readonly loudness: number;
}

const note = (hz: number, startMs: number, lengthMs: number, loudness = 1): Note => ({
  hz,
  startMs,
  lengthMs,
  loudness,
});

/**
 * Rising is good, falling is not, one note asks, a double low tap means patience. Notes of the tempered scale
 * between 260 and 1050 Hz, where small loudspeakers sound; none overlap, so that CUE_PEAK holds.
 */
const SCORES: Readonly<Record<Cue, readonly Note[]>> = {
  ready: [note(523.25, 0, 90), note(659.26, 90, 90), note(783.99, 180, 120)],
  listen: [note(880, 0, 120)],
  'nothing heard': [note(587.33, 0, 110, 0.8), note(440, 120, 160, 0.8)],
  working: [note(329.63, 0, 70, 0.6), note(329.63, 110, 90, 0.5)],
  again: [note(440, 0, 90, 0.8), note(659.26, 100, 140, 0.8)],
  trouble: [note(392, 0, 90), note(329.63, 95, 90), note(261.63, 190, 110)],
  confirm: [note(659.26, 0, 80, 0.8), note(659.26, 100, 80, 0.8), note(987.77, 190, 110, 0.8)],
  phrasebook: [note(523.25, 0, 70, 0.7), note(392, 80, 70, 0.7), note(523.25, 160, 120, 0.7)],
  ended: [note(659.26, 0, 100, 0.7), note(523.25, 110, 170, 0.7)],
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
  const lengthMs = Math.max(...score.map(({ startMs, lengthMs: length }) => startMs + length));
  const samples = new Int16Array((lengthMs * CUE_RATE_HZ) / 1000);
  for (const { hz, startMs, lengthMs: length, loudness } of score) {
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
