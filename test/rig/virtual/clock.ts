import type { Cancel, Clock } from '../../../src/base/time.ts';
import { seeded } from '../random.ts';

export interface VirtualClockOptions {
  /** What `now` says at the beginning, in milliseconds. */
  readonly startMs?: number;
  /** What the wall clock says at the beginning. */
  readonly wall?: Date;
  /** Of the random numbers: the same seed gives the same numbers. */
  readonly seed?: number;
}

/** Noon of a day without a change of daylight saving time anywhere. */
const WALL = new Date('2026-12-01T12:00:00Z');

/**
 * Turns of the event loop in a row after which nothing is taken to be runnable any more. A chain of promises runs
 * within one turn. What passes through a stream takes one turn for each hop that defers by `setImmediate`; Node's
 * streams, `node:http` and `ws` defer by `process.nextTick`, which is part of the turn. More turns would only cost
 * time: as everything runs in one thread, the same program takes the same turns on any machine.
 */
const QUIET_TURNS = 2;

interface Timer {
  readonly atMs: number;
  readonly then: () => void;
}

/**
 * Simulated time. It stands still while anything is runnable or held, and then jumps to the next timer. So a
 * program on this clock takes the same steps at the same times on an idle machine and on a busy one.
 *
 * `advance` runs timers synchronously, for tests of a part that uses no promises. `drive`, and what is built on it, lets
 * time pass while somebody waits for something, with all that promises, streams and held work do in between.
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  #wallOffsetMs: number;
  /** In the order in which they are due; of the same moment, in the order in which they were asked for. */
  readonly #timers: Timer[] = [];
  readonly #held: Promise<() => void>[] = [];
  readonly #waits = new Set<(stuck: Error) => void>();
  #pumping = false;
  #free = false;
  #stopped = false;
  readonly random: () => number;

  constructor({ startMs = 0, wall = WALL, seed = 1 }: VirtualClockOptions = {}) {
    this.#nowMs = startMs;
    this.#wallOffsetMs = wall.getTime() - startMs;
    this.random = seeded(seed);
  }

  now(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  after(ms: number, then: () => void): Cancel {
    const timer = { atMs: this.#nowMs + Math.max(0, ms), then };
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1] as Timer).atMs > timer.atMs) at -= 1;
    this.#timers.splice(at, 0, timer);
    if (this.#free) this.#pump();
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Timers that are armed: in how many milliseconds each is due. */
  get pending(): readonly number[] {
    return this.#timers.map(({ atMs }) => atMs - this.#nowMs);
  }

  /** Sets the wall clock. `now` is not affected. */
  setWall(to: Date): void {
    this.#wallOffsetMs = to.getTime() - this.#nowMs;
  }

  /** Sets the wall clock forwards, or backwards by a negative number of milliseconds. */
  stepWall(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  /** Lets `ms` pass at once: timers run in their order, and promises that they settle only afterwards. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#timers[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#fire();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** Lets `ms` pass, and whatever follows from it happen. */
  pass(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.after(ms, resolve);
    return this.drive(promise);
  }

  /** The same until a moment of this clock; at once when it is over. */
  passUntil(ms: number): Promise<void> {
    return ms <= this.#nowMs ? Promise.resolve() : this.pass(ms - this.#nowMs);
  }

  /**
   * Lets time pass until the promise is settled. Without such a wait time stands still.
   * @throws Error when nothing is left that could settle it
   */
  async drive<T>(wanted: Promise<T>): Promise<T> {
    const { promise: stuck, reject } = Promise.withResolvers<never>();
    this.#waits.add(reject);
    this.#pump();
    try {
      return await Promise.race([wanted, stuck]);
    } finally {
      this.#waits.delete(reject);
    }
  }

  /**
   * From now on time passes whenever nothing is runnable, whether anybody waits or not. For tests that wait for nothing
   * but what happens on this clock: it would run on while they read a file.
   */
  runFreely(): void {
    this.#free = true;
    this.#pump();
  }

  /**
   * For work that is done outside of the event loop, such as inference in another thread, a child process or a
   * file: time stands still until it is done. Results come one at a time, in the order in which they were asked for, and
   * only when nothing else is runnable, so that it does not matter how long each took.
   */
  hold<T>(work: Promise<T>): Promise<T> {
    if (this.#stopped) return work;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#held.push(
      work.then(
        (value) => () => resolve(value),
        (reason: unknown) => () => reject(reason),
      ),
    );
    this.#pump();
    return promise;
  }

  /** No time passes any more, and waits fail. */
  stop(): void {
    this.#stopped = true;
    this.#timers.length = 0;
    this.#fail(new Error('the clock was stopped'));
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stopped && (this.#free || this.#waits.size > 0 || this.#held.length > 0)) {
        for (let turn = 0; turn < QUIET_TURNS; turn += 1) await loopTurn();
        const held = this.#held.shift();
        if (held !== undefined) (await held)();
        else if (this.#waits.size === 0 && !this.#free) return;
        else if (this.#timers.length > 0) this.#fire();
        else if (this.#free) return;
        else this.#fail(new Error(`at ${this.#nowMs.toFixed(3)} ms nothing is left to wait for`));
      }
    } finally {
      // Synchronously: code called by the last step may hold or wait again, which has to start a new run.
      this.#pumping = false;
    }
  }

  #fire(): void {
    const next = this.#timers.shift();
    if (next === undefined) return;
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.then();
  }

  #fail(error: Error): void {
    for (const reject of this.#waits) reject(error);
    this.#waits.clear();
  }
}

function loopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
