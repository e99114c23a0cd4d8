import { type Cancel, type Clock, every } from '../base/time.ts';
import type { Led } from '../kiosk/shown/lights.ts';
import { type Look, lit } from '../kiosk/shown/looks.ts';

/** How often moving looks are redrawn, in milliseconds: half of the shortest phase is 200. */
const REDRAW_MS = 50;

/** Draws looks over time. It writes only changes, and runs a timer only while a look moves. */
export class Animator {
  readonly #clock: Clock;
  readonly #write: (led: Led, on: boolean) => void;
  readonly #shown = new Map<Led, { look: Look; sinceMs: number; on: boolean | undefined }>();
  #stopDrawing: Cancel | undefined;

  /** @param write lights or darkens one LED; must not throw */
  constructor(clock: Clock, write: (led: Led, on: boolean) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  show(looks: Readonly<Record<Led, Look>>): void {
    for (const [led, look] of Object.entries(looks) as [Led, Look][]) {
      const shown = this.#shown.get(led);
      if (shown !== undefined && same(shown.look, look)) continue;
      // A new look begins with its first phase, so that flashes can be counted from the start.
      this.#shown.set(led, { look, sinceMs: this.#clock.now(), on: shown?.on });
    }
    this.#draw();
  }

  /** Writes every LED again: the lines are new. */
  redraw(): void {
    for (const shown of this.#shown.values()) shown.on = undefined;
    this.#draw();
  }

  stop(): void {
    this.#stopDrawing?.();
    this.#stopDrawing = undefined;
  }

  #draw(): void {
    const nowMs = this.#clock.now();
    let moving = false;
    for (const [led, shown] of this.#shown) {
      const on = lit(shown.look, nowMs - shown.sinceMs);
      if (on !== shown.on) this.#write(led, on);
      shown.on = on;
      if (shown.look.look !== 'on' && shown.look.look !== 'off') moving = true;
    }
    if (moving) this.#stopDrawing ??= every(this.#clock, REDRAW_MS, () => this.#draw());
    else this.stop();
  }
}

function same(a: Look, b: Look): boolean {
  return a.look === b.look && (a.look !== 'flashes' || b.look !== 'flashes' || a.count === b.count);
}
