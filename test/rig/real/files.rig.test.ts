import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe } from 'vitest';
import { REAL_FILES } from '../../../src/base/files.ts';
import { brokenDiskStatements, type DiskRig, filesStatements } from '../contracts/files.ts';
import { temporaryFolders } from '../folders.ts';

describe('the files of this machine', () => {
  const temporary = temporaryFolders();
  let folder: string;
  beforeEach(() => {
    folder = temporary();
  });

  filesStatements(() => ({ files: REAL_FILES, folder, drive: (wanted) => wanted }));
});

/** A small disk in memory, which can be filled and made read-only. */
class SmallDisk implements DiskRig {
  readonly files = REAL_FILES;
  readonly folder = mkdtempSync(path.join(tmpdir(), 'dragoman-disk-'));
  readonly drive = <T>(wanted: Promise<T>): Promise<T> => wanted;

  constructor() {
    mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', this.folder);
  }

  break = (fault: 'full' | 'read-only'): void => {
    if (fault === 'read-only') {
      mount('-o', 'remount,ro', this.folder);
      return;
    }
    const filler = openSync(this.#filler, 'a');
    try {
      for (;;) writeSync(filler, Buffer.alloc(4096));
    } catch {
      // It is full.
    } finally {
      closeSync(filler);
    }
  };

  repair = (): void => {
    mount('-o', 'remount,rw', this.folder);
    rmSync(this.#filler, { force: true });
  };

  remove(): void {
    execFileSync('umount', ['--lazy', this.folder]);
    rmSync(this.folder, { recursive: true });
  }

  get #filler(): string {
    return path.join(this.folder, '.filler');
  }
}

function mount(...args: readonly string[]): void {
  execFileSync('mount', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Why there can be no small disk on this machine, if there can't. */
function noDisk(): string | undefined {
  try {
    new SmallDisk().remove();
    return undefined;
  } catch (error) {
    return (error as Error).message.trim().split('\n').at(-1);
  }
}

const why = noDisk();
const title = 'a small disk of this machine';

describe.skipIf(why !== undefined)(why === undefined ? title : `${title} [skipped: ${why}]`, () => {
  let disk: SmallDisk;
  beforeEach(() => {
    disk = new SmallDisk();
  });
  afterEach(() => disk.remove());

  brokenDiskStatements(() => disk);
});
