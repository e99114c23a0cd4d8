import { readFileSync } from 'node:fs';
import { CAPTURE_RATE_HZ } from '../../../src/audio/pcm/frame.ts';
import { resample } from '../../../src/audio/pcm/resample.ts';
import { readWav } from '../../../src/audio/pcm/wav.ts';
import type { Speech } from '../desk.ts';
import { noise } from '../voices.ts';
import type { VirtualClock } from './clock.ts';
import { EAR_PER_MS, VirtualEar } from './ear.ts';

export interface RoomOptions {
  /** Noise of the room in the microphone, in dB relative to full scale; without it, the room is digitally silent. */
  readonly noiseDbfs?: number;
  /** Of the noise: the same seed gives the same noise. */
  readonly noiseSeed?: number;
  /** How loud the loudspeaker is in the microphone, in dB (0: as loud as what it plays); without it, not at all. */
  readonly echoDb?: number;
  /** From the loudspeaker to the microphone; 60 ms by default. */
  readonly echoDelayMs?: number;
  /** How old sound is when the recorder reads it, as with a microphone on USB (40 to 150 ms); 0 by default. */
  readonly captureDelayMs?: number;
  /** Sound of the loudspeaker that is older may be dropped; all is kept by default. */
  readonly keepMs?: number;
}

const PER_MS = CAPTURE_RATE_HZ / 1000;
/** Samples of the loudspeaker for one of the microphone. */
const RATIO = EAR_PER_MS / PER_MS;
const ECHO_DELAY_MS = 60;
/** Seven seconds: no rhythm that a detector could notice. */
const NOISE_SECONDS = 7;
/** A recorder that hung may read what is so old, in milliseconds; see the simulated recorder. */
const AIR_KEPT_MS = 1000;

/** Speech in the air. */
interface Utterance {
  /** Index of its first sample, counted from time 0 of the clock at CAPTURE_RATE_HZ. */
  readonly start: number;
  samples: Int16Array;
}

/**
 * A room with speech, a microphone and a loudspeaker. Every sound has its place in virtual time;
 * what the microphone hears is mixed when a recorder asks for it. Silence costs nothing.
 */
export class Room {
  /** Hears the loudspeaker. */
  readonly ear: VirtualEar;
  readonly #clock: VirtualClock;
  readonly #options: RoomOptions;
  readonly #noise: Int16Array | undefined;
  readonly #echoGain: number | undefined;
  #utterances: Utterance[] = [];

  constructor(clock: VirtualClock, options: RoomOptions = {}) {
    this.#clock = clock;
    this.#options = options;
    this.#noise =
      options.noiseDbfs === undefined ? undefined : noiseOf(options.noiseDbfs, options.noiseSeed ?? 1);
    this.#echoGain = options.echoDb === undefined ? undefined : 10 ** (options.echoDb / 20);
    const heldMs = this.#echoDelayMs + this.#captureDelayMs + AIR_KEPT_MS;
    this.ear = new VirtualEar(clock, Math.max(heldMs, options.keepMs ?? Number.POSITIVE_INFINITY));
  }

  /** Somebody speaks from now on, in addition to others. @param sound 16 kHz samples, or a WAV file of any rate */
  speak(sound: Int16Array | string): Speech {
    const clock = this.#clock;
    const samples = typeof sound === 'string' ? soundIn(sound) : sound;
    const utterance: Utterance = { start: Math.ceil(clock.now() * PER_MS), samples };
    this.#forget();
    this.#utterances.push(utterance);
    const beganMs = utterance.start / PER_MS;
    const { promise, resolve } = Promise.withResolvers<{ beganMs: number; endedMs: number }>();
    const end = () => resolve({ beganMs, endedMs: beganMs + utterance.samples.length / PER_MS });
    const cancel = clock.after(beganMs + samples.length / PER_MS - clock.now(), end);
    return {
      began: Promise.resolve(beganMs),
      /** Time passes while somebody waits for it. */
      get ended() {
        const ended = clock.drive(promise);
        ended.catch(() => {});
        return ended;
      },
      stop: () => {
        cancel();
        const spoken = Math.max(0, Math.floor(clock.now() * PER_MS) - utterance.start);
        if (spoken < utterance.samples.length) utterance.samples = samples.subarray(0, spoken);
        end();
      },
    };
  }

