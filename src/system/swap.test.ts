import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { REAL_FILES } from '../base/files.ts';
import { swapNotes } from './swap.ts';

const folder = temporaryFolders();

/** @param swaps lines below the heading; @param limit of this process's control group, if the kernel has one */
function notes(swaps: readonly string[], limit?: string): Promise<readonly string[]> {
  const at = folder();
  const [swapsFile, ownGroup, groups] = ['swaps', 'cgroup', 'groups'].map((name) => path.join(at, name));
  writeFileSync(swapsFile ?? '', ['Filename\tType\tSize\tUsed\tPriority', ...swaps, ''].join('\n'));
  writeFileSync(ownGroup ?? '', '0::/system.slice/dragoman.service\n');
  const own = path.join(groups ?? '', 'system.slice/dragoman.service');
  mkdirSync(own, { recursive: true });
  if (limit !== undefined) writeFileSync(path.join(own, 'memory.swap.max'), `${limit}\n`);
  return swapNotes({ swaps: swapsFile ?? '', ownGroup: ownGroup ?? '', groups: groups ?? '' }, REAL_FILES);
}

const FILE = '/var/swap\tfile\t204796\t0\t-2';
const ZRAM = '/dev/zram0\tpartition\t204796\t0\t100';

describe('that memory may be swapped to the card', () => {
  it('is noted where there is swap and no limit', async () => {
    expect(await notes([FILE])).toEqual([expect.stringContaining('may be swapped to /var/swap')]);
    expect(await notes([ZRAM, FILE], 'max')).toHaveLength(1);
  });

  it('is not noted without swap, with swap in memory, or where the kernel keeps the daemon out', async () => {
    expect(await notes([])).toEqual([]);
    expect(await notes([ZRAM])).toEqual([]);
    expect(await notes([FILE], '0')).toEqual([]);
  });

  it('is not claimed where it cannot be seen', async () => {
    const nowhere = { swaps: '/nowhere', ownGroup: '/nowhere', groups: '/nowhere' };
    expect(await swapNotes(nowhere, REAL_FILES)).toEqual([]);
  });
});
