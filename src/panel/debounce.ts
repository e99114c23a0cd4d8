import type { Cancel, Clock } from '../base/time.ts';

/** How long a contact must be quiet before its level counts: bounces of push-buttons last a few milliseconds. */
const SETTLE_MS = 15;
/** No contact bounces for longer. A line that does is open and picks up noise. */
const MAX_BOUNCE_MS = 100;
/** No finger releases or presses again within this time. A line that moves again by then has not come to rest. */
const FINGER_MS = 40;
/** A line that has chattered for this time must rest for as long, and is reported until then. */
const CHATTER_MS = 1000;

/** The times of the first edge and of the last one, in milliseconds. */
interface Edges {
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface DebounceListener {
  /** A settled change. @param atMs the time of its first edge */
  changed(down: boolean, atMs: number): void;
  /** The line chatters, so that no press can be recognised, or has come to rest. */
  chatters(on: boolean): void;
}

/**
 * The debounce of one button. An edge only shows that the line moved; the level counts, read when the line has settled. So
 * a bounce is no press, and a lost edge does not leave a button pressed forever.
 * The longer a line has moved beyond a bounce, as with mains hum on its wire, or faster than a finger, as with a contact
 * that shakes, the longer it must rest before its level counts.
 */
export class Debounce {
  readonly #clock: Clock;
  readonly #read: () => boolean;
  readonly #listener: DebounceListener;
  readonly #kind: 'button' | 'switch';
  #down: boolean | undefined;
  /** The edges of the movement that has not settled yet. */
  #moved: Edges | undefined;
  /** The same, with those movements before it that no finger can have made. */
  #unrest: Edges | undefined;
  #chatters = false;
  #cancelSettle: Cancel | undefined;

  /**
   * @param read the level now: true while the button is down; may call edge()
   * @param down the level that is known so far; undefined: none is, and the first settled one is reported
   * @param kind a button that chatters counts as released; a switch stays as it was
   */
  constructor(
    clock: Clock,
    read: () => boolean,
    listener: DebounceListener,
    down: boolean | undefined,
    kind: 'button' | 'switch' = 'button',
  ) {
    this.#clock = clock;
    this.#read = read;
    this.#listener = listener;
    this.#down = down;
    this.#kind = kind;
  }

  /** Something moved. @param atMs when; it may be reported late */
  edge(atMs: number = this.#clock.now()): void {
    // Reported late, edges may be of two movements with a rest between them.
    const restMs = this.#restMs;
    this.#moved = withEdge(this.#moved, atMs, restMs);
    this.#unrest = withEdge(this.#unrest, atMs, Math.max(restMs, FINGER_MS));
    this.#cancelSettle?.();
    this.#cancelSettle = this.#clock.after(this.#restMs, () => this.#settle());
    const unrestMs = lengthMs(this.#unrest);
    if (unrestMs < MAX_BOUNCE_MS) return;
    if (this.#kind === 'button' && this.#down !== false) this.#becomes(false, this.#moved.firstMs);
    if (unrestMs >= CHATTER_MS) this.#report(true);
  }

  /** Nothing is known to have moved, but the level may be another than the one that is known. */
  check(): void {
    this.#cancelSettle ??= this.#clock.after(SETTLE_MS, () => this.#settle());
  }

  stop(): void {
    this.#cancelSettle?.();
    this.#cancelSettle = undefined;
  }

  /** How long the line must be quiet before its level counts, in milliseconds. */
  get #restMs(): number {
    const movedMs = lengthMs(this.#unrest);
    return movedMs < MAX_BOUNCE_MS ? SETTLE_MS : Math.min(movedMs, CHATTER_MS);
  }

  #settle(): void {
    this.#cancelSettle = undefined;
    const down = this.#read();
    // Reading may have reported edges that were not known yet.
    if (this.#cancelSettle !== undefined) return;
    const atMs = this.#settledMs();
    this.#moved = undefined;
    this.#report(false);
    if (down !== this.#down) this.#becomes(down, atMs);
  }

  /** When the change began that has settled: of chatter, what came last. */
  #settledMs(): number {
    if (this.#moved === undefined) return this.#clock.now();
    return lengthMs(this.#moved) < MAX_BOUNCE_MS ? this.#moved.firstMs : this.#moved.lastMs;
  }

  #becomes(down: boolean, atMs: number): void {
    this.#down = down;
    this.#listener.changed(down, atMs);
  }

  #report(chatters: boolean): void {
    if (chatters === this.#chatters) return;
    this.#chatters = chatters;
    this.#listener.chatters(chatters);
  }
}

/** One more edge; earlier ones no longer count when the line has rested for `restMs`. */
function withEdge(before: Edges | undefined, atMs: number, restMs: number): Edges {
  const rested = before === undefined || atMs - before.lastMs >= restMs;
  return { firstMs: rested ? atMs : before.firstMs, lastMs: atMs };
}

function lengthMs(edges: Edges | undefined): number {
  return edges === undefined ? 0 : edges.lastMs - edges.firstMs;
}
