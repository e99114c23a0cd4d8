import { setImmediate as othersTurn, setTimeout as realTime } from 'node:timers/promises';
import type { Clock } from '../../src/time.ts';

/**
 * Time for the kiosk and the stand-in that goes many times faster than the wall's, and only as fast as the machine
 * can follow: it moves in beats, from timer to timer in their order, and between two timers whatever is due
 * elsewhere (sockets, promises) gets its turn. A process that is kept from running for a while, by a garbage
 * collection or by its neighbours, finds that little time has passed: so time-outs mean what they say.
 */

/** Of the wall's time. The shortest that Node's timers can do. */
const BEAT_MS = 1;
/** What a beat lasts at most, whatever the wall says: longer means that nobody was there to use the time. */
const LONGEST_BEAT_MS = 3;
/** A follower that has not been seen for so long is busy, and time waits for it. */
const FOLLOWER_BUSY_MS = 10;

interface Timer {
  readonly atMs: number;
  readonly then: () => void;
}

/** Time that two threads share: what it is, and when the follower looked at it last (wall time). */
export type SharedTime = Float64Array<SharedArrayBuffer>;
const TIME = 0;
const SEEN = 1;

export function sharedTime(): SharedTime {
  return new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT));
}

const wallMs = () => performance.timeOrigin + performance.now();

abstract class BeatingClock implements Clock {
  #nowMs = 0;
  #timers: Timer[] = [];
  #stopped = false;

  now(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return Date.now();
  }

  random(): number {
    return Math.random();
  }

  after(ms: number, then: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, ms), then };
    const later = this.#timers.findIndex(({ atMs }) => atMs > timer.atMs);
    this.#timers.splice(later < 0 ? this.#timers.length : later, 0, timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Timers that are armed: in how many milliseconds each is due. */
  get pending(): readonly number[] {
    return this.#timers.map(({ atMs }) => Math.round(atMs - this.#nowMs));
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /** No timer fires any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** @returns until when time is to go in this beat */
  protected abstract target(beatMs: number): number;

  /** Told how far it has come. */
  protected reached(_nowMs: number): void {}

  protected async beat(): Promise<void> {
    let wall = performance.now();
    for (;;) {
      await realTime(BEAT_MS);
      if (this.#stopped) return;
      const beganMs = wall;
      wall = performance.now();
      await this.#goTo(() => this.target(Math.min(wall - beganMs, LONGEST_BEAT_MS)));
    }
  }

  async #goTo(target: () => number): Promise<void> {
    const untilMs = target();
    for (;;) {
      const next = this.#timers[0];
      if (next === undefined || next.atMs > untilMs || this.#stopped) break;
      this.#timers.shift();
      this.#set(next.atMs);
      next.then();
      await othersTurn();
      if (this.goesAnew()) return;
    }
    this.#set(untilMs);
  }

  /** Whether what has just begun is to be gone through at another speed. */
  protected goesAnew(): boolean {
    return false;
  }

  #set(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    this.reached(this.#nowMs);
  }
}

export class FastClock extends BeatingClock {
  readonly #shared: SharedTime | undefined;
  #speed: number;
  #beatSpeed = 0;

  /** @param shared with the thread of a FollowingClock */
  constructor(speed: number, shared?: SharedTime) {
    super();
    this.#speed = speed;
    this.#shared = shared;
    void this.beat();
  }

  /** How many times faster than the wall's time; acts at once. */
  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.#speed = speed;
  }

  protected override target(beatMs: number): number {
    this.#beatSpeed = this.#speed;
    const seen = this.#shared?.[SEEN] ?? 0;
    const waits = seen > 0 && wallMs() - seen > FOLLOWER_BUSY_MS;
    return this.now() + (waits ? 0 : beatMs * this.#speed);
  }

  protected override reached(nowMs: number): void {
    if (this.#shared !== undefined) this.#shared[TIME] = nowMs;
  }

  protected override goesAnew(): boolean {
    return this.#speed < this.#beatSpeed;
  }
}

/** The same time in another thread, a beat behind. */
export class FollowingClock extends BeatingClock {
  readonly #shared: SharedTime;

  constructor(shared: SharedTime) {
    super();
    this.#shared = shared;
    void this.beat();
  }

  override stop(): void {
    super.stop();
    this.#shared[SEEN] = 0;
  }

  protected override target(): number {
    this.#shared[SEEN] = wallMs();
    return this.#shared[TIME] ?? 0;
  }
}
