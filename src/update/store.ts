import type { Dirent } from 'node:fs';
import {
  chmod,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  unlink,
} from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import koffi from 'koffi';
import { z } from 'zod';
import { ifMissing } from '../base/files.ts';
import { valueOfJson } from '../base/foreign-text.ts';
import { replaceFile, syncFolder } from '../base/replace-file.ts';
import { type Clock, wallDate } from '../base/time.ts';
import { type Disk, journalSchema, type Outcome, outcomeSchema, PACKAGED } from './plan.ts';
import { type BadMark, badMarkSchema, type Store, seenSchema } from './ports.ts';

/** Where releases lie. */
export interface Places {
  /** The folder of the releases. */
  readonly releases: string;
  /** The release that Debian's package manager installed. */
  readonly packaged: string;
}

export const INSTALLED: Places = { releases: '/var/lib/dragoman/releases', packaged: '/usr/lib/dragoman' };

/** A release's description of itself (release.json). */
const releaseFile = z.object({
  version: z.string().regex(/^\d[\w.+~-]*$/),
  arch: z.string(),
  node: z.string(),
  /** Of the contract between releases and what only the package manager changes: units, users, rules. */
  frame: z.int(),
});
export type ReleaseFile = z.output<typeof releaseFile>;

/** @throws Error where there is none, or none that can be read */
export async function releaseAt(folder: string): Promise<ReleaseFile> {
  const file = path.join(folder, 'release.json');
  const read = releaseFile.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (read.success) return read.data;
  throw new Error(`${file}: ${z.prettifyError(read.error)}`);
}

/** This many releases that were rolled back are remembered. */
const BAD_MARKS = 10;

/** The suffix of what is being unpacked or removed. */
export const PART = '.part';
const NEW = '.new';
/** The folder of what is fetched, to be verified and unpacked. */
export const INCOMING = 'incoming';

/** The folder of the releases on the disk. Makes it where it is not there. */
export async function openStore(places: Places, clock: Clock): Promise<Store> {
  // The daemon has to read it, whichever user makes it.
  if ((await mkdir(places.releases, { recursive: true })) !== undefined) await chmod(places.releases, 0o755);
  return storeIn(places, clock);
}

/** The same, to be looked at: nothing is made, and where there is no folder, there are no releases in it. */
export function storeIn(places: Places, clock: Clock): Store {
  const { releases: folder } = places;
  const at = (name: string) => path.join(folder, name);
  const now = () => wallDate(clock).toISOString();

  const store: Store = {
    look: () => look(places),
    journal: () => read(at('update.json'), journalSchema),
    write: (journal) => write(folder, 'update.json', journal),
    close: () => removeFile(at('update.json')),
    async point(name) {
      if ((await look(places)).current === name) return;
      // No link stands for the packaged release; to take one away needs no room on the disk.
      if (name !== PACKAGED) return link(folder, 'current', name);
      await removeFile(at('current'));
    },
    async remember(previous) {
      if ((await look(places)).previous === previous) return;
      await link(folder, 'previous', previous === PACKAGED ? places.packaged : previous);
    },
    async remove(names) {
      for (const name of names) {
        const part = name.endsWith(PART) ? name : `${name}${PART}`;
        // What is half removed must not have the name of a whole release.
        if (part !== name) {
          await rm(at(part), { recursive: true, force: true });
          await rename(at(name), at(part));
          await syncFolder(folder);
        }
        await rm(at(part), { recursive: true, force: true });
      }
      if (names.length > 0) await syncFolder(folder);
    },
    bad: async () => (await read(at('bad.json'), z.array(badMarkSchema)).catch(() => undefined)) ?? [],
    async markBad({ version, sha256, signature }, reason) {
      if (sha256 === undefined || signature === undefined) return;
      const others = (await store.bad()).filter((mark) => mark.sha256 !== sha256);
      const mark: BadMark = { version, sha256, signature, reason, at: now() };
      await write(folder, 'bad.json', [...others, mark].slice(-BAD_MARKS));
    },
    seen: async () => (await read(at('seen.json'), seenSchema)) ?? {},
    see: (seen) => write(folder, 'seen.json', seen),
    outcome: () => read(at('outcome.json'), outcomeSchema).catch(() => undefined),
    forget: () => removeFile(at('outcome.json')),
    async report(ending) {
      const last = ending.outcome === 'refused' ? await store.outcome() : undefined;
      const rolledBack = last?.outcome === 'rolled back' ? last : last?.rolledBack;
      const outcome: Outcome = { ...ending, at: now() };
      await write(folder, 'outcome.json', rolledBack === undefined ? outcome : { ...outcome, rolledBack });
    },
  };
  return store;
}

