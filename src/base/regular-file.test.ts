import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dragomanInProcess } from '../../test/rig/command.ts';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { loadPrompts } from '../audio/prompts.ts';
import { readBook } from '../phrasebook/book/book-file.ts';
import { appendLines, ledgerFile, readLedgerFile } from '../spending/files.ts';
import { Ledger } from '../spending/ledger.ts';
import { readConfig } from '../system/config/load.ts';
import { apiKey } from '../system/credentials.ts';
import { readRegularFile } from './regular-file.ts';

const folder = temporaryFolders();

/** Each of these would hold a reader up, or never end. @returns makes it in place of a file */
const OTHERS: Readonly<Record<string, (file: string) => unknown>> = {
  'a FIFO': (file) => execFileSync('mkfifo', [file]),
  'a device': (file) => symlinkSync('/dev/zero', file),
  'a folder': (file) => mkdirSync(file),
  'a socket': async (file) => {
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(file, resolve));
  },
};

/** What is read of a file that people or others provide. Rejects with a text for people. */
const READERS: Readonly<Record<string, readonly [name: string, (file: string) => Promise<unknown>]>> = {
  'the configuration': ['dragoman.toml', (file) => readConfig(file)],
  'the key': ['key', (file) => apiKey({}, file)],
  'the phrasebook': ['book.json', (file) => readBook(file)],
  'a prompt': [
    'one-moment.en.wav',
    async (file) => {
      throw new Error((await loadPrompts(path.dirname(file))).problems.join());
    },
  ],
  'the ledger': [
    ledgerFile(new Date()),
    async (file) => {
      const { stderr } = await dragomanInProcess(['costs', '--folder', path.dirname(file)]);
      throw new Error(stderr);
    },
  ],
};

describe.each(Object.entries(READERS))('%s', (_, [name, read]) => {
  it.each(Object.entries(OTHERS))('that is %s is refused at once, by its name', async (kind, make) => {
    const file = path.join(folder(), name);
    await make(file);
    const refusal = await read(file).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(refusal).toContain(file);
    expect(refusal).toContain(`is ${kind} and no regular file: put a file there, or name another one`);
  });

  it('that is too large is refused without being read', async () => {
    const file = path.join(folder(), name);
    writeFileSync(file, '');
    truncateSync(file, 2 ** 33);
    await expect(read(file)).rejects.toThrow(/is larger than \d+ [KM]iB, the most that is read/);
  });
});

describe('a file without a size', () => {
  it('is read to its end, and no further than it may be', async () => {
    expect((await readRegularFile('/proc/self/status', 65_536, 'followed')).length).toBeGreaterThan(100);
    await expect(readRegularFile('/proc/self/status', 50, 'followed')).rejects.toThrow('is larger than');
  });
});

describe('a symbolic link', () => {
  it.each(['the configuration', 'the key', 'the phrasebook'])('is followed by %s', async (which) => {
    const [name, read] = READERS[which] ?? ['', async () => ''];
    const at = folder();
    writeFileSync(path.join(at, 'elsewhere'), 'AIza0123456789');
    symlinkSync('elsewhere', path.join(at, name));
    expect(await read(path.join(at, name))).toBe('AIza0123456789');
  });

  it('is followed neither where the ledger is read nor where it is written', async () => {
    const at = folder();
    const file = path.join(at, ledgerFile(new Date()));
    const elsewhere = path.join(at, 'elsewhere');
    writeFileSync(elsewhere, '');
    symlinkSync('elsewhere', file);
    await expect(readLedgerFile(file)).rejects.toThrow('is a symbolic link, which is not followed here');
    await expect(appendLines(file, 'x\n', undefined, () => {})).rejects.toThrow('is a symbolic link');
    expect((await readRegularFile(elsewhere, 10, 'refused')).length).toBe(0);
  });
});

it('a ledger of the daemon that is a FIFO is reported as trouble, and blocks nothing', async () => {
  const clock = new VirtualClock();
  const at = folder();
  execFileSync('mkfifo', [path.join(at, ledgerFile(new Date(clock.wallMs())))]);
  const troubles: unknown[] = [];
  const ledger = await Ledger.open(at, { clock, trouble: (error) => troubles.push(String(error)) });
  expect(troubles).toEqual([expect.stringMatching(/ledger-.*jsonl is a FIFO and no regular file/)]);
  await ledger.stop();
});
