import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isThere } from '../base/files.ts';
import { NoGpio } from './lines.ts';

/** Where the kernel shows GPIO to user space; onoff knows no other place. */
const SYSFS_GPIO = '/sys/class/gpio';

/** Labels of the chips of the header of a Raspberry Pi: pinctrl-bcm2835, -bcm2711, -rp1 … */
const RASPBERRY_PI = /^pinctrl-(bcm2|rp1)/;

export interface GpioChip {
  readonly label: string;
  readonly lines: number;
}

export interface SysfsChip extends GpioChip {
  /** The number that sysfs gives to line 0: 512 on most boards since kernel 6.6 (raspberrypi/linux#6084). */
  readonly base: number;
}

/**
 * The chip that the BCM numbers of the configuration count on.
 * @param label of the chip; undefined for the header of a Raspberry Pi
 * @throws NoGpio when there is none, with the chips that there are
 */
export async function findChip(label: string | undefined, folder: string = SYSFS_GPIO): Promise<SysfsChip> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    throw new NoGpio(`${folder} is not there: this kernel has no GPIO in sysfs`);
  }
  const chips: SysfsChip[] = [];
  for (const name of names.filter((entry) => entry.startsWith('gpiochip'))) {
    const read = async (file: string) => (await readFile(path.join(folder, name, file), 'utf8')).trim();
    chips.push({
      label: await read('label'),
      base: Number(await read('base')),
      lines: Number(await read('ngpio')),
    });
  }
  return chosen(chips, label, `under ${folder}`);
}

/**
 * Finds a chip among `chips`.
 * @param where the chips were searched, for the error
 * @throws NoGpio with the chips there are, when it is not among them
 */
export function chosen<Chip extends GpioChip>(
  chips: readonly Chip[],
  label: string | undefined,
  where: string,
): Chip {
  const found = chips.find((chip) =>
    label === undefined ? RASPBERRY_PI.test(chip.label) : chip.label === label,
  );
  if (found !== undefined) return found;
  const there =
    chips.length === 0 ? 'there is no chip at all' : `there is ${chips.map((chip) => chip.label).join(', ')}`;
  throw new NoGpio(
    `no GPIO chip ${label === undefined ? 'of a Raspberry Pi' : `"${label}"`} ${where}; ${there}`,
  );
}

/** @returns the line @throws RangeError when the chip has no such line */
export function lineOf(chip: GpioChip, line: number): number {
  if (Number.isInteger(line) && line >= 0 && line < chip.lines) return line;
  throw new RangeError(`${chip.label} has lines 0 to ${chip.lines - 1}, not ${line}`);
}

/** The sysfs number of a line. @throws RangeError when the chip has no such line */
export function sysfsNumber(chip: SysfsChip, line: number): number {
  return chip.base + lineOf(chip, line);
}

/**
 * Exports a line and makes sure that it may be used. onoff does this in a busy loop that blocks the process for
 * as long as udev takes to set the permissions, line by line; so it is done before.
 * @throws Error while the line can't be opened; to be tried again
 */
export async function exportLine(
  number: number,
  isButton: boolean,
  folder: string = SYSFS_GPIO,
): Promise<void> {
  const line = path.join(folder, `gpio${number}`);
  if (!(await isThere(line))) await writeFile(path.join(folder, 'export'), String(number));
  for (const file of ['value', 'direction', 'active_low', ...(isButton ? ['edge'] : [])]) {
    const opened = await open(path.join(line, file), 'r+');
    await opened.close();
  }
}

/**
 * Unexports the lines: the daemon leaves its LEDs exported when it ends, and a line can have one owner only.
 * @param label of the chip, as for findChip
 */
export async function unexportLines(
  label: string | undefined,
  lines: readonly number[],
  folder: string = SYSFS_GPIO,
): Promise<void> {
  const chip = await findChip(label, folder).catch(() => undefined);
  if (chip === undefined) return; // nothing is exported where there is no sysfs
  const exported = new Set(await readdir(folder));
  for (const number of lines.map((line) => sysfsNumber(chip, line)))
    if (exported.has(`gpio${number}`)) await writeFile(path.join(folder, 'unexport'), String(number));
}
