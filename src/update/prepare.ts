import { chmod, constants, copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { wallDate } from '../time.ts';
import { addressOf, download, isAddress } from './fetch.ts';
import {
  fieldsOf,
  NothingToDo,
  needKeys,
  needRoom,
  olderThan,
  sha256Of,
  signatureIn,
  tryOut,
  UpdateRefused,
  unpack,
  verify,
} from './package.ts';
import { type Disk, type Journal, type NewRelease, PACKAGED, type Release } from './plan.ts';
import type { BadMark, Ports } from './ports.ts';
import { flush, flushAll, INCOMING, PART, type Places, releaseAt } from './store.ts';

/** A signature of minisign has some 300 bytes. */
const SIGNATURE_LIMIT = 4096;
/** The package has some 40 MB; what is larger than this is none, in bytes. */
const PACKAGE_LIMIT = 512 * 1024 * 1024;

export interface Asked {
  /** A path, or an address. */
  readonly source: string;
  /** Minisign's public keys of those who may sign. */
  readonly keys: readonly string[];
  /** The daemon's configuration, which the new release has to understand. */
  readonly configFile: string | undefined;
  /** Also what runs already, or was taken back. */
  readonly again: boolean;
  /** Also what is older than what runs. */
  readonly downgrade: boolean;
}

/** How far it is, in words. */
export type Progress = (line: string) => void;

/** Where the preparation can be cut off. */
export const PREPARING: readonly string[] = ['fetch', 'verify', 'unpack', 'try', 'name', 'ready'].map(
  (name) => `prepare, ${name}`,
);

/**
 * Fetches, verifies and unpacks a package, and tries it out. Nothing is switched.
 * @returns the journal of the update that may begin, already on the disk
 * @throws UpdateRefused, NothingToDo: then the journal is still that of a preparation
 */
export async function prepare(
  asked: Asked,
  places: Places,
  ports: Ports,
  progress: Progress,
  signal: AbortSignal,
): Promise<Journal> {
  const { store, checkpoint, clock } = ports;
  const disk = await store.look();
  const from = running(disk);
  const startedAt = wallDate(clock).toISOString();
  const journal: Journal = { step: 'prepare', startedAt, from, attempts: 1 };
  await store.write(journal);
  needKeys(asked.keys);
  const incoming = path.join(places.releases, INCOMING);
  await mkdir(incoming, { mode: 0o700 });
  const file = path.join(incoming, 'release.deb');

  const signature = await fetchPackage(asked, file, ports, from, progress, signal);
  checkpoint('prepare, fetch');

  progress('verifying its signature');
  await verify(file, asked.keys, signal);
  checkpoint('prepare, verify');

  const { version, size } = await fieldsOf(file, signal);
  await store.see({ signature, version });
  const sha256 = await sha256Of(file);
  await mayFollow(version, from, sha256, asked, await store.bad(), signal);
  await needRoom(places.releases, size, `to unpack ${version}`);
  const release: NewRelease = { name: nameFor(version, disk), version, sha256, signature };
  await store.write({ ...journal, to: release });

  const part = path.join(places.releases, `${release.name}${PART}`);
  await mkdir(part, { mode: 0o700 });
  const percent = (bytes: number) => Math.min(100, Math.round((bytes / size) * 100));
  const folder = await unpack(
    file,
    part,
    size,
    (bytes) => progress(`unpacking ${version}: ${percent(bytes)} %`),
    signal,
  );
  checkpoint('prepare, unpack');

  progress(`trying whether ${version} runs`);
  const frame = await releaseAt(places.packaged).then(
    (is) => is.frame,
    () => FIRST_FRAME,
  );
  await tryOut(folder, version, asked.configFile, frame, signal);
  checkpoint('prepare, try');

  // What bears the name of a release is whole and on the disk.
  await chmod(folder, 0o755);
  await flushAll(places.releases);
  await rename(folder, path.join(places.releases, release.name));
  await flush(places.releases);
  checkpoint('prepare, name');
  await rm(part, { recursive: true, force: true });
  await rm(incoming, { recursive: true, force: true });

  const ready: Journal = { ...journal, step: 'wait', to: release };
  await store.write(ready);
  checkpoint('prepare, ready');
  return ready;
}

/** Where no packaged release tells another. */
const FIRST_FRAME = 1;

/** What runs before an update. */
export function running({ current, releases }: Disk): Release {
  const name = current ?? PACKAGED;
  return { name, version: releases[name] ?? 'unknown' };
}

/**
 * Brings the package and its signature to where nobody else writes: what is verified is what is unpacked.
 * @returns the signature
 */
async function fetchPackage(
  asked: Asked,
  file: string,
  ports: Ports,
  from: Release,
  progress: Progress,
  signal: AbortSignal,
): Promise<string> {
  const { source } = asked;
  const url = isAddress(source) ? addressOf(source) : undefined;
  const minisig = `${file}.minisig`;
  if (url === undefined) {
    // A name that was mistyped is no missing signature.
    await sizeOf(source);
    await copied(`${source}.minisig`, minisig, 'its signature');
  } else {
    const beside = new URL(url);
    beside.pathname += '.minisig';
    await download(beside, minisig, ports, { limit: SIGNATURE_LIMIT }, signal);
  }
  const signature = await signatureIn(minisig);
  // A fleet asks every night for what it has: known by its signature, before anything is loaded.
  if (!asked.again) await mayBeLoaded(signature, from, ports.store);

  const folder = path.dirname(file);
  const forPackage = 'for the package';
  if (url === undefined) {
    await needRoom(folder, await sizeOf(source), forPackage);
    await copied(source, file, 'the package');
  } else {
    const mebi = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
    const told = (bytes: number, of: number | undefined) =>
      progress(`loading: ${mebi(bytes)}${of === undefined ? '' : ` of ${mebi(of)}`} MiB`);
    const room = (bytes: number, known: boolean) =>
      needRoom(folder, bytes, known ? forPackage : `${forPackage}, whose size the server does not tell`);
    await download(url, file, ports, { limit: PACKAGE_LIMIT, room, progress: told }, signal);
  }
  return signature;
}

async function sizeOf(file: string): Promise<number> {
  const { size } = await stat(file).catch(unreadable('the package', file));
  return size;
}

function unreadable(what: string, file: string) {
  return (error: NodeJS.ErrnoException): never => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new UpdateRefused(`${what} can't be read: ${file}: ${why}`);
  };
}

