import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink, realpath, statfs } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { childEnvironment } from '../base/child-environment.ts';
import type { Sandbox } from './ports.ts';
import { UpdateRefused } from './refusals.ts';
import { program } from './sandbox.ts';
import type { PublicKey, Signature } from './signature.ts';
import { type ReleaseFile, releaseAt } from './store.ts';

/** @throws UpdateRefused where there is no key to trust */
export function needKeys(keys: readonly PublicKey[]): void {
  if (keys.length > 0) return;
  throw new UpdateRefused(
    'no public key is configured, so no package can be trusted: put the key that signs your packages into ' +
      '[update] public_keys of the configuration (docs/operator/updates.md)',
  );
}

/**
 * Verifies a package against the signature in FILE.minisig.
 * @param key minisign's public one, which made it
 * @throws UpdateRefused
 */
export async function verify(file: string, key: string, signal: AbortSignal): Promise<void> {
  const { code, stderr } = await program('minisign', ['-Vm', file, '-P', key], signal);
  if (code === 0) return;
  const why = stderr.trim().replaceAll('\n', ' ').replaceAll(file, 'the package');
  throw new UpdateRefused(
    `the package is not what was signed by a key of [update] public_keys (minisign: ${why}); ` +
      'it was damaged on its way, or is not from whom you think',
  );
}

/** Debian's names of what Node calls the processor. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** @throws UpdateRefused where a package for this processor (Debian's name) does not run on this machine */
export function needOwn(architecture: string): void {
  const own = ARCHITECTURES[process.arch] ?? process.arch;
  if (architecture === own) return;
  throw new UpdateRefused(
    `the package is for ${architecture}, and this machine is ${own}: take that for ${own}`,
  );
}

/**
 * What a verified package unpacks to, in bytes, as it says.
 * @throws UpdateRefused where it is not the package that its signature speaks of
 */
export async function unpackedSize(
  file: string,
  { version, architecture }: Signature,
  signal: AbortSignal,
): Promise<number> {
  const { code, stdout, stderr } = await program('dpkg-deb', ['-f', file], signal);
  if (code !== 0) throw new UpdateRefused(`the file is no Debian package: ${stderr.trim()}`);
  const field = (name: string) => new RegExp(`^${name}: *(.*)$`, 'm').exec(stdout)?.[1] ?? '';
  const is = [field('Package'), field('Version'), field('Architecture')].join(' ');
  const signed = `dragoman ${version} ${architecture}`;
  if (is !== signed) {
    throw new UpdateRefused(
      `the package is "${is}", and its signature is one for "${signed}": sign it by scripts/sign-release`,
    );
  }
  return Number(field('Installed-Size')) * 1024;
}

/** Whether a version is older than another, as Debian orders them. @throws UpdateRefused where they have no order */
export async function olderThan(version: string, other: string, signal: AbortSignal): Promise<boolean> {
  const { code, stderr } = await program('dpkg', ['--compare-versions', version, 'lt', other], signal);
  // 0 and 1 answer; anything else says that it does not know.
  if (code > 1) throw new UpdateRefused(`${version} can't be compared with ${other}: ${stderr.trim()}`);
  return code === 0;
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** This much stays free for the ledger and other programs, in bytes. */
const SPARE_BYTES = 32 * 1024 * 1024;
/** For the metadata of the file system. */
const OVERHEAD = 1.1;

/** What the archive within a package has besides its files, at most, in bytes. */
const ARCHIVE_BYTES = 1024 * 1024;

/** @param bytes that are to be written @throws UpdateRefused where there is no room for them */
export async function needRoom(folder: string, bytes: number, what: string): Promise<void> {
  const free = await freeBytes(folder);
  const needed = bytes * OVERHEAD + SPARE_BYTES;
  if (free >= needed) return;
  const mebi = (n: number) => `${Math.ceil(n / 1024 / 1024)} MiB`;
  throw new UpdateRefused(
    `too little room in ${folder} ${what}: ${mebi(needed)} are needed, ${mebi(free)} are free; make room (df)`,
  );
}

/** With less free space, a program failed because of the full disk, in bytes. */
const FULL_BYTES = 1024 * 1024;

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** What is in the package of a release. */
const TREE = 'usr/lib/dragoman';

/**
 * Unpacks the release out of a verified package.
 * @param into an empty folder
 * @param size the unpacked size that the package states, in bytes: a package with much more is not unpacked
 * @param progress gets how many bytes have been unpacked
 * @returns its folder, within `into`
 * @throws UpdateRefused where the package is damaged or holds what no release needs
 */
export async function unpack(
  file: string,
  into: string,
  size: number,
  progress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const env = childEnvironment();
  const opener = spawn('dpkg-deb', ['--fsys-tarfile', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    env,
  });
  const tar = ['--extract', '--preserve-permissions', '--no-same-owner', '--directory', into, `./${TREE}`];
  const writer = spawn('tar', tar, { stdio: ['pipe', 'ignore', 'pipe'], signal, env });
  const ends = Promise.all([ended('dpkg-deb', opener), ended('tar', writer)]);
  let bytes = 0;
  const limit = size * OVERHEAD + ARCHIVE_BYTES;
  async function* counted(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > limit) return;
      progress(bytes);
      yield chunk;
    }
  }
  // The program that fails says why.
  await pipeline(opener.stdout, counted, writer.stdin).catch(() => {});
  const failures = (await ends).filter((failure) => failure !== undefined);
  signal.throwIfAborted();
  if (bytes > limit) {
    throw new UpdateRefused(
      `the package holds more than the ${Math.ceil(size / 1024)} KiB that it says (Installed-Size): it would fill the disk`,
    );
  }
  if (failures.length > 0) {
    const full = (await freeBytes(into)) < FULL_BYTES ? 'the disk is full; ' : '';
    throw new UpdateRefused(`the package can't be unpacked: ${full}${failures.join('; ')}`);
  }
  const folder = path.join(into, TREE);
  await checkTree(folder);
  return folder;
}

