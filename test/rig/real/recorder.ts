import { type ChildProcess, spawn } from 'node:child_process';
import { DEFAULT_WAIT_MS } from '../event-log.ts';
import { monotonicMs } from './clock.ts';
import { DeskProcess } from './processes.ts';
import { AUDIBLE_DBFS, between, peakAt, type Recording } from './recording.ts';

export interface Wait {
  /** Sound before this moment doesn't count; usually the moment of the test's own action. */
  readonly afterMs: number;
  readonly timeoutMs?: number;
  readonly thresholdDbfs?: number;
}

/** What the sink mixes at once: the least latency that any of its clients asks for, and we ask for this. */
const BLOCK_MS = 10;

/** At the beginning the sink's blocks still have another length. */
const SETTLING_MS = 100;

interface Waiter {
  /** A number once it has come, undefined as long as it hasn't. */
  readonly look: () => number | undefined;
  readonly resolve: (atMs: number) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * Everything that comes out of a virtual sound card, from the desk's beginning, in memory (6 MB a minute).
 *
 * The time of a sample follows from its arrival: PulseAudio's null sinks run on the monotonic clock, so
 * that all samples lie on one straight line of the nominal rate (measured: within 0.4 ms). A chunk can only come
 * late, never early: the line through the earliest arrivals is the true one, however busy this process was in
 * between. A sink mixes a block at its beginning, as a card is filled ahead of what it plays: what a test does
 * is heard after it did it, by up to a block.
 */
export class Recorder {
  readonly rateHz: number;
  readonly process: DeskProcess;
  #samples = new Int16Array(1 << 20);
  #count = 0;
  #halfSample: Buffer = Buffer.alloc(0);
  #startMs = Number.POSITIVE_INFINITY;
  #waiters = new Set<Waiter>();
  #ended: string | undefined;

  private constructor(process: DeskProcess, child: ChildProcess, rateHz: number) {
    this.rateHz = rateHz;
    this.process = process;
    child.stdout?.on('data', (chunk: Buffer) => this.#add(chunk));
    void process.exited.then(() => {
      this.#ended = 'the recorder has ended';
      for (const waiter of this.#waiters) waiter.reject(new Error(this.#ended));
      this.#waiters.clear();
    });
  }

  /** Begins to record; resolves when sound arrives. */
  static async start(
    server: string,
    source: string,
    rateHz: number,
    env: Readonly<Record<string, string>>,
  ): Promise<Recorder> {
    const args = [`--server=${server}`, `--device=${source}`, `--rate=${rateHz}`, '--channels=1'];
    const all = [
      '--pdeathsig',
      'KILL',
      '--',
      'parec',
      ...args,
      '--format=s16le',
      '--raw',
      `--latency-msec=${BLOCK_MS}`,
    ];
    const child = spawn('setpriv', all, {
      env: { ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { stdout } = child;
    // The sound is not lines of text.
    const process = new DeskProcess(child, `recorder of ${source}`, { readOutput: false });
    const recorder = new Recorder(process, child, rateHz);
    stdout.resume();
    // A tenth of a second of chunks, so that one of them has come without delay.
    await recorder.#until(
      () => (recorder.#count > rateHz / 10 ? 0 : undefined),
      DEFAULT_WAIT_MS,
      'no sound arrived',
    );
    return recorder;
  }

  /** Up to when there is sound. */
  get endMs(): number {
    return this.#startMs + (this.#count * 1000) / this.rateHz;
  }

  /** What has been recorded, or the part of it between two moments. Not to be changed. */
  recording(fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY): Recording {
    const samples = this.#samples.subarray(0, this.#count);
    const whole = { rateHz: this.rateHz, samples, startMs: this.#startMs };
    return between(whole, Math.max(fromMs, whole.startMs), Math.min(toMs, this.endMs));
  }

  /** Until everything up to a moment has been recorded. */
  async reach(ms: number): Promise<void> {
    const wait = Math.max(0, ms - monotonicMs()) + DEFAULT_WAIT_MS;
    await this.#until(() => (this.endMs >= ms ? ms : undefined), wait, `it did not reach ${ms}`);
  }

  /** Until there is sound. @returns when it began */
  nextSound({ afterMs, timeoutMs = DEFAULT_WAIT_MS, thresholdDbfs = AUDIBLE_DBFS }: Wait): Promise<number> {
    const threshold = peakAt(thresholdDbfs);
    let at = this.#indexOf(afterMs);
    const look = (): number | undefined => {
      for (; at < this.#count; at++) if (this.#loud(at, threshold)) return this.#timeOf(at);
      return undefined;
    };
    return this.#until(look, timeoutMs, `nothing was heard after ${afterMs.toFixed(0)}`);
  }

  /** Until it has been silent for `forMs`. @returns when the silence began */
  nextSilence(
    forMs: number,
    { afterMs, timeoutMs = DEFAULT_WAIT_MS, thresholdDbfs = AUDIBLE_DBFS }: Wait,
  ): Promise<number> {
    const threshold = peakAt(thresholdDbfs);
    let at = this.#indexOf(afterMs);
    let began = at;
    const look = (): number | undefined => {
      for (; at < this.#count; at++) {
        if (this.#loud(at, threshold)) began = at + 1;
        else if (((at - began) * 1000) / this.rateHz >= forMs) return this.#timeOf(began);
      }
      return undefined;
    };
    return this.#until(look, timeoutMs, `it was never silent for ${forMs} ms after ${afterMs.toFixed(0)}`);
  }

  #loud(index: number, threshold: number): boolean {
    return Math.abs(this.#samples[index] as number) >= threshold;
  }

  #timeOf(index: number): number {
    return this.#startMs + (index * 1000) / this.rateHz;
  }

  #indexOf(ms: number): number {
    return Math.max(0, Math.round(((ms - this.#startMs) * this.rateHz) / 1000));
  }

  #add(chunk: Buffer): void {
    const bytes = this.#halfSample.length > 0 ? Buffer.concat([this.#halfSample, chunk]) : chunk;
    const count = bytes.length >> 1;
    this.#halfSample = bytes.subarray(count * 2);
    if (this.#count + count > this.#samples.length) {
      const larger = new Int16Array(this.#samples.length * 2);
      larger.set(this.#samples.subarray(0, this.#count));
      this.#samples = larger;
    }
    for (let i = 0; i < count; i++) this.#samples[this.#count + i] = bytes.readInt16LE(i * 2);
    this.#count += count;
    const playedMs = (this.#count * 1000) / this.rateHz;
    if (playedMs > SETTLING_MS) this.#startMs = Math.min(this.#startMs, monotonicMs() + BLOCK_MS - playedMs);
    for (const waiter of this.#waiters) {
      const found = waiter.look();
      if (found === undefined) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(found);
    }
  }

  #until(look: () => number | undefined, timeoutMs: number, otherwise: string): Promise<number> {
    const found = look();
    if (found !== undefined) return Promise.resolve(found);
    if (this.#ended !== undefined) return Promise.reject(new Error(this.#ended));
    const late = new Error(); // with the stack of the waiting caller
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        look,
        resolve: (atMs) => {
          done();
          resolve(atMs);
        },
        reject: (reason) => {
          done();
          reject(reason);
        },
      };
      const timer = setTimeout(() => {
        late.message = `in the recording: ${otherwise}, waited ${timeoutMs} ms`;
        waiter.reject(late);
      }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }
}
