import type { Ear } from '../desk.ts';
import { DEFAULT_WAIT_MS } from '../event-log.ts';
import { AUDIBLE_DBFS, peakAt, type Recording } from '../real/recording.ts';
import type { VirtualClock } from './clock.ts';

/** What the loudspeaker plays at. */
export const EAR_RATE_HZ = 48_000;
export const EAR_PER_MS = EAR_RATE_HZ / 1000;

/** A recording of more than that, in milliseconds, would take hundreds of megabytes: 345 MB. */
const LONGEST_MS = 3_600_000;

export interface Wait {
  /** Sound before this moment does not count. */
  readonly afterMs: number;
  readonly timeoutMs?: number;
  readonly thresholdDbfs?: number;
}

/** Sound that is played without a gap, at its place in time. */
interface Piece {
  /** Index of its first sample, counted from time 0 of the clock at EAR_RATE_HZ. */
  readonly start: number;
  samples: Int16Array;
}

/**
 * Everything that the loudspeaker plays. Only sound is stored: silence costs nothing, however long it lasts. Pieces
 * may lie a little ahead of the clock, as sound in a device's buffer does; `cut` takes back what is not yet heard.
 */
export class VirtualEar implements Ear {
  readonly #clock: VirtualClock;
  readonly #keepSamples: number;
  readonly #start: number;
  /** In order, without overlap. */
  #pieces: Piece[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #overhearing = new Set<(startMs: number, samples: Int16Array) => void>();

  /** @param keepMs sound older than that may be dropped; all is kept by default */
  constructor(clock: VirtualClock, keepMs = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#keepSamples = keepMs * EAR_PER_MS;
    this.#start = Math.round(clock.now() * EAR_PER_MS);
  }

  /** The first sample that is not yet heard. */
  get #now(): number {
    return Math.floor(this.#clock.now() * EAR_PER_MS);
  }

