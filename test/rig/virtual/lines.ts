import {
  type Lines,
  type LinesListener,
  NoGpio,
  type OpenLines,
  type WantedLines,
} from '../../../src/panel/lines.ts';
import type { LedChange } from '../desk.ts';
import { DEFAULT_WAIT_MS, type EventLog } from '../event-log.ts';
import { type Level, levelOf, type Wire, wireOf, wires } from '../wires.ts';
import type { VirtualClock } from './clock.ts';
import { eventsOn } from './events.ts';

export interface VirtualGpioOptions {
  /** Buttons by name; a bare number is a button to ground: pressed is low. */
  readonly buttons?: Readonly<Record<string, number | Wire>>;
  /** LEDs by name; a bare number is an LED that is lit when the line is high. */
  readonly leds?: Readonly<Record<string, number | Wire>>;
  /** How long the lines can't be opened once they were asked for, as while udev sets their permissions. */
  readonly lateMs?: number;
}

/** The header of a Raspberry Pi has lines 0 to 27. */
const LINES = 28;

/** The panel on the other end of the wires: GPIO lines in memory, to be opened by the real `GpioPanel`. */
export class VirtualGpio {
  /** The latest changes of all lights, the unnamed lines too. */
  readonly changes: EventLog<LedChange>;
  readonly #clock: VirtualClock;
  readonly #buttons: ReadonlyMap<string, Wire>;
  readonly #leds: ReadonlyMap<string, Wire>;
  readonly #lateMs: number;
  /** Lines that are not at the level of their pull-up resistor. */
  readonly #levels = new Map<number, Level>();
  readonly #lit = new Set<number>();
  readonly #open = new Set<VirtualLines>();
  #present = true;
  #closedUntilMs: number | undefined;

