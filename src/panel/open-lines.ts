import type { Clock } from '../base/time.ts';
import { findChip } from './gpio-chip.ts';
import { NoGpio, type OpenLines } from './lines.ts';
import { openSysfs } from './sysfs-lines.ts';

/** The way to the lines: `auto` is sysfs where the kernel has it, else the character device. */
export type GpioDoor = 'auto' | 'sysfs' | 'chardev';

/** How lines are opened. `auto` looks for the way each time. @param clock of the times of edges */
export function linesThrough(door: GpioDoor, clock: Clock): OpenLines {
  const openSysfsLines = openSysfs(clock);
  const openChardevLines: OpenLines = async (...wanted) => {
    // Loads libgpiod only where it is needed.
    const { openChardev } = await import('./chardev-lines.ts');
    return openChardev(clock)(...wanted);
  };
  if (door !== 'auto') return door === 'sysfs' ? openSysfsLines : openChardevLines;
  return async (...wanted) => {
    const noSysfs = await findChip(wanted[0].chip).then(
      () => undefined,
      (error: Error) => error,
    );
    if (noSysfs === undefined) return openSysfsLines(...wanted);
    try {
      return await openChardevLines(...wanted);
    } catch (error) {
      // Neither works: name both, since fixing either one helps.
      if (error instanceof NoGpio) throw new NoGpio(`${noSysfs.message}; ${error.message}`);
      throw error;
    }
  };
}
