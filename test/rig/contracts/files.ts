import path from 'node:path';
import { expect, it } from 'vitest';
import type { Files } from '../../../src/base/files.ts';
import { readLedgerFile } from '../../../src/spending/files.ts';
import { Ledger } from '../../../src/spending/ledger.ts';
import type { DiskFault } from '../desk.ts';
import { anEntry, NOON } from '../ledger-entries.ts';
import { FILE } from '../ledgers.ts';
import { VirtualClock } from '../virtual/clock.ts';

/** The storage of the ledger: the machine's files, or those of the simulated disk. */
export interface FilesRig {
  readonly files: Files;
  /** An empty one on that disk. */
  readonly folder: string;
  /** Lets time pass until the promise is settled. */
  drive<T>(wanted: Promise<T>): Promise<T>;
}

/** One whose disk can be broken. */
export interface DiskRig extends FilesRig {
  break(fault: DiskFault): void;
  repair(): void;
}

/** More than the rest of the last page of a file. */
const MUCH = 'x'.repeat(10_000);

/** What holds of files on either rig. */
export function filesStatements(at: () => FilesRig): void {
  it('appends to a file, which the first time makes, and reads it back', async () => {
    const { files, folder, drive } = at();
    const file = path.join(folder, 'ledger');
    const run = async () => {
      for (const line of ['one\n', 'two\n']) {
        const handle = await files.open(file, 'a+');
        await handle.appendFile(line, 'latin1');
        await handle.sync();
        await handle.close();
      }
      return [
        await files.readFile(file, 'latin1'),
        (await files.stat(file)).size,
        await files.readdir(folder),
      ];
    };
    expect(await drive(run())).toEqual(['one\ntwo\n', 8, ['ledger']]);
  });

  it('reads a file through the handle that appends to it, cuts it, and appends after the cut', async () => {
    const { files, folder, drive } = at();
    const file = path.join(folder, 'ledger');
    const run = async () => {
      const first = await files.open(file, 'a+');
      await first.appendFile('one\ntw', 'latin1');
      await first.close();
      const handle = await files.open(file, 'a+');
      const before = await handle.readFile('latin1');
      await handle.truncate(4);
      const { size } = await handle.stat();
      await handle.appendFile('2\n', 'latin1');
      await handle.close();
      return [before, size, await files.readFile(file, 'latin1')];
    };
    expect(await drive(run())).toEqual(['one\ntw', 4, 'one\n2\n']);
  });

  it('says ENOENT of a file and of a folder that are not there', async () => {
    const { files, folder, drive } = at();
    const missing = path.join(folder, 'missing');
    for (const attempt of [
      (): Promise<unknown> => files.readFile(missing, 'latin1'),
      () => files.readdir(missing),
      () => files.open(missing, 'r'),
      () => files.open(path.join(missing, 'file'), 'a+'),
      () => files.stat(missing),
    ]) {
      await expect(drive(attempt())).rejects.toMatchObject({ code: 'ENOENT' });
    }
  });

  it('makes a folder with its parents; an existing one is no error', async () => {
    const { files, folder, drive } = at();
    const made = path.join(folder, 'a', 'b');
    const run = async () => {
      await files.mkdir(made, { recursive: true });
      await files.mkdir(made, { recursive: true });
      const handle = await files.open(made, 'r');
      await handle.sync();
      await handle.close();
      return (await files.stat(made)).isDirectory();
    };
    expect(await drive(run())).toBe(true);
  });

  it('puts a file in the place of another, and removes one', async () => {
    const { files, folder, drive } = at();
    const [file, fresh] = [path.join(folder, 'file'), path.join(folder, 'fresh')];
    const run = async () => {
      for (const [name, content] of [
        [file, 'old'],
        [fresh, 'new'],
      ] as const) {
        const handle = await files.open(name, 'wx', 0o600);
        await handle.writeFile(content);
        await handle.close();
      }
      await files.rename(fresh, file);
      const content = await files.readFile(file, 'latin1');
      await files.rm(file);
      await files.rm(file, { force: true });
      return [content, await files.readdir(folder)];
    };
    expect(await drive(run())).toEqual(['new', []]);
  });
}