  /**
   * Sound comes out of the loudspeaker, from the sample `start` on.
   * @throws RangeError when that is over, or something else sounds then: there is one loudspeaker
   */
  play(start: number, samples: Int16Array): void {
    const last = this.#pieces.at(-1);
    const free = Math.max(this.#now, last === undefined ? start : last.start + last.samples.length);
    if (start < free) throw new RangeError(`sound for sample ${start} comes too late: ${free} is the next`);
    this.#drop();
    this.#pieces.push({ start, samples });
    for (const listener of [...this.#listeners]) listener();
    for (const listener of this.#overhearing) listener(start / EAR_PER_MS, samples);
  }

  /** Calls with all that is played from now on, when it is handed over. @returns ends it */
  overhear(listener: (startMs: number, samples: Int16Array) => void): () => void {
    this.#overhearing.add(listener);
    return () => this.#overhearing.delete(listener);
  }

  /** Nothing of what was given is heard from the sample `at` on. What was heard already stays. */
  cut(at: number): void {
    const from = Math.max(at, this.#now);
    for (let last = this.#pieces.at(-1); last !== undefined; last = this.#pieces.at(-1)) {
      if (last.start + last.samples.length <= from) return;
      if (last.start < from) {
        last.samples = last.samples.subarray(0, from - last.start);
        return;
      }
      this.#pieces.pop();
    }
  }

  /** Whether anything sounds between two samples, `to` not included. */
  sounds(from: number, to: number): boolean {
    const piece = this.#pieces[this.#firstAfter(from)];
    return piece !== undefined && piece.start < to;
  }

  /** What sounds between two samples. */
  samples(from: number, to: number): Int16Array {
    const all = new Int16Array(Math.max(0, to - from));
    for (const [start, samples] of this.#between(from, to)) all.set(samples, start - from);
    return all;
  }

  /**
   * What has been heard up to now, or between two moments. Without `fromMs` it begins with the first sound that is
   * kept: hours of silence before it would be hundreds of megabytes.
   */
  recording(fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY): Recording {
    const to = Math.min(this.#now, Math.round(toMs * EAR_PER_MS));
    const first = fromMs === Number.NEGATIVE_INFINITY ? (this.#pieces[0]?.start ?? to) : 0;
    const from = Math.min(to, Math.max(this.#start, first, Math.round(fromMs * EAR_PER_MS)));
    if (to - from > LONGEST_MS * EAR_PER_MS) {
      throw new RangeError(`a recording of ${(to - from) / EAR_PER_MS} ms is too long: ask for a part of it`);
    }
    return { rateHz: EAR_RATE_HZ, samples: this.samples(from, to), startMs: from / EAR_PER_MS };
  }

  nextSound({ afterMs, timeoutMs, thresholdDbfs = AUDIBLE_DBFS }: Wait): Promise<number> {
    const threshold = peakAt(thresholdDbfs);
    let at = this.#indexOf(afterMs);
    return this.#until(timeoutMs, `nothing was heard after ${afterMs.toFixed(0)}`, () => {
      // What lies ahead may still be cut: it is looked at again when its time has come.
      const loud = this.#firstLoud(at, Number.POSITIVE_INFINITY, threshold);
      if (loud !== undefined && loud < this.#now) return { foundMs: loud / EAR_PER_MS };
      at = Math.max(at, this.#now);
      return { againMs: loud === undefined ? undefined : (loud + 1) / EAR_PER_MS };
    });
  }

  nextSilence(forMs: number, { afterMs, timeoutMs, thresholdDbfs = AUDIBLE_DBFS }: Wait): Promise<number> {
    const threshold = peakAt(thresholdDbfs);
    let began = this.#indexOf(afterMs);
    let at = began;
    const needed = Math.ceil(forMs * EAR_PER_MS);
    return this.#until(timeoutMs, `it was never silent for ${forMs} ms after ${afterMs.toFixed(0)}`, () => {
      const now = this.#now;
      while (at < now) {
        const loud = this.#firstLoud(at, Math.min(now, began + needed + 1), threshold);
        if (loud === undefined) {
          if (now > began + needed) return { foundMs: began / EAR_PER_MS };
          at = now;
        } else {
          at = loud + 1;
          began = at;
        }
      }
      return { againMs: (began + needed + 1) / EAR_PER_MS };
    });
  }

  /** The first sample between two whose peak reaches the threshold. */
  #firstLoud(from: number, to: number, threshold: number): number | undefined {
    for (const [start, samples] of this.#between(from, to)) {
      for (let i = 0; i < samples.length; i += 1) {
        if (Math.abs(samples[i] as number) >= threshold) return start + i;
      }
    }
    return undefined;
  }

  /** The parts of pieces between two samples, in order. */
  *#between(from: number, to: number): Generator<readonly [start: number, samples: Int16Array]> {
    for (let index = this.#firstAfter(from); index < this.#pieces.length; index += 1) {
      const { start, samples } = this.#pieces[index] as Piece;
      if (start >= to) return;
      const first = Math.max(0, from - start);
      yield [start + first, samples.subarray(first, Math.min(samples.length, to - start))];
    }
  }

  /** Index of the first piece that ends after a sample. */
  #firstAfter(sample: number): number {
    let [low, high] = [0, this.#pieces.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { start, samples } = this.#pieces[middle] as Piece;
      if (start + samples.length > sample) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #drop(): void {
    const old = this.#firstAfter(this.#now - this.#keepSamples);
    // Half of them at once, so that each is moved about once.
    if (old > 0 && old * 2 >= this.#pieces.length) this.#pieces = this.#pieces.slice(old);
  }

  #indexOf(ms: number): number {
    return Math.max(this.#start, Math.round(ms * EAR_PER_MS));
  }

  /** Looks now, when more is played, and when the last look asked for it. */
  #until(
    timeoutMs = DEFAULT_WAIT_MS,
    otherwise: string,
    look: () => { readonly foundMs: number } | { readonly againMs: number | undefined },
  ): Promise<number> {
    const clock = this.#clock;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const late = new Error(`in the recording: ${otherwise}, waited ${timeoutMs} ms`);
    let cancelLook = () => {};
    const done = () => {
      cancelLook();
      cancelTimeout();
      this.#listeners.delete(again);
    };
    const again = () => {
      cancelLook();
      const seen = look();
      if ('foundMs' in seen) {
        done();
        resolve(seen.foundMs);
      } else if (seen.againMs !== undefined) {
        cancelLook = clock.after(seen.againMs - clock.now(), again);
      }
    };
    const cancelTimeout = clock.after(timeoutMs, () => {
      done();
      reject(late);
    });
    this.#listeners.add(again);
    again();
    return clock.drive(promise);
  }
}