  /**
   * What the microphone hands over: `count` samples that were read from the sample `start` of the clock on. The
   * buffer is not to be changed: silence is one for all.
   */
  capture(start: number, count: number): Buffer {
    const from = start - Math.round(this.#captureDelayMs * PER_MS);
    const to = from + count;
    const echo = this.#echo(from, to);
    const speaking = this.#utterances.some((one) => one.start < to && one.start + one.samples.length > from);
    if (!speaking && echo === undefined)
      return this.#noise === undefined ? zeros(count) : this.#hiss(from, count);
    const sum = echo ?? new Float64Array(count);
    for (const { start: first, samples } of speaking ? this.#utterances : []) {
      const end = Math.min(to, first + samples.length);
      for (let at = Math.max(from, first); at < end; at += 1) {
        sum[at - from] = (sum[at - from] as number) + (samples[at - first] as number);
      }
    }
    const noise = this.#noise;
    const mixed = new Int16Array(count);
    for (let i = 0; i < count; i += 1) {
      const value =
        (sum[i] as number) + (noise === undefined ? 0 : (noise[modulo(from + i, noise.length)] as number));
      mixed[i] = Math.max(-32_768, Math.min(32_767, Math.round(value)));
    }
    return bytesOf(mixed);
  }

  get #echoDelayMs(): number {
    return this.#options.echoDelayMs ?? ECHO_DELAY_MS;
  }

  get #captureDelayMs(): number {
    return this.#options.captureDelayMs ?? 0;
  }

  /** Nothing but the noise of the room. */
  #hiss(from: number, count: number): Buffer {
    const noise = this.#noise as Int16Array;
    const at = modulo(from, noise.length);
    if (at + count <= noise.length) return bytesOf(noise.subarray(at, at + count));
    return bytesOf(Int16Array.from({ length: count }, (_, i) => noise[(at + i) % noise.length] as number));
  }

  /** What the microphone hears of the loudspeaker, undefined when that is nothing. */
  #echo(from: number, to: number): Float64Array | undefined {
    const gain = this.#echoGain;
    if (gain === undefined) return undefined;
    const delay = Math.round(this.#echoDelayMs * EAR_PER_MS);
    const first = from * RATIO - delay - REACH;
    const end = (to - 1) * RATIO - delay + REACH + 1;
    if (!this.ear.sounds(first, end)) return undefined;
    const played = this.ear.samples(first, end);
    const heard = new Float64Array(to - from);
    for (let i = 0; i < heard.length; i += 1) {
      let value = 0;
      for (let tap = 0; tap < LOW_PASS.length; tap += 1) {
        value += (LOW_PASS[tap] as number) * (played[i * RATIO + tap] as number);
      }
      heard[i] = value * gain;
    }
    return heard;
  }

  #forget(): void {
    const oldest = (this.#clock.now() - this.#captureDelayMs - AIR_KEPT_MS) * PER_MS;
    this.#utterances = this.#utterances.filter(({ start, samples }) => start + samples.length > oldest);
  }
}

/** From 48 to 16 kHz: a sinc with a Hann window, this many samples to each side. */
const REACH = 48;
const LOW_PASS = lowPass(0.9 / RATIO);

function lowPass(cutoff: number): Float64Array {
  const taps = Float64Array.from({ length: 2 * REACH + 1 }, (_, i) => {
    const x = (i - REACH) * cutoff;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return sinc * (0.5 + 0.5 * Math.cos((Math.PI * (i - REACH)) / (REACH + 1)));
  });
  const sum = taps.reduce((all, tap) => all + tap, 0);
  return taps.map((tap) => tap / sum);
}

const noises = new Map<string, Int16Array>();

/** Making it takes longer than a whole test: desks of one process share it. */
function noiseOf(dbfs: number, seed: number): Int16Array {
  const key = `${dbfs} ${seed}`;
  const known = noises.get(key) ?? noise('pink', dbfs, NOISE_SECONDS, seed);
  noises.set(key, known);
  return known;
}

const silences = new Map<number, Buffer>();

function zeros(samples: number): Buffer {
  const known = silences.get(samples) ?? Buffer.alloc(samples * 2);
  silences.set(samples, known);
  return known;
}

function bytesOf(samples: Int16Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function soundIn(file: string): Int16Array {
  const { samples, sampleRate } = readWav(readFileSync(file));
  return resample(samples, sampleRate, CAPTURE_RATE_HZ);
}
