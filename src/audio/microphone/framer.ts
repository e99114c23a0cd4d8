import { endianness } from 'node:os';
import { FRAME_MS, FRAME_SAMPLES, type Frame } from '../pcm/frame.ts';
import type { StereoMix } from '../pcm/stereo.ts';

/**
 * How fast the estimate follows a recorder whose clock is slow, in milliseconds per millisecond. USB microphones
 * are within 0.01 %, PulseAudio's null sink within 0.3 % (measured).
 */
const DRIFT = 0.005;

/**
 * The shortest distance between two frames, in milliseconds of capture time. A late first chunk makes its frames look
 * younger than they are; the following ones catch up by 5 ms a frame without going back in time.
 */
const CLOSEST_MS = 15;

/**
 * If chunks are later than the estimate by LOST_MS for LOST_FOR_MS, in milliseconds, samples were lost (an overrun), and
 * the estimate moves up. Sound that waited in a pipe because this process was busy is late too, but only until the next
 * read.
 */
const LOST_MS = 60;
const LOST_FOR_MS = 250;

/**
 * Cuts a recorder's chunks of any size into frames, and estimates the capture time of each.
 *
 * A chunk can't arrive before its last sample was captured. So arrival time minus the length of all sound so far is
 * never less than the time of the first sample, and its minimum over time comes close to it: what is added to that by
 * pipe and scheduler is only ever positive.
 */
export class Framer {
  /** Mixes two channels into one; undefined where there is one. */
  #mix: StereoMix | undefined;
  /** The incomplete sample at the end of the last chunk. */
  #rest = new Uint8Array(0);
  #frame = new Int16Array(FRAME_SAMPLES);
  #filled = 0;
  /** Samples since the recorder was opened. */
  #received = 0;
  /** Estimated capture time of sample 0; undefined before the first chunk. */
  #originMs: number | undefined;
  #lastArrivalMs = Number.NEGATIVE_INFINITY;
  #lastFrameMs = Number.NEGATIVE_INFINITY;
  /** Since when chunks have been too late, and the smallest candidate since then. */
  #late: { readonly sinceMs: number; leastMs: number } | undefined;

  /**
   * @param chunk little-endian 16-bit samples, of two channels in turn where there is a mix; may end within one
   * @param arrivedAtMs on the monotonic clock
   * @returns the frames that are full, in order. Their capture times rise by 15 ms at least
   */
  push(chunk: Uint8Array, arrivedAtMs: number): Frame[] {
    const samples = this.#samples(chunk);
    if (samples.length === 0) return [];
    const before = this.#received;
    this.#received += samples.length;
    const originMs = this.#estimate(arrivedAtMs);
    const frames: Frame[] = [];
    for (let at = 0; at < samples.length; ) {
      const part = samples.subarray(at, at + FRAME_SAMPLES - this.#filled);
      this.#frame.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < FRAME_SAMPLES) break;
      const capturedAtMs = Math.max(
        originMs + lengthMs(before + at - FRAME_SAMPLES),
        this.#lastFrameMs + CLOSEST_MS,
      );
      frames.push({ samples: this.#frame, capturedAtMs });
      this.#lastFrameMs = capturedAtMs;
      this.#frame = new Int16Array(FRAME_SAMPLES);
      this.#filled = 0;
    }
    return frames;
  }

  /**
   * The recorder was opened again: the rest of the old sound is dropped. Capture times still only rise.
   * @param mix of its two channels; without it, it gives one
   */
  restart(mix?: StereoMix): void {
    this.#mix = mix;
    this.#rest = new Uint8Array(0);
    this.#filled = 0;
    this.#received = 0;
    this.#originMs = undefined;
    this.#late = undefined;
  }

  #estimate(arrivedAtMs: number): number {
    const nowMs = Math.max(arrivedAtMs, this.#lastArrivalMs);
    const candidateMs = nowMs - lengthMs(this.#received);
    if (this.#originMs === undefined) {
      this.#originMs = candidateMs;
    } else {
      const allowedMs = this.#originMs + DRIFT * (nowMs - this.#lastArrivalMs);
      this.#originMs = Math.min(candidateMs, allowedMs);
      this.#noticeLoss(candidateMs, nowMs);
    }
    this.#lastArrivalMs = nowMs;
    return this.#originMs;
  }

  #noticeLoss(candidateMs: number, nowMs: number): void {
    if (candidateMs - (this.#originMs as number) < LOST_MS) {
      this.#late = undefined;
    } else if (this.#late === undefined) {
      this.#late = { sinceMs: nowMs, leastMs: candidateMs };
    } else {
      this.#late.leastMs = Math.min(this.#late.leastMs, candidateMs);
      if (nowMs - this.#late.sinceMs < LOST_FOR_MS) return;
      this.#originMs = this.#late.leastMs;
      this.#late = undefined;
    }
  }

  /** The complete samples, as one channel. */
  #samples(chunk: Uint8Array): Int16Array {
    let bytes = chunk;
    // Usually the chunk can be read in place.
    if (this.#rest.length > 0 || chunk.byteOffset % 2 !== 0 || !LITTLE_ENDIAN) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    const whole = bytes.length - (bytes.length % (this.#mix === undefined ? 2 : 4));
    this.#rest = bytes.slice(whole);
    if (!LITTLE_ENDIAN) Buffer.from(bytes.buffer, 0, whole).swap16();
    const samples = new Int16Array(bytes.buffer, bytes.byteOffset, whole / 2);
    return this.#mix === undefined ? samples : this.#mix.mono(samples);
  }
}

/** True on every machine that Node runs on except IBM mainframes. */
const LITTLE_ENDIAN = endianness() === 'LE';

/** The duration of `samples`, in milliseconds. */
function lengthMs(samples: number): number {
  return (samples * FRAME_MS) / FRAME_SAMPLES;
}
