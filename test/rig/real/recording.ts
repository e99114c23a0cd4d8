import { CAPTURE_RATE_HZ } from '../../../src/audio/pcm/frame.ts';
import { resample } from '../../../src/audio/pcm/resample.ts';

/** Sound with its place in time. */
export interface Recording {
  readonly rateHz: number;
  /** Mono. */
  readonly samples: Int16Array;
  /** When the first sample was heard, on the monotonic clock. */
  readonly startMs: number;
}

/** A part of a recording in which there is sound. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** Well above the rounding of a resampler, well below the softest speech or cue that someone should hear. */
export const AUDIBLE_DBFS = -50;

/** The pieces in which levels are looked at: fine enough to time things by. */
const STEP_MS = 1;

/** Peak of a 16-bit sample that stands at a level. */
export function peakAt(dbfs: number): number {
  return 32_768 * 10 ** (dbfs / 20);
}

function timeOf(recording: Recording, sample: number): number {
  return recording.startMs + (sample * 1000) / recording.rateHz;
}

/** The part between two moments, as far as it was recorded. */
export function between(recording: Recording, fromMs: number, toMs: number): Recording {
  const index = (ms: number): number =>
    Math.max(
      0,
      Math.min(recording.samples.length, Math.round(((ms - recording.startMs) * recording.rateHz) / 1000)),
    );
  const first = index(fromMs);
  return {
    rateHz: recording.rateHz,
    samples: recording.samples.subarray(first, Math.max(first, index(toMs))),
    startMs: timeOf(recording, first),
  };
}

/**
 * Where there is sound.
 * @param bridgeMs silence up to this long belongs to the sound around it: 300 ms keep a sentence in one piece,
 *   a few milliseconds show every hole.
 */
export function stretches(
  recording: Recording,
  { bridgeMs = 300, thresholdDbfs = AUDIBLE_DBFS }: { bridgeMs?: number; thresholdDbfs?: number } = {},
): Stretch[] {
  const { samples, rateHz } = recording;
  const threshold = peakAt(thresholdDbfs);
  const step = Math.round((rateHz * STEP_MS) / 1000);
  const found: { startMs: number; endMs: number }[] = [];
  for (let at = 0; at < samples.length; at += step) {
    const end = Math.min(samples.length, at + step);
    if (peak(samples, at, end) < threshold) continue;
    const last = found.at(-1);
    const startMs = timeOf(recording, at);
    const endMs = timeOf(recording, end);
    if (last !== undefined && startMs - last.endMs <= bridgeMs) last.endMs = endMs;
    else found.push({ startMs, endMs });
  }
  return found;
}

/**
 * Holes within a sound: exact digital silence, which an underrun leaves and which neither a tone nor a recorded
 * voice has. Synthetic voices pause in zeros; for those, compare with what should have been played (`whereIs`).
 */
export function holes(recording: Recording, minimumMs = 2): Stretch[] {
  const { samples, rateHz } = recording;
  const [first, last] = [
    samples.findIndex((sample) => sample !== 0),
    samples.findLastIndex((sample) => sample !== 0),
  ];
  const found: Stretch[] = [];
  let began = first;
  for (let i = first; i >= 0 && i <= last; i++) {
    if (samples[i] === 0) continue;
    if (i - began > (minimumMs * rateHz) / 1000) {
      found.push({ startMs: timeOf(recording, began), endMs: timeOf(recording, i) });
    }
    began = i + 1;
  }
  return found;
}

/** The frequency of a tone, from its first to its last crossing of zero upwards; NaN for what has none. */
export function frequencyOf(recording: Recording): number {
  const { samples, rateHz } = recording;
  const crossings: number[] = [];
  for (let i = 1; i < samples.length; i++) {
    const [a, b] = [samples[i - 1] as number, samples[i] as number];
    if (a < 0 && b >= 0) crossings.push(i - 1 + a / (a - b));
  }
  const [first, last] = [crossings[0], crossings.at(-1)];
  if (first === undefined || last === undefined || crossings.length < 2) return Number.NaN;
  return ((crossings.length - 1) * rateHz) / (last - first);
}

/** At the rate of the microphone, for recognition. */
export function forRecognition(recording: Recording): Int16Array {
  return resample(recording.samples, recording.rateHz, CAPTURE_RATE_HZ);
}

export interface Found {
  /** When its first sample was heard. */
  readonly startMs: number;
  /** Correlation of the whole sound with what was heard there: 1 is the same, 0 has nothing in common. */
  readonly likeness: number;
  /** The likeness of each 100 ms of it in turn, NaN where the sound itself is silent: a clipped start, a hole, a jump show here. */
  readonly pieces: readonly number[];
}

const PIECE_MS = 100;
/** The search goes over a coarse picture first, at a rate that still carries the pitch of a voice. */
const COARSE_HZ = 2000;
/** The search at full rate needs this margin on either side: the filter of the resampler and the coarse step. */
const AROUND_MS = 20;
/** So many samples of a sound are compared before it is asked whether the rest can make it the best fit. */
const BLOCK = 64;

