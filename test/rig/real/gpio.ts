import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { GpioHeader, LedChange } from '../desk.ts';
import { DEFAULT_WAIT_MS, EventLog } from '../event-log.ts';
import { type Level, levelOf, type Wire, wireOf, wires } from '../wires.ts';
import { monotonicMs } from './clock.ts';
import { type DeskProcess, startRigPart } from './processes.ts';

export interface GpioOptions {
  /** Buttons by name; a bare number is a button to ground: pressed is low. */
  readonly buttons: Readonly<Record<string, number | Wire>>;
  /** LEDs by name; a bare number is an LED that is lit when the line is high. */
  readonly leds: Readonly<Record<string, number | Wire>>;
  /** Where the chip's numbers begin: 512 on most boards since Linux 6.6, 0 before. */
  readonly base: number;
  /** How long a freshly exported line can't be opened, as while udev sets its permissions. */
  readonly lateMs: number;
}

/** The panel on the other end of the wires: a FUSE file system that the daemon takes for the kernel's GPIO. */
export class Gpio implements GpioHeader {
  /** What goes to /sys/class/gpio. */
  readonly folder: string;
  /** What stands for /dev: the chips as character devices, by the desk's libgpiod. */
  readonly chips: string;
  /** Every change of a light, the unnamed lines too. */
  readonly changes: EventLog<LedChange>;
  readonly #mount: string;
  readonly #program: DeskProcess;
  readonly #buttons: ReadonlyMap<string, Wire>;
  readonly #leds: ReadonlyMap<string, Wire>;
  readonly #lit = new Map<number, boolean>();
  readonly #biases = new Map<number, string>();

  private constructor(mount: string, program: DeskProcess, options: GpioOptions) {
    this.#mount = mount;
    this.#program = program;
    this.folder = path.join(mount, 'gpio');
    this.chips = path.join(mount, 'chips');
    this.#buttons = wires(options.buttons, 0);
    this.#leds = wires(options.leds, 1);
    this.changes = new EventLog(
      'LEDs',
      (change) => `${change.name ?? change.line} ${change.lit ? 'on' : 'off'}`,
    );
  }

  static async start(
    program: string,
    folder: string,
    env: Readonly<Record<string, string>>,
    options: GpioOptions,
  ): Promise<Gpio> {
    const mount = path.join(folder, 'panel');
    mkdirSync(mount);
    // SIGTERM, so that it unmounts when the tests die.
    const process = startRigPart(
      'gpio',
      program,
      [mount, `${options.base}`, `${options.lateMs}`],
      env,
      'TERM',
    );
    const gpio = new Gpio(mount, process, options);
    process.output.listen((line) => gpio.#read(line.text));
    try {
      await process.nextLine('ready');
    } catch (error) {
      await gpio.stop();
      throw error;
    }
    for (const name of gpio.#buttons.keys()) gpio.release(name);
    return gpio;
  }

  /** @returns when the level had changed */
  press(button: string): number {
    return this.#apply(this.#button(button), true);
  }

  release(button: string): number {
    return this.#apply(this.#button(button), false);
  }

  /** A contact that bounces: `edges` changes, evenly over `withinMs`. Blocks, since no timer is that fine. */
  bounce(button: string, edges: number, withinMs: number): number {
    const wire = this.#button(button);
    const beganMs = monotonicMs();
    for (let edge = 0; edge < edges; edge++) {
      while (monotonicMs() < beganMs + (edge * withinMs) / edges);
      this.#apply(wire, edge % 2 === 0);
    }
    return monotonicMs();
  }

  /** Puts any line to a level, as a wire would. */
  setLine(line: number, level: Level): number {
    this.#control(`${line}=${level}`);
    return monotonicMs();
  }

  /** The level of any line now, driven by either end. */
  level(line: number): Level {
    const text = readFileSync(path.join(this.#mount, 'control'), 'utf8');
    const found = new RegExp(`^${line} \\w+ ([01])`, 'm').exec(text);
    return found?.[1] === '0' ? 0 : 1; // lines that are as they were at the start are not listed: pulled up
  }

  /** Takes the GPIO away (an empty /sys/class/gpio) or brings it back. */
  setPresent(present: boolean): void {
    this.#control(present ? 'present' : 'absent');
  }

  /** From now on outputs of the character device fall back when they are given back: dtparam=strict_gpiod. */
  letGoOfOutputs(): void {
    this.#control('forgets');
  }

  /** The pull resistor with which a button was last asked for through the character device. */
  biasOf(button: string): string | undefined {
    return this.#biases.get(this.#button(button).line);
  }

  /** Whether an LED is lit now, as far as its events have been read. */
  led(name: string): boolean {
    return this.#lit.get(this.#led(name).line) ?? false;
  }

  /** The next change of an LED that fits. */
  nextLed(fits: (change: LedChange) => boolean = () => true, timeoutMs?: number): Promise<LedChange> {
    return this.changes.next(fits, timeoutMs);
  }

  /** Until an LED is what it should be; at once if it is already. */
  async untilLed(name: string, lit: boolean, timeoutMs = DEFAULT_WAIT_MS): Promise<void> {
    const { line } = this.#led(name);
    if (this.led(name) === lit) return;
    // What is read later than this is all that can change it.
    await this.changes.next((change) => change.line === line && this.led(name) === lit, timeoutMs);
  }

  async stop(): Promise<void> {
    this.#unmount();
    await this.#program.kill();
    // A file system that ended without its mount being taken away leaves one that answers ENOTCONN.
    this.#unmount();
    this.changes.close('the desk has been stopped');
  }

  /** Without waiting, for when this process is ending. */
  stopNow(): void {
    this.#program.killNow();
    this.#unmount();
  }

  #unmount(): void {
    unmount(this.#mount);
  }

  #read(text: string): void {
    const [word, line, ...rest] = text.split(' ');
    const wire = Number(line);
    if (word === 'request') this.#biases.set(wire, rest[0] ?? '');
    if (word !== 'out' && word !== 'float') return;
    const [name, { active }] = [...this.#leds].find(([, led]) => led.line === wire) ?? [
      undefined,
      { active: 1 },
    ];
    const lit = word === 'out' && Number(rest[0]) === active;
    // A line that becomes an output and stays dark is no change that anyone sees.
    if (lit === (this.#lit.get(wire) ?? false)) return;
    this.#lit.set(wire, lit);
    this.changes.push({ name, line: wire, lit, atMs: Number(rest.at(-1)) / 1e6 });
  }

  #apply(wire: Wire, active: boolean): number {
    return this.setLine(wire.line, levelOf(wire, active));
  }

  #control(text: string): void {
    writeFileSync(path.join(this.#mount, 'control'), text);
  }

  #button(name: string): Wire {
    return wireOf(this.#buttons, name, 'button');
  }

  #led(name: string): Wire {
    return wireOf(this.#leds, name, 'LED');
  }
}

/** Takes a mount of FUSE away, whatever state it is in. */
export function unmount(folder: string): void {
  spawnSync('fusermount3', ['-u', '-z', '-q', folder], { stdio: 'ignore' });
}