async function ended(name: string, child: ReturnType<typeof spawn>): Promise<string | undefined> {
  let printed = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    if (printed.length < 1000) printed += chunk.toString();
  });
  const how = await once(child, 'close').catch((error: Error) => error);
  if (how instanceof Error) return `${name}: ${how.message}`;
  return how[0] === 0 ? undefined : `${name}: ${printed.trim().split('\n')[0] ?? ''}`;
}

/** Set-user-id, set-group-id, and what all may write to (stat(2)). */
const ODD_MODES = 0o6002;

/** A release has only plain files, folders, and relative links within itself. @throws UpdateRefused */
export async function checkTree(root: string): Promise<void> {
  const real = await realpath(root).catch(noRelease);
  const walk = async (folder: string, depth: number): Promise<void> => {
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      const is = await lstat(file);
      const odd = (what: string): never => {
        throw new UpdateRefused(
          `the package holds what no release needs: ${path.relative(root, file)} is ${what}`,
        );
      };
      if (is.isSymbolicLink()) {
        const target = await realpath(file).catch(() => odd('a link that leads nowhere'));
        const inside = target === real || target.startsWith(`${real}${path.sep}`);
        if (!inside || mayLeave(await readlink(file), depth)) odd('a link that leads out of it');
      } else if (is.isDirectory() || is.isFile()) {
        if ((is.mode & ODD_MODES) !== 0) odd('set-user-id, or may be written by all');
        if (is.isDirectory()) await walk(file, depth + 1);
      } else odd('neither file nor folder nor link');
    }
  };
  await walk(root, 0);
}

function noRelease(error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOENT') throw new UpdateRefused(`there is no release in the package (./${TREE})`);
  throw error;
}

/**
 * Whether a link depends on the place of the tree, or has `..` after another name, which may be a link.
 * @param depth of its folder, below the tree's
 */
function mayLeave(link: string, depth: number): boolean {
  const names = link.split('/');
  const down = names.findIndex((name) => name !== '..');
  const climbs = down < 0 ? names.length : down;
  return link.startsWith('/') || climbs > depth || names.includes('..', climbs);
}

/**
 * Runs a new release once, and has it read the present configuration, before anything is switched to it.
 * @param configFile the daemon's; undefined where there is none
 * @param frame what the installed frame can carry
 * @param sandbox what it runs in: it is not trusted with anything yet
 * @throws UpdateRefused
 */
export async function tryOut(
  folder: string,
  version: string,
  configFile: string | undefined,
  frame: number,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<ReleaseFile> {
  const is = await releaseAt(folder).catch((error: Error) => {
    throw new UpdateRefused(`the release in the package does not say what it is: ${error.message}`);
  });
  if (is.version !== version) {
    throw new UpdateRefused(`the package says it is ${version}, the release in it ${is.version}`);
  }
  if (is.frame > frame) {
    throw new UpdateRefused(
      `the release needs newer units and rules (frame ${is.frame}) than are installed (frame ${frame}), and only Debian's ` +
        'package manager changes these: install it with "apt-get install ./FILE.deb"',
    );
  }
  const tried = await sandbox.run(folder, ['--version'], undefined, signal);
  if (tried.code !== 0 || tried.stdout.trim() !== version) {
    const said = (tried.stderr.trim() || tried.stdout.trim()).split('\n').slice(0, 5).join('\n');
    throw new UpdateRefused(
      `the release does not run on this machine: ${said === '' ? `it says nothing (exit code ${tried.code})` : said}`,
    );
  }
  if (configFile !== undefined) {
    const checked = await sandbox.run(folder, ['config', 'check'], configFile, signal);
    if (checked.code !== 0) {
      throw new UpdateRefused(
        `the release refuses the present configuration; put that right first:\n${checked.stderr.trim()}`,
      );
    }
  }
  return is;
}
