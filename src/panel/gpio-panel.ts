import { type Backoff, KeptOpen } from '../base/kept-open.ts';
import type { Clock } from '../base/time.ts';
import { DEAD, type Led } from '../kiosk/shown/lights.ts';
import type { Look } from '../kiosk/shown/looks.ts';
import { Animator } from './animator.ts';
import { Debounce, type DebounceListener } from './debounce.ts';
import type { Lines, OpenLines } from './lines.ts';
import type { ButtonRole, Panel, PanelListener } from './panel.ts';

export interface GpioPanelSettings {
  /** Label of the chip; undefined for the header of a Raspberry Pi. */
  readonly chip: string | undefined;
  /** BCM numbers. */
  readonly buttons: Readonly<Partial<Record<ButtonRole, number>>>;
  readonly leds: Readonly<Partial<Record<Led, number>>>;
  /** A button pulls its line to ground. */
  readonly buttonsActiveLow: boolean;
  readonly ledsActiveLow: boolean;
}

/** udev sets the permissions of a fresh line while the daemon starts; a chip may be slow to appear at boot. */
const BACKOFF: Backoff = { firstMs: 250, longestMs: 10_000, steadyAfterMs: 0, jitter: false };

/** Buttons and LEDs on GPIO lines. */
export class GpioPanel implements Panel {
  readonly #settings: GpioPanelSettings;
  readonly #openLines: OpenLines;
  readonly #clock: Clock;
  readonly #animator: Animator;
  readonly #kept: KeptOpen;
  readonly #debounces = new Map<number, Debounce>();
  /** What was reported last of each button. */
  readonly #down = new Map<ButtonRole, boolean>();
  readonly #chattering = new Set<ButtonRole>();
  #lines: Lines | undefined;
  #listener: PanelListener | undefined;
  #stopped = false;

  /** @param openLines the way to the lines */
  constructor(settings: GpioPanelSettings, openLines: OpenLines, clock: Clock) {
    this.#settings = settings;
    this.#openLines = openLines;
    this.#clock = clock;
    this.#animator = new Animator(clock, (led, on) => this.#light(led, on));
    this.#kept = new KeptOpen(clock, BACKOFF, () => this.#open());
  }

  start(listener: PanelListener): void {
    this.#listener = listener;
    this.#kept.start();
  }

  show(looks: Readonly<Record<Led, Look>>): void {
    this.#animator.show(looks);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#kept.stop();
    this.#animator.stop();
    this.#stopDebounces();
    for (const led of Object.keys(this.#settings.leds) as Led[]) this.#light(led, DEAD.lit.includes(led));
    this.#lines?.leave();
  }

  #open(): void {
    const { chip, leds, buttons, ledsActiveLow, buttonsActiveLow } = this.#settings;
    let gone = false;
    this.#openLines(
      {
        chip,
        buttons: Object.values(buttons),
        leds: new Map((Object.values(leds) as number[]).map((line) => [line, false])),
        buttonsActiveLow,
        ledsActiveLow,
      },
      {
        moved: (line, atMs) => this.#debounces.get(line)?.edge(atMs),
        failed: (error) => {
          gone = true;
          this.#fail(error);
        },
      },
    ).then(
      (lines) => {
        if (this.#stopped || gone) lines.close();
        else this.#use(lines);
      },
      (error: Error) => this.#fail(error),
    );
  }

  #use(lines: Lines): void {
    this.#lines = lines;
    for (const [role, line] of Object.entries(this.#settings.buttons) as [ButtonRole, number][]) {
      const listener: DebounceListener = {
        changed: (down, atMs) => {
          this.#down.set(role, down);
          this.#listener?.button(role, down, atMs);
        },
        chatters: (on) => this.#chatters(role, on),
      };
      const kind = role === 'mute' ? 'switch' : 'button';
      // What was down when the lines went away may be up by now, or down once more. The position of a switch is always
      // reported.
      const known = kind === 'switch' || this.#down.get(role) === true ? undefined : false;
      const debounce = new Debounce(this.#clock, () => this.#pressed(line), listener, known, kind);
      this.#debounces.set(line, debounce);
      // Held down, or a switch that is on, from before the start: no edge reports it.
      debounce.check();
    }
    this.#animator.redraw();
    if (this.#lines !== lines) return; // an LED could not be set
    this.#kept.works();
    this.#listener?.state(true, 'ready');
  }

  #chatters(role: ButtonRole, on: boolean): void {
    if (on) this.#chattering.add(role);
    else if (!this.#chattering.delete(role)) return;
    this.#listener?.chatter([...this.#chattering]);
  }

  #pressed(line: number): boolean {
    try {
      return this.#lines?.pressed(line) ?? false;
    } catch (error) {
      this.#fail(error as Error);
      return false;
    }
  }

  #light(led: Led, on: boolean): void {
    const line = this.#settings.leds[led];
    if (line === undefined) return;
    try {
      this.#lines?.light(line, on);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** The lines can't be opened, or one has gone: all are opened again. */
  #fail(error: Error): void {
    if (this.#stopped || !this.#kept.inUse) return;
    this.#stopDebounces();
    this.#lines?.close();
    this.#lines = undefined;
    this.#kept.failed();
    this.#listener?.state(false, error.message);
  }

  #stopDebounces(): void {
    for (const debounce of this.#debounces.values()) debounce.stop();
    this.#debounces.clear();
    for (const role of this.#chattering) this.#chatters(role, false);
  }
}
