import { chmod, constants, copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../base/replace-file.ts';
import { wallDate } from '../base/time.ts';
import { addressOf, download, isAddress } from './fetch.ts';
import {
  needKeys,
  needOwn,
  needRoom,
  olderThan,
  sha256Of,
  tryOut,
  unpack,
  unpackedSize,
  verify,
} from './package.ts';
import { type Disk, type Journal, type NewRelease, PACKAGED, type Release } from './plan.ts';
import type { BadMark, Ports, Seen } from './ports.ts';
import { NothingToDo, UpdateRefused } from './refusals.ts';
import { type PublicKey, readSignature, type Signature, signedText } from './signature.ts';
import { Damaged, flushAll, INCOMING, PART, type Places, releaseAt } from './store.ts';

/** A signature of minisign has some 300 bytes. */
const SIGNATURE_LIMIT = 4096;
/** The package has some 40 MB; what is larger than this is none, in bytes. */
const PACKAGE_LIMIT = 512 * 1024 * 1024;

export interface Asked {
  /** A path, or an address. */
  readonly source: string;
  /** Keys whose packages are taken. */
  readonly keys: readonly PublicKey[];
  /** The daemon's configuration, which the new release has to understand. */
  readonly configFile: string | undefined;
  /** Also what runs already, or was rolled back. */
  readonly again: boolean;
  /** Also what is older than what runs, or was taken before. */
  readonly downgrade: boolean;
}

/** Gets the progress, in words. */
export type Progress = (line: string) => void;

/** The checkpoints of a preparation. */
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

  const signature = await fetchSignature(asked, file, ports, signal);
  await mayFollow(signature, disk, asked, ports, signal);
  await fetchPackage(asked, file, ports, progress, signal);
  checkpoint('prepare, fetch');

  progress('verifying its signature');
  await verify(file, signature.key, signal);
  checkpoint('prepare, verify');

  const { version } = signature;
  const size = await unpackedSize(file, signature, signal);
  const sha256 = await sha256Of(file);
  if (!asked.again) notRolledBack(await store.bad(), (mark) => mark.sha256 === sha256);
  await needRoom(places.releases, size, `to unpack ${version}`);
  const release: NewRelease = { name: nameFor(version, disk), version, sha256, signature: signature.line };
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
  // Any user may enter: nothing in there is set-user-id, or a way to anywhere else.
  for (let at = folder; at !== path.dirname(part); at = path.dirname(at)) await chmod(at, 0o755);
  await tryOut(folder, version, asked.configFile, frame, ports.sandbox, signal);
  checkpoint('prepare, try');

  // A folder with the name of a release is complete and on the disk.
  await flushAll(places.releases);
  await rename(folder, path.join(places.releases, release.name));
  await syncFolder(places.releases);
  checkpoint('prepare, name');
  await rm(part, { recursive: true, force: true });
  await rm(incoming, { recursive: true, force: true });

  await accept(version, from, ports, signal);
  const ready: Journal = { ...journal, step: 'wait', to: release };
  await store.write(ready);
  checkpoint('prepare, ready');
  return ready;
}

/** The version of a release that does not say it. */
const UNKNOWN = 'unknown';

/** The frame where no packaged release states one. */
const FIRST_FRAME = 1;

/** The release that runs before an update. */
export function running({ current, releases }: Disk): Release {
  const name = current ?? PACKAGED;
  return { name, version: releases[name] ?? UNKNOWN };
}

/**
 * Copies the signature to a folder that no other user can write to, and reads it. Many desks ask every night for the
 * release that they have: the signature alone shows this, before the package is loaded.
 */
async function fetchSignature(
  { source, keys }: Asked,
  file: string,
  ports: Ports,
  signal: AbortSignal,
): Promise<Signature> {
  const minisig = `${file}.minisig`;
  if (isAddress(source)) {
    const beside = addressOf(source);
    beside.pathname += '.minisig';
    await download(beside, minisig, ports, { limit: SIGNATURE_LIMIT }, signal);
  } else {
    // Report a mistyped name as such, and not as a missing signature.
    await sizeOf(source);
    await copied(`${source}.minisig`, minisig, 'its signature');
  }
  const seen = await seenBy(ports);
  const { signedOn: newest = '' } = seen;
  const today = wallDate(ports.clock).toISOString().slice(0, 10);
  // A clock that was set back does not make a key valid again.
  const signature = await readSignature(minisig, keys, today > newest ? today : newest);
  if (signature.signedOn > newest) await ports.store.see({ ...seen, signedOn: signature.signedOn });
  return signature;
}