  constructor(clock: VirtualClock, options: VirtualGpioOptions = {}) {
    this.#clock = clock;
    this.#buttons = wires(options.buttons ?? {}, 0);
    this.#leds = wires(options.leds ?? {}, 1);
    this.#lateMs = options.lateMs ?? 0;
    this.changes = eventsOn(clock, 'LEDs', (change) => {
      return `${change.name ?? change.line} ${change.lit ? 'on' : 'off'} at ${change.atMs.toFixed(0)}`;
    });
    for (const name of this.#buttons.keys()) this.release(name);
  }

  /** For `GpioPanel`. */
  readonly openLines: OpenLines = async (wanted, listener) => {
    if (!this.#present) throw new NoGpio('no GPIO: there is no chip at all');
    const nowMs = this.#clock.now();
    this.#closedUntilMs ??= nowMs + this.#lateMs;
    if (nowMs < this.#closedUntilMs) throw new Error('EACCES: permission denied, open the lines');
    const all = [...wanted.leds.keys(), ...wanted.buttons];
    const beyond = all.find((line) => line >= LINES);
    if (beyond !== undefined) throw new Error(`line ${beyond}: there are lines 0 to ${LINES - 1}`);
    const busy = all.find((line) => [...this.#open].some((other) => other.has(line)));
    if (busy !== undefined) throw new Error(`EBUSY: line ${busy} is in use`);
    const lines = new VirtualLines(this, wanted, listener, () => this.#open.delete(lines));
    this.#open.add(lines);
    for (const [line, lit] of wanted.leds) lines.light(line, lit);
    return lines;
  };

  /** @returns when the level had changed */
  press(button: string): number {
    return this.#apply(this.#button(button), true);
  }

  /** @returns when the level had changed */
  release(button: string): number {
    return this.#apply(this.#button(button), false);
  }

  /**
   * A contact that bounces: `edges` changes, evenly over `withinMs`, the first one now. An odd number leaves it
   * pressed. @returns when the last one comes: time has to pass until then
   */
  bounce(button: string, edges: number, withinMs: number): number {
    const wire = this.#button(button);
    const beganMs = this.#clock.now();
    this.#apply(wire, true);
    for (let edge = 1; edge < edges; edge += 1) {
      this.#clock.after((edge * withinMs) / edges, () => this.#apply(wire, edge % 2 === 0));
    }
    return beganMs + (Math.max(0, edges - 1) * withinMs) / edges;
  }

  /** Puts any line to a level, as a wire would. @returns when the level had changed */
  setLine(line: number, level: Level): number {
    const nowMs = this.#clock.now();
    if (this.level(line) !== level) {
      this.#levels.set(line, level);
      if (this.#present) for (const lines of [...this.#open]) lines.moved(line, nowMs);
    }
    return nowMs;
  }

  /** The level of any line now, driven by either end. */
  level(line: number): Level {
    return this.#levels.get(line) ?? 1;
  }

  /** An open line is driven to a level. */
  drive(line: number, level: Level): void {
    this.#levels.set(line, level);
    const [name, { active }] = [...this.#leds].find(([, led]) => led.line === line) ?? [
      undefined,
      { active: 1 },
    ];
    const lit = level === active;
    // A line that becomes an output and stays dark is no change that anyone sees.
    if (lit === this.#lit.has(line)) return;
    if (lit) this.#lit.add(line);
    else this.#lit.delete(line);
    this.changes.push({ name, line, lit, atMs: this.#clock.now() });
  }

  /** Takes the GPIO away, open lines included, or brings it back. The lights stay as they are. */
  setPresent(present: boolean): void {
    if (this.#present === present) return;
    this.#present = present;
    if (present) return;
    this.#closedUntilMs = undefined;
    for (const lines of [...this.#open]) {
      this.#open.delete(lines);
      lines.vanish();
      this.#clock.after(0, () => lines.failed());
    }
  }

  /** From now on lines can't be opened for this long; open ones continue. */
  refuse(forMs: number): void {
    this.#closedUntilMs = this.#clock.now() + forMs;
  }

  /** Whether an LED is lit now. */
  led(name: string): boolean {
    return this.#lit.has(this.#led(name).line);
  }

  /** The next change of an LED that fits and was not seen before. */
  nextLed(fits?: (change: LedChange) => boolean, timeoutMs?: number): Promise<LedChange> {
    return this.changes.next(fits, timeoutMs);
  }

  /** Until an LED is what it should be; at once if it is already. */
  async untilLed(name: string, lit: boolean, timeoutMs = DEFAULT_WAIT_MS): Promise<void> {
    const { line } = this.#led(name);
    if (this.led(name) === lit) return;
    await this.changes.next((change) => change.line === line && this.led(name) === lit, timeoutMs);
  }

  #apply(wire: Wire, active: boolean): number {
    return this.setLine(wire.line, levelOf(wire, active));
  }

  #button(name: string): Wire {
    return wireOf(this.#buttons, name, 'button');
  }

  #led(name: string): Wire {
    return wireOf(this.#leds, name, 'LED');
  }
}

class VirtualLines implements Lines {
  readonly door = 'chardev';
  readonly #gpio: VirtualGpio;
  readonly #wanted: WantedLines;
  readonly #listener: LinesListener;
  readonly #closed: () => void;
  #buttons: ReadonlySet<number>;
  #leds: ReadonlySet<number>;
  #vanished = false;

  constructor(gpio: VirtualGpio, wanted: WantedLines, listener: LinesListener, closed: () => void) {
    this.#gpio = gpio;
    this.#wanted = wanted;
    this.#listener = listener;
    this.#closed = closed;
    this.#buttons = new Set(wanted.buttons);
    this.#leds = new Set(wanted.leds.keys());
  }

  has(line: number): boolean {
    return this.#buttons.has(line) || this.#leds.has(line);
  }

  pressed(button: number): boolean {
    this.#check(button);
    if (!this.#buttons.has(button)) return false;
    return this.#gpio.level(button) === (this.#wanted.buttonsActiveLow ? 0 : 1);
  }

  light(led: number, on: boolean): void {
    this.#check(led);
    if (this.#leds.has(led)) this.#gpio.drive(led, on === this.#wanted.ledsActiveLow ? 0 : 1);
  }

  close(): void {
    this.#leds = new Set();
    this.#buttons = new Set();
    this.#closed();
  }

  /** The LEDs' lines stay as they are; another process may have them, as when this one has ended. */
  leave(): void {
    this.close();
  }

  moved(line: number, atMs: number): void {
    if (this.#buttons.has(line)) this.#listener.moved(line, atMs);
  }

  vanish(): void {
    this.#vanished = true;
  }

  /** The lines were open when they vanished, unless they were closed since. */
  failed(): void {
    if (this.#buttons.size + this.#leds.size > 0) this.#listener.failed(gone());
  }

  #check(line: number): void {
    if (this.#vanished && this.has(line)) throw gone();
  }
}

function gone(): Error {
  return new Error('ENODEV: no such device, the lines have gone');
}