/** What holds of a disk that is full or read-only on either rig. */
export function brokenDiskStatements(at: () => DiskRig): void {
  it('adds no more than a beginning on a full disk, and says ENOSPC', async () => {
    const { files, folder, drive, ...disk } = at();
    const file = path.join(folder, 'ledger');
    const handle = await drive(files.open(file, 'a+'));
    await drive(handle.appendFile('one\n', 'latin1'));
    disk.break('full');
    await expect(drive(handle.appendFile(MUCH, 'latin1'))).rejects.toMatchObject({ code: 'ENOSPC' });
    const content = await drive(files.readFile(file, 'latin1'));
    expect(content.slice(0, 4)).toBe('one\n');
    expect(content.length).toBeGreaterThan(4);
    expect(content.length).toBeLessThan(4 + MUCH.length);
    await drive(handle.close());
  });

  it('cuts, writes out and reads on a full disk, and adds again when there is room', async () => {
    const { files, folder, drive, ...disk } = at();
    const file = path.join(folder, 'ledger');
    const handle = await drive(files.open(file, 'a+'));
    await drive(handle.appendFile('one\ntwo\n', 'latin1'));
    disk.break('full');
    await drive(files.mkdir(folder, { recursive: true }));
    await drive(handle.truncate(4));
    await drive(handle.sync());
    expect(await drive(files.readFile(file, 'latin1'))).toBe('one\n');
    disk.repair();
    await drive(handle.appendFile(MUCH, 'latin1'));
    expect((await drive(files.stat(file))).size).toBe(4 + MUCH.length);
    await drive(handle.close());
  });

  it('changes nothing on a read-only disk, and says EROFS; files can be read', async () => {
    const { files, folder, drive, ...disk } = at();
    const file = path.join(folder, 'ledger');
    const handle = await drive(files.open(file, 'a+'));
    await drive(handle.appendFile('one\n', 'latin1'));
    await drive(handle.close());
    disk.break('read-only');
    for (const attempt of [
      (): Promise<unknown> => files.open(file, 'a+'),
      () => files.open(path.join(folder, 'fresh'), 'wx'),
      () => files.rename(file, path.join(folder, 'other')),
      () => files.rm(file),
    ]) {
      await expect(drive(attempt())).rejects.toMatchObject({ code: 'EROFS' });
    }
    await drive(files.mkdir(folder, { recursive: true })); // it exists
    // Node's own mistake: it looks for the folder that could not be made, and finds none.
    await expect(drive(files.mkdir(path.join(folder, 'a'), { recursive: true }))).rejects.toMatchObject({
      code: 'ENOENT',
    });
    expect(await drive(files.readFile(file, 'latin1'))).toBe('one\n');
    disk.repair();
    const again = await drive(files.open(file, 'a+'));
    await drive(again.appendFile('two\n', 'latin1'));
    await drive(again.close());
    expect(await drive(files.readFile(file, 'latin1'))).toBe('one\ntwo\n');
  });

  it.each(['full', 'read-only'] as const)(
    'that is %s costs the ledger no entry: all are written, once, when it is well',
    async (fault) => {
      const { files, folder, drive, ...disk } = at();
      const troubles: (string | undefined)[] = [];
      const ledger = await drive(
        Ledger.open(folder, {
          files,
          clock: new VirtualClock({ wall: NOON }),
          trouble: (error) => troubles.push((error as NodeJS.ErrnoException | undefined)?.code),
        }),
      );
      ledger.append(anEntry(NOON, { guest: 1 }));
      await drive(ledger.flush());
      disk.break(fault);
      for (let guest = 2; guest <= 100; guest += 1) ledger.append(anEntry(NOON, { guest }));
      await drive(ledger.flush());
      expect(troubles).toEqual([fault === 'full' ? 'ENOSPC' : 'EROFS']);
      disk.repair();
      await drive(ledger.stop());
      expect(troubles.at(-1)).toBeUndefined();
      const { entries } = await drive(readLedgerFile(path.join(folder, FILE), files));
      const guests = entries.map(({ guest }) => guest);
      expect(guests).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    },
  );
}