/** Looks for a sound in a recording, whatever its loudness there. */
export function whereIs(sound: Int16Array, rateHz: number, recording: Recording): Found {
  const coarseHeard = coarsely(recording.samples, recording.rateHz);
  const coarseLag = best(coarsely(sound, rateHz), coarseHeard, 0, coarseHeard.length);
  const coarseMs = recording.startMs + (coarseLag * 1000) / COARSE_HZ;
  // Nothing else of the recording is needed at full rate.
  const around = between(
    recording,
    coarseMs - AROUND_MS,
    coarseMs + (sound.length * 1000) / rateHz + AROUND_MS,
  );
  const fineSound = new Float64Array(resample(sound, rateHz, CAPTURE_RATE_HZ));
  const fineHeard = new Float64Array(forRecognition(around));
  const near = ((coarseMs - around.startMs) * CAPTURE_RATE_HZ) / 1000;
  const ratio = CAPTURE_RATE_HZ / COARSE_HZ;
  const lag = best(fineSound, fineHeard, Math.round(near - 2 * ratio), Math.round(near + 2 * ratio));
  const piece = (CAPTURE_RATE_HZ * PIECE_MS) / 1000;
  const pieces: number[] = [];
  for (let i = 0; i < fineSound.length; i += piece) {
    const part = fineSound.subarray(i, i + piece);
    pieces.push(
      peak(part, 0, part.length) < peakAt(AUDIBLE_DBFS) ? Number.NaN : correlation(part, fineHeard, lag + i),
    );
  }
  return {
    startMs: around.startMs + (lag * 1000) / CAPTURE_RATE_HZ,
    likeness: correlation(fineSound, fineHeard, lag),
    pieces,
  };
}

/** At the coarse rate. Means of some samples come first: to filter each of them takes longer than the search. */
function coarsely(samples: Int16Array, rateHz: number): Float64Array {
  const block = Math.max(1, Math.floor(rateHz / (4 * COARSE_HZ)));
  const means = new Int16Array(Math.floor(samples.length / block));
  for (let i = 0; i < means.length; i++) {
    let sum = 0;
    for (let k = 0; k < block; k++) sum += samples[i * block + k] as number;
    means[i] = sum / block;
  }
  return new Float64Array(resample(means, rateHz / block, COARSE_HZ));
}

/** The shift at which `sound` fits best; a sound may begin before or end after the recording. */
function best(sound: Float64Array, heard: Float64Array, from: number, to: number): number {
  const energyOfSound = energies(sound);
  const energyOfHeard = energies(heard);
  let found = from;
  let highest = 0;
  for (let lag = from; lag < to; lag++) {
    const [first, end] = overlap(sound, heard, lag);
    const energyFrom = (i: number): number =>
      (energyOfHeard[end + lag] as number) - (energyOfHeard[i + lag] as number);
    // The energy of the sound is the same at each shift.
    const unit = Math.sqrt(energyFrom(first));
    let product = 0;
    for (let i = first; i < end; i += BLOCK) {
      // What is left adds no more than this (Cauchy and Schwarz): most shifts are given up early.
      const left = ((energyOfSound[end] as number) - (energyOfSound[i] as number)) * energyFrom(i);
      if (product + Math.sqrt(left) <= highest * unit) break;
      product += productAt(sound, heard, lag, i, Math.min(end, i + BLOCK));
    }
    if (product > highest * unit) [found, highest] = [lag, product / unit];
  }
  return found;
}

/** Normalised correlation at a shift; samples that were not recorded count as silence. */
function correlation(sound: Float64Array, heard: Float64Array, lag: number): number {
  const [first, end] = overlap(sound, heard, lag);
  const energy = energies(sound).at(-1) as number;
  const heardEnergy = energies(heard.subarray(first + lag, end + lag)).at(-1) as number;
  return energy === 0 || heardEnergy === 0
    ? 0
    : productAt(sound, heard, lag, first, end) / Math.sqrt(energy * heardEnergy);
}

/** The samples of the sound, the last one excluded, that fall into what was recorded. */
function overlap(sound: Float64Array, heard: Float64Array, lag: number): [first: number, end: number] {
  const first = Math.min(sound.length, Math.max(0, -lag));
  return [first, Math.max(first, Math.min(sound.length, heard.length - lag))];
}

/** Of the samples `from` to `to` of the sound. Most of the time of a search is spent here. */
function productAt(sound: Float64Array, heard: Float64Array, lag: number, from: number, to: number): number {
  let product = 0;
  for (let i = from; i < to; i++) product += (sound[i] as number) * (heard[lag + i] as number);
  return product;
}

/** The energy of the samples before each index, the end included. */
function energies(samples: Float64Array): Float64Array {
  const before = new Float64Array(samples.length + 1);
  for (let i = 0; i < samples.length; i++) {
    before[i + 1] = (before[i] as number) + (samples[i] as number) ** 2;
  }
  return before;
}

function peak(samples: Int16Array | Float64Array, from: number, to: number): number {
  let highest = 0;
  for (let i = from; i < to; i++) highest = Math.max(highest, Math.abs(samples[i] as number));
  return highest;
}
