import { afterEach, beforeEach, describe } from 'vitest';
import { brokenDiskStatements, type DiskRig, filesStatements } from '../contracts/files.ts';
import { temporaryFolders } from '../folders.ts';
import { VirtualClock } from './clock.ts';
import { VirtualFiles } from './files.ts';

const temporary = temporaryFolders();

describe('files in virtual time', () => {
  let rig: DiskRig;
  let clock: VirtualClock;
  beforeEach(() => {
    clock = new VirtualClock();
    const disk = new VirtualFiles(clock);
    rig = {
      files: disk.files,
      folder: temporary(),
      drive: (wanted) => clock.drive(wanted),
      break: (fault) => disk.break(fault),
      repair: () => disk.repair(),
    };
  });
  afterEach(() => clock.stop());

  filesStatements(() => rig);
  describe('on a disk', () => brokenDiskStatements(() => rig));
});
