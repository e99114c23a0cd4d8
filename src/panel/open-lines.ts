import { findChip } from './gpio-chip.ts';
import { NoGpio, type OpenLines } from './lines.ts';
import { openSysfs } from './sysfs-lines.ts';

/** The way to the lines: `auto` is sysfs where the kernel has it, else the character device. */
export type GpioDoor = 'auto' | 'sysfs' | 'chardev';

/** How lines are opened. `auto` looks anew each time. */
export function linesThrough(door: GpioDoor): OpenLines {
  switch (door) {
    case 'sysfs':
      return openSysfs;
    case 'chardev':
      return openChardev;
    case 'auto':
      return openEither;
  }
}

/** The library that it needs is loaded only where it is needed. */
const openChardev: OpenLines = async (wanted, listener) => {
  const chardev = await import('./chardev-lines.ts');
  return chardev.openChardev(wanted, listener);
};

const openEither: OpenLines = async (wanted, listener) => {
  const withoutSysfs = await findChip(wanted.chip).then(
    () => undefined,
    (error: Error) => error,
  );
  if (withoutSysfs === undefined) return openSysfs(wanted, listener);
  try {
    return await openChardev(wanted, listener);
  } catch (error) {
    // Where there is neither, both are what can be mended.
    if (error instanceof NoGpio) throw new NoGpio(`${withoutSysfs.message}; ${error.message}`);
    throw error;
  }
};