/** If it can't be read, the folder of the releases still shows which versions are older. */
async function seenBy({ store, say }: Ports): Promise<Seen> {
  return store.seen().catch((error: Error) => {
    if (!(error instanceof Damaged)) throw error;
    say(`what was accepted before is not known any more: ${error.message}`);
    return {};
  });
}

/** Copies the package to a folder that no other user can write to: nobody can change it after its verification. */
async function fetchPackage(
  { source }: Asked,
  file: string,
  ports: Ports,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const folder = path.dirname(file);
  const forPackage = 'for the package';
  if (!isAddress(source)) {
    await needRoom(folder, await sizeOf(source), forPackage);
    return copied(source, file, 'the package');
  }
  const room = (bytes: number, known: boolean) =>
    needRoom(folder, bytes, known ? forPackage : `${forPackage}, whose size the server does not send`);
  const mebi = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
  const loaded = (bytes: number, of: number | undefined) =>
    progress(`loading: ${mebi(bytes)}${of === undefined ? '' : ` of ${mebi(of)}`} MiB`);
  await download(addressOf(source), file, ports, { limit: PACKAGE_LIMIT, room, progress: loaded }, signal);
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

/** @throws UpdateRefused where one of the marks fits */
function notRolledBack(marks: readonly BadMark[], fits: (mark: BadMark) => boolean): void {
  const mark = marks.find(fits);
  if (mark === undefined) return;
  const { version, at, reason } = mark;
  throw new UpdateRefused(
    `${version} was rolled back on ${at.slice(0, 10)} (${reason}); --again tries it all the same`,
  );
}

/** Whether what was signed may follow what runs, and what was here before. @throws NothingToDo, UpdateRefused */
async function mayFollow(
  { version, architecture, line, signedOn }: Signature,
  disk: Disk,
  { again, downgrade }: Asked,
  ports: Ports,
  signal: AbortSignal,
): Promise<void> {
  needOwn(architecture);
  const bad = await ports.store.bad();
  const from = running(disk);
  if (!again) {
    if (version === from.version) {
      const signed = signedText(signedOn, ports.clock.wallMs());
      throw new NothingToDo(`${version} runs already (${signed}); --again installs it once more`);
    }
    notRolledBack(bad, (mark) => mark.signature === line);
  }
  if (downgrade) return;
  const { accepted } = await seenBy(ports);
  const known = [
    ...(accepted === undefined
      ? []
      : [{ version: accepted.version, is: `was accepted here on ${accepted.at.slice(0, 10)}` }]),
    { version: from.version, is: 'runs' },
    ...Object.values(disk.releases).map((here) => ({ version: here, is: 'is on this machine' })),
    ...bad.map((mark) => ({ version: mark.version, is: `was rolled back on ${mark.at.slice(0, 10)}` })),
  ].filter((one) => one.version !== UNKNOWN);
  const anyway = '--downgrade installs it all the same';
  if (known.length === 0) {
    throw new UpdateRefused(
      `whether ${version} is older than what runs is not known, since no release here says which it is; ${anyway}`,
    );
  }
  for (const { version: other, is } of known) {
    if (!(await olderThan(version, other, signal))) continue;
    throw new UpdateRefused(
      `${version} is older than ${other}, which ${is}; ${anyway}, ` +
        '"dragoman update back" goes back to the one before',
    );
  }
}

/** Remembers the highest version before the update begins. */
async function accept(version: string, from: Release, ports: Ports, signal: AbortSignal): Promise<void> {
  const seen = await seenBy(ports);
  let { accepted } = seen;
  for (const next of [from.version, version]) {
    if (next === UNKNOWN) continue;
    if (accepted === undefined || (await olderThan(accepted.version, next, signal))) {
      accepted = { version: next, at: wallDate(ports.clock).toISOString() };
    }
  }
  if (accepted !== undefined && accepted !== seen.accepted) await ports.store.see({ ...seen, accepted });
}

/** A free name for the folder of a release. */
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
  const to = { name, version: disk.releases[name] ?? UNKNOWN };
  const startedAt = wallDate(clock).toISOString();
  const journal: Journal = { step: 'wait', startedAt, from, to, attempts: 1 };
  await store.write(journal);
  return journal;
}