async function copied(source: string, to: string, what: string): Promise<void> {
  await copyFile(source, to, constants.COPYFILE_FICLONE).catch(unreadable(what, source));
  await chmod(to, 0o600);
}

async function mayBeLoaded(signature: string, from: Release, store: Ports['store']): Promise<void> {
  const seen = await store.seen();
  if (seen?.signature === signature && seen.version === from.version) {
    throw new NothingToDo(`${from.version} runs already`);
  }
  const mark = (await store.bad()).find((bad) => bad.signature === signature);
  if (mark !== undefined) throw takenBackBefore(mark);
}

function takenBackBefore({ version, at, reason }: BadMark): UpdateRefused {
  return new UpdateRefused(
    `${version} was taken back on ${at.slice(0, 10)} (${reason}); --again tries it all the same`,
  );
}

/** Whether this version may follow what runs. */
async function mayFollow(
  version: string,
  from: Release,
  sha256: string,
  { again, downgrade }: Asked,
  bad: readonly BadMark[],
  signal: AbortSignal,
): Promise<void> {
  if (!again) {
    if (version === from.version)
      throw new NothingToDo(`${version} runs already; --again installs it once more`);
    const mark = bad.find((mark) => mark.sha256 === sha256);
    if (mark !== undefined) throw takenBackBefore(mark);
  }
  if (!downgrade && from.version !== 'unknown' && (await olderThan(version, from.version, signal))) {
    throw new UpdateRefused(
      `${version} is older than ${from.version}, which runs; --downgrade installs it all the same, ` +
        '"dragoman update back" goes back to the one before',
    );
  }
}

/** A folder's name that none of the releases has that stay. */
function nameFor(version: string, { releases }: Disk): string {
  const names = [version, `${version}.again`, `${version}.again2`];
  const free = names.find((name) => !(name in releases));
  // Two stay at most: the one that runs and the one before.
  return free ?? version;
}

/**
 * The update that goes back to the release before, which is here already.
 * @returns its journal, already on the disk
 * @throws UpdateRefused where there is none
 */
export async function prepareBack({ store, clock }: Ports): Promise<Journal> {
  const disk = await store.look();
  const from = running(disk);
  const name = disk.previous ?? PACKAGED;
  if (name === from.name) {
    throw new UpdateRefused(`there is no release before ${from.version} on this machine`);
  }
  const to = { name, version: disk.releases[name] ?? 'unknown' };
  const startedAt = wallDate(clock).toISOString();
  const journal: Journal = { step: 'wait', startedAt, from, to, attempts: 1 };
  await store.write(journal);
  return journal;
}
