import { type Cancel, type Clock, REAL_TIME } from '../time.ts';

/** How long a contact must be quiet before its level counts: bounces of push-buttons last a few milliseconds. */
export const SETTLE_MS = 15;
/** A line that never settles is read all the same. */
const MAX_UNSETTLED_MS = 100;

/**
 * The debounce of one button. Edges only say that something moved; what counts is the level, read again when
 * the line has settled. So no bounce is taken for a press, and no lost edge leaves a button pressed for ever.
 */
export class Debounce {
  readonly #read: () => boolean;
  readonly #changed: (down: boolean, atMs: number) => void;
  readonly #clock: Clock;
  #down: boolean;
  #firstEdgeMs: number | undefined;
  #cancel: Cancel | undefined;

  /**
   * @param read the level now: true while the button is down; may call edge()
   * @param changed told of each settled change, with the time of its first edge
   * @param down the level that is known so far
   */
  constructor(
    read: () => boolean,
    changed: (down: boolean, atMs: number) => void,
    down: boolean,
    clock: Clock = REAL_TIME,
  ) {
    this.#read = read;
    this.#changed = changed;
    this.#down = down;
    this.#clock = clock;
  }

  /** Something moved. @param atMs when; it may be told late */
  edge(atMs: number = this.#clock.now()): void {
    const nowMs = this.#clock.now();
    this.#firstEdgeMs ??= atMs;
    const leftMs = this.#firstEdgeMs + MAX_UNSETTLED_MS - nowMs;
    this.#cancel?.();
    this.#cancel = this.#clock.after(Math.min(SETTLE_MS, leftMs), () => this.#settle());
  }

  /** Nothing is known to have moved, but the level may be another than the one that is known. */
  check(): void {
    this.#cancel ??= this.#clock.after(SETTLE_MS, () => this.#settle());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #settle(): void {
    this.#cancel = undefined;
    const down = this.#read();
    const nowMs = this.#clock.now();
    const atMs = this.#firstEdgeMs ?? nowMs;
    // Reading may have told of edges that had not been heard of yet.
    if (this.#cancel !== undefined && nowMs < atMs + MAX_UNSETTLED_MS) return;
    this.stop();
    this.#firstEdgeMs = undefined;
    if (down === this.#down) return;
    this.#down = down;
    this.#changed(down, atMs);
  }
}
