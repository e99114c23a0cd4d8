import type { Gpio } from 'onoff';
import type { Clock } from '../base/time.ts';
import { exportLine, findChip, sysfsNumber } from './gpio-chip.ts';
import type { Lines, LinesListener, OpenLines, WantedLines } from './lines.ts';

/** Lines through sysfs, by `onoff`. sysfs sets no pull-up and reports no time: an edge counts from its arrival. */
export function openSysfs(clock: Clock): OpenLines {
  return async (wanted, listener) => {
    const chip = await findChip(wanted.chip);
    // Loaded only here: a machine without GPIO needs no GPIO addon.
    const { Gpio: Line } = await import('onoff');
    // All at once: udev then works on all of them while they are tried again.
    const exported = await Promise.allSettled([
      ...[...wanted.leds.keys()].map(async (line) => exportLine(sysfsNumber(chip, line), false)),
      ...wanted.buttons.map(async (line) => exportLine(sysfsNumber(chip, line), true)),
    ]);
    const refused = exported.find((one) => one.status === 'rejected');
    if (refused !== undefined) throw refused.reason;
    const lines = new SysfsLines(listener, clock);
    try {
      lines.open(Line, wanted, (line) => sysfsNumber(chip, line));
    } catch (error) {
      lines.close();
      throw error;
    }
    return lines;
  };
}

class SysfsLines implements Lines {
  readonly door = 'sysfs';
  readonly #listener: LinesListener;
  readonly #clock: Clock;
  readonly #buttons = new Map<number, Gpio>();
  readonly #leds = new Map<number, Gpio>();

  constructor(listener: LinesListener, clock: Clock) {
    this.#listener = listener;
    this.#clock = clock;
  }

  open(Line: typeof Gpio, wanted: WantedLines, numberOf: (line: number) => number): void {
    const { leds, ledsActiveLow: activeLow, buttonsActiveLow } = wanted;
    for (const [line, lit] of leds) {
      // The level comes with the direction, and as it is on the wire (gpiolib-sysfs.c), so that no LED flashes up.
      const level = lit === activeLow ? 'low' : 'high';
      this.#leds.set(line, new Line(numberOf(line), level, 'none', { activeLow }));
    }
    for (const line of wanted.buttons) {
      const gpio = new Line(numberOf(line), 'in', 'both', { activeLow: buttonsActiveLow });
      this.#buttons.set(line, gpio);
      this.#watch(line, gpio);
    }
  }

  pressed(button: number): boolean {
    return this.#buttons.get(button)?.readSync() === 1;
  }

  light(led: number, on: boolean): void {
    this.#leds.get(led)?.writeSync(on ? 1 : 0);
  }

  close(): void {
    this.leave();
    for (const gpio of this.#leds.values()) giveBack(gpio);
    this.#leds.clear();
  }

  /** The LEDs' lines stay exported: an unexported line loses its level. */
  leave(): void {
    for (const gpio of this.#buttons.values()) giveBack(gpio);
    this.#buttons.clear();
  }

  #watch(line: number, gpio: Gpio): void {
    // onoff reads the line in a native callback, where an error of a line that has gone would end the process.
    const read = gpio.readSync.bind(gpio);
    gpio.readSync = () => {
      try {
        return read();
      } catch (error) {
        this.#listener.failed(error as Error);
        return 0;
      }
    };
    gpio.watch((error) => {
      if (error) this.#listener.failed(error);
      else this.#listener.moved(line, this.#clock.now());
    });
  }
}

function giveBack(gpio: Gpio): void {
  try {
    gpio.unexport();
  } catch {
    // The line no longer exists.
  }
}
