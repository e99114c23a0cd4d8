import type { Clock } from '../base/time.ts';
import { findChip } from './gpio-chip.ts';
import { NoGpio, type OpenLines } from './lines.ts';
import { openSysfs } from './sysfs-lines.ts';

/** The way to the lines: `auto` is sysfs where the kernel has it, else the character device. */
export type GpioDoor = 'auto' | 'sysfs' | 'chardev';

/** How lines are opened. `auto` looks anew each time. @param clock of the times of edges */
export function linesThrough(door: GpioDoor, clock: Clock): OpenLines {
  switch (door) {
    case 'sysfs':
      return openSysfs(clock);
    case 'chardev':
      return openChardev(clock);
    case 'auto':
      return openEither(clock);
  }
}

/** The library that it needs is loaded only where it is needed. */
function openChardev(clock: Clock): OpenLines {
  return async (wanted, listener) => {
    const chardev = await import('./chardev-lines.ts');
    return chardev.openChardev(clock)(wanted, listener);
  };
}

function openEither(clock: Clock): OpenLines {
  return async (wanted, listener) => {
    const withoutSysfs = await findChip(wanted.chip).then(
      () => undefined,
      (error: Error) => error,
    );
    if (withoutSysfs === undefined) return openSysfs(clock)(wanted, listener);
    try {
      return await openChardev(clock)(wanted, listener);
    } catch (error) {
      // Neither works: name both, since fixing either one helps.
      if (error instanceof NoGpio) throw new NoGpio(`${withoutSysfs.message}; ${error.message}`);
      throw error;
    }
  };
}