async function look({ releases: folder, packaged }: Places): Promise<Disk> {
  const releases: Record<string, string> = {};
  const leftovers: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(ifMissing<Dirent[]>([]));
  for (const entry of entries) {
    const { name } = entry;
    if (name === INCOMING || name.endsWith(PART) || name.endsWith(NEW)) leftovers.push(name);
    else if (entry.isDirectory() && /^\d/.test(name)) {
      const is = await releaseAt(path.join(folder, name)).catch(() => undefined);
      if (is === undefined) leftovers.push(name);
      else releases[name] = is.version;
    }
  }
  const is = await releaseAt(packaged).catch(() => undefined);
  releases[PACKAGED] = is?.version ?? 'unknown';
  const named = async (name: string) => {
    const target = await readlink(path.join(folder, name)).catch(() => undefined);
    if (target === undefined) return undefined;
    const whole = path.resolve(folder, target);
    if (whole === path.resolve(packaged)) return PACKAGED;
    const inside = path.relative(folder, whole);
    return inside in releases && inside !== PACKAGED ? inside : '';
  };
  const [current, previous] = [await named('current'), await named('previous')];
  return {
    current: current === '' ? undefined : (current ?? PACKAGED),
    previous: previous === '' ? undefined : previous,
    releases,
    leftovers,
  };
}

/** Whether there is no room left: on the disk, or of the user's share of it. */
export function isFull(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ENOSPC' || error.code === 'EDQUOT';
}

/** The file is damaged or not ours: its content can't be trusted. */
export class Damaged extends Error {
  override readonly name = 'Damaged';
}

/** @returns undefined where there is no such file @throws Damaged, Error of the file system */
async function read<S extends z.ZodType>(file: string, schema: S): Promise<z.output<S> | undefined> {
  const text = await readFile(file, 'utf8').catch(ifMissing(undefined));
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(valueOfJson(text));
  if (parsed.success) return parsed.data;
  throw new Damaged(`${file}: ${z.prettifyError(parsed.error)}`);
}

function write(folder: string, name: string, content: unknown): Promise<void> {
  const text = `${JSON.stringify(content, null, 2)}\n`;
  return replaceFile(path.join(folder, name), text, { file: 0o644, folder: 0o755 });
}

async function link(folder: string, name: string, target: string): Promise<void> {
  const temporary = path.join(folder, `${name}${NEW}`);
  await rm(temporary, { force: true });
  await symlink(target, temporary);
  await rename(temporary, path.join(folder, name));
  await syncFolder(folder);
}

/** Removes a file or a link, where there is one. */
async function removeFile(file: string): Promise<void> {
  const removed = await unlink(file).then(() => true, ifMissing(false));
  if (removed) await syncFolder(path.dirname(file));
}

/** Writes the whole file system of a folder to the disk (syncfs(2)). @throws Error where that fails */
export async function flushAll(folder: string): Promise<void> {
  const syncfs = koffi.load('libc.so.6').func('int syncfs(int fd)');
  const handle = await open(folder, 'r');
  try {
    // In a thread: a slow card takes seconds.
    if ((await promisify(syncfs.async)(handle.fd)) === 0) return;
    throw new Error(`what is in ${folder} can't be written to the disk; the kernel's log (dmesg) says why`);
  } finally {
    await handle.close();
  }
}
