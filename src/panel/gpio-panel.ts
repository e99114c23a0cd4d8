import type { Gpio } from 'onoff';
import { DEAD, type Led } from '../kiosk/lights.ts';
import type { Look } from '../kiosk/looks.ts';
import { Animator } from './animator.ts';
import { Debounce } from './debounce.ts';
import { exportLine, findChip, sysfsNumber } from './gpio-chip.ts';
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
const RETRY_FIRST_MS = 250;
const RETRY_MAX_MS = 10_000;

/** Buttons and LEDs on GPIO lines, through sysfs, by `onoff`. */
export class GpioPanel implements Panel {
  readonly #settings: GpioPanelSettings;
  readonly #animator: Animator;
  readonly #leds = new Map<Led, Gpio>();
  #buttons: { gpio: Gpio; debounce: Debounce }[] = [];
  #listener: PanelListener | undefined;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(settings: GpioPanelSettings) {
    this.#settings = settings;
    this.#animator = new Animator((led, on) => this.#light(led, on));
  }

  start(listener: PanelListener): void {
    this.#listener = listener;
    this.#try(RETRY_FIRST_MS);
  }

  show(looks: Readonly<Record<Led, Look>>): void {
    this.#animator.show(looks);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#animator.stop();
    for (const led of this.#leds.keys()) this.#light(led, DEAD.lit.includes(led));
    // The LEDs' lines stay exported: handing them back would let go of the dead look.
    this.#closeButtons();
  }

  #try(retryMs: number): void {
    this.#open().then(
      () => this.#listener?.state(true, 'ready'),
      (error: Error) => {
        this.#closeButtons();
        if (this.#stopped) return;
        this.#listener?.state(false, error.message);
        this.#again(retryMs);
      },
    );
  }

  async #open(): Promise<void> {
    const chip = await findChip(this.#settings.chip);
    // Loaded only here: a machine without GPIO needs no GPIO addon.
    const { Gpio: Line } = await import('onoff');
    const { leds, buttons, ledsActiveLow, buttonsActiveLow } = this.#settings;
    // All at once: udev then works on all of them while they are tried again.
    const lines = (wires: Readonly<Partial<Record<string, number>>>, isButton: boolean) =>
      Object.values(wires).map(async (line) => exportLine(sysfsNumber(chip, line as number), isButton));
    const exported = await Promise.allSettled([...lines(leds, false), ...lines(buttons, true)]);
    const refused = exported.find((one) => one.status === 'rejected');
    if (refused !== undefined) throw refused.reason;
    if (this.#stopped) return;
    for (const [led, line] of Object.entries(leds) as [Led, number][]) {
      if (this.#leds.has(led)) continue;
      this.#leds.set(led, new Line(sysfsNumber(chip, line), 'out', 'none', { activeLow: ledsActiveLow }));
    }
    for (const [role, line] of Object.entries(buttons) as [ButtonRole, number][]) {
      this.#openButton(
        role,
        new Line(sysfsNumber(chip, line), 'in', 'both', { activeLow: buttonsActiveLow }),
      );
    }
    this.#animator.redraw();
  }

  #openButton(role: ButtonRole, gpio: Gpio): void {
    const read = () => gpio.readSync() === 1;
    // onoff reads the line in a native callback, where an error of a line that has gone would end the process.
    const readLine = gpio.readSync.bind(gpio);
    gpio.readSync = () => {
      try {
        return readLine();
      } catch (error) {
        this.#fail(error);
        return 0;
      }
    };
    const changed = (down: boolean, atMs: number) => this.#listener?.button(role, down, atMs);
    const debounce = new Debounce(read, changed, false);
    this.#buttons.push({ gpio, debounce });
    gpio.watch((error) => {
      if (error) this.#fail(error);
      else debounce.edge();
    });
    // Held down, or a switch that is on, from before the start: no edge will tell.
    debounce.edge();
  }

  #light(led: Led, on: boolean): void {
    const gpio = this.#leds.get(led);
    if (gpio === undefined) return;
    try {
      gpio.writeSync(on ? 1 : 0);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A line has gone: all are opened anew. */
  #fail(error: unknown): void {
    if (this.#stopped || this.#retry !== undefined) return;
    this.#closeButtons();
    for (const gpio of this.#leds.values()) close(gpio);
    this.#leds.clear();
    this.#listener?.state(false, error instanceof Error ? error.message : String(error));
    this.#again(RETRY_FIRST_MS);
  }

  #again(afterMs: number): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#try(Math.min(RETRY_MAX_MS, afterMs * 2));
    }, afterMs);
  }

  #closeButtons(): void {
    for (const { gpio, debounce } of this.#buttons) {
      debounce.stop();
      close(gpio);
    }
    this.#buttons = [];
  }
}

function close(gpio: Gpio): void {
  try {
    gpio.unexport();
  } catch {
    // It has gone already.
  }
}
