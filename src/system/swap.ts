import path from 'node:path';
import type { Files } from '../base/files.ts';

export const SWAP_PLACES = {
  /** As in proc_swaps(5): a heading, and a line for each place. */
  swaps: '/proc/swaps',
  /** The control group of this process, as in cgroups(7). */
  ownGroup: '/proc/self/cgroup',
  /** Where control groups (version 2) are. */
  groups: '/sys/fs/cgroup',
};
export type SwapPlaces = Readonly<typeof SWAP_PLACES>;

/** How to make a Raspberry Pi's kernel enforce memory limits (docs/operator/install.md). */
export const ENABLE_LIMITS = 'put cgroup_enable=memory at the end of the line in /boot/firmware/cmdline.txt';

/** Files and partitions to which memory may be swapped. Compressed memory (zram) is memory. @param swaps text of /proc/swaps */
export function swapOnDisk(swaps: string): readonly string[] {
  return swaps
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/)[0] ?? '')
    .filter((place) => place !== '' && !/\/zram\d+$/.test(place));
}

/**
 * A note if speech may be swapped to a disk: if there is swap, and the kernel does not exclude this process
 * (MemorySwapMax=0 of the unit, which needs the memory controller).
 * @returns nothing where all is well or unknown
 */
export async function swapNotes(
  { swaps, ownGroup, groups }: SwapPlaces,
  files: Files,
): Promise<readonly string[]> {
  const text = (file: string) => files.readFile(file, 'utf8').catch(() => '');
  const disks = swapOnDisk(await text(swaps));
  if (disks.length === 0) return [];
  const group = /^0::(.*)$/m.exec(await text(ownGroup))?.[1] ?? '';
  if ((await text(path.join(groups, group, 'memory.swap.max'))).trim() === '0') return [];
  return [
    `what people say may be swapped to ${disks.join(', ')}: this kernel holds no limit of memory for the daemon; ` +
      `${ENABLE_LIMITS}, or switch the swap off`,
  ];
}
