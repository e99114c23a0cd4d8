import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { GpioDoor } from '../../src/panel/open-lines.ts';
import {
  BUTTONS,
  letGo,
  PANEL_STATEMENTS,
  type PanelRig,
  panelArguments,
  REMOVAL_STATEMENTS,
} from '../rig/contracts/lines.ts';
import { monotonicMs } from '../rig/real/clock.ts';
import { type DeskProcess, start } from '../rig/real/processes.ts';
import type { Level } from '../rig/wires.ts';

/**
 * What holds of the panel, where there is a real kernel: `panel-check.ts sysfs|chardev|auto` in a machine that has the
 * module gpio-sim (configfs mounted) and, for chardev, libgpiod 2. As root. It makes a chip of its own, prints a line
 * for each statement, and ends with 0 when all of them hold.
 */

const CONFIGFS = '/sys/kernel/config/gpio-sim';
const LABEL = 'pinctrl-sim';
const LINES = 40;

/** A simulated chip, and its wires. */
class SimulatedChip {
  readonly #config = path.join(CONFIGFS, `panel-check-${process.pid}`);
  #lines = '';

  make(): void {
    const bank = path.join(this.#config, 'bank');
    mkdirSync(bank, { recursive: true });
    writeFileSync(path.join(bank, 'num_lines'), `${LINES}`);
    writeFileSync(path.join(bank, 'label'), LABEL);
    this.setPresent(true);
  }

  setPresent(present: boolean): void {
    writeFileSync(path.join(this.#config, 'live'), present ? '1' : '0');
    if (!present) return;
    const read = (file: string) => readFileSync(path.join(this.#config, file), 'utf8').trim();
    this.#lines = `/sys/devices/platform/${read('dev_name')}/${read('bank/chip_name')}`;
  }

  set(line: number, level: Level): void {
    this.#write(line, 'pull', level === 1 ? 'pull-up' : 'pull-down');
  }

  level(line: number): Level {
    return readFileSync(this.#file(line, 'value'), 'utf8').trim() === '1' ? 1 : 0;
  }

  /** The resistor that the driver asked for; gpio-sim pulls as asked. */
  pull(line: number): string {
    return readFileSync(this.#file(line, 'pull'), 'utf8').trim();
  }

  remove(): void {
    this.setPresent(false);
    rmdirSync(path.join(this.#config, 'bank'));
    rmdirSync(this.#config);
  }

  #write(line: number, file: string, text: string): void {
    const where = this.#file(line, file);
    if (existsSync(where)) writeFileSync(where, text); // nobody presses what is not there
  }

  #file(line: number, file: string): string {
    return `${this.#lines}/sim_gpio${line}/${file}`;
  }
}

/** gpio-sim pulls a line as it was asked to: where the buttons are let go, that is the way they were let go. */
async function pullsUp(rig: PanelRig, chip: SimulatedChip): Promise<void> {
  for (const line of Object.values(BUTTONS)) chip.set(line, 0);
  const panel = rig.start({
    chip: rig.chip,
    buttons: BUTTONS,
    leds: {},
    buttonsActiveLow: true,
    ledsActiveLow: false,
  });
  await panel.nextLine('panel works', 60_000);
  for (const line of Object.values(BUTTONS)) {
    if (chip.pull(line) !== 'pull-up') throw new Error(`line ${line}: ${chip.pull(line)}`);
  }
}

function isSince(major: number, minor: number): boolean {
  const [itsMajor = 0, itsMinor = 0] = release()
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  return itsMajor > major || (itsMajor === major && itsMinor >= minor);
}

const door = process.argv[2] as GpioDoor;
if (!['sysfs', 'chardev', 'auto'].includes(door)) throw new Error('usage: panel-check.ts sysfs|chardev|auto');
const chip = new SimulatedChip();
const running: DeskProcess[] = [];
const env = Object.fromEntries(
  Object.entries(process.env).filter(([, value]) => value !== undefined),
) as Record<string, string>;
const rig: PanelRig = {
  chip: LABEL,
  now: monotonicMs,
  passes: (ms) => pause(ms),
  set: (line, level) => chip.set(line, level),
  level: (line) => chip.level(line),
  start: (settings) => {
    const panel = start('panel', process.execPath, panelArguments(door, settings), env, 'pipe');
    running.push(panel);
    return panel;
  },
};
const statements = new Map(Object.entries(PANEL_STATEMENTS));
if (door === 'chardev') {
  // gpio-sim pulls as it is asked to: asking for a pull-up lets go of a button that is down. A real one stays down.
  statements.delete('hears of a switch that is on from before the start');
  statements.set('asks for the pull-up that a button to ground needs', () => pullsUp(rig, chip));
  // Older kernels wake nobody who waits for the events of a chip that goes; and none removes one under lines of sysfs.
  if (isSince(6, 6)) {
    const removable = { ...rig, setPresent: (present: boolean) => chip.setPresent(present) };
    for (const [name, holds] of Object.entries(REMOVAL_STATEMENTS))
      statements.set(name, () => holds(removable));
  }
}

chip.make();
let failed = 0;
for (const [name, holds] of statements) {
  letGo(rig);
  try {
    await holds(rig);
    process.stdout.write(`holds  the panel through ${door} ${name}\n`);
  } catch (error) {
    failed++;
    process.stdout.write(`FAILS  the panel through ${door} ${name}: ${(error as Error).stack}\n`);
  }
  await Promise.all(running.splice(0).map((panel) => panel.kill()));
}
if (failed === 0) chip.remove();
process.exitCode = failed === 0 ? 0 : 1;
