import type { Cancel, Clock } from '../time.ts';

/** How long a contact must be quiet before its level counts: bounces of push-buttons last a few milliseconds. */
export const SETTLE_MS = 15;
/** A line that never settles is read all the same. */
const MAX_UNSETTLED_MS = 100;

/**
 * The debounce of one button. Edges only say that something moved; what counts is the level, read again when
 * the line has settled. So no bounce is taken for a press, and no lost edge leaves a button pressed for ever.
 */
export class Debounce {
  readonly #clock: Clock;
  readonly #read: () => boolean;
  readonly #changed: (down: boolean, atMs: number) => void;
  #down: boolean | undefined;
  #firstEdgeMs: number | undefined;
  #cancelSettle: Cancel | undefined;

  /**
   * @param read the level now: true while the button is down; may call edge()
   * @param changed told of each settled change, with the time of its first edge
   * @param down the level that is known so far; undefined: none is, and the first settled one is reported
   */
  constructor(
    clock: Clock,
    read: () => boolean,
    changed: (down: boolean, atMs: number) => void,
    down: boolean | undefined,
  ) {
    this.#clock = clock;
    this.#read = read;
    this.#changed = changed;
    this.#down = down;
  }

  /** Something moved. @param atMs when; it may be told late */
  edge(atMs: number = this.#clock.now()): void {
    const nowMs = this.#clock.now();
    this.#firstEdgeMs ??= atMs;
    const leftMs = this.#firstEdgeMs + MAX_UNSETTLED_MS - nowMs;
    this.#cancelSettle?.();
    this.#cancelSettle = this.#clock.after(Math.min(SETTLE_MS, leftMs), () => this.#settle());
  }

  /** Nothing is known to have moved, but the level may be another than the one that is known. */
  check(): void {
    this.#cancelSettle ??= this.#clock.after(SETTLE_MS, () => this.#settle());
  }

  stop(): void {
    this.#cancelSettle?.();
    this.#cancelSettle = undefined;
  }

  #settle(): void {
    this.#cancelSettle = undefined;
    const down = this.#read();
    const nowMs = this.#clock.now();
    const atMs = this.#firstEdgeMs ?? nowMs;
    // Reading may have told of edges that had not been heard of yet.
    if (this.#cancelSettle !== undefined && nowMs < atMs + MAX_UNSETTLED_MS) return;
    this.stop();
    this.#firstEdgeMs = undefined;
    if (down === this.#down) return;
    this.#down = down;
    this.#changed(down, atMs);
  }
}
