import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { change, releaseIn, type Signer, setVersion, signer } from '../rig/packages.ts';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../build/appliance/', import.meta.url));
/** Where their folder is on the machine. */
const INSIDE = '/opt/releases';

/**
 * What becomes of a release when it is started as the daemon; it answers all the same when it is tried out, as a
 * release does that has passed its maker's tests.
 */
const KINDS = {
  healthy: '',
  crashes: 'case $1 in run) exit 1 ;; esac',
  hangs: 'case $1 in run) exec sleep infinity ;; esac',
} as const;
export type Kind = keyof typeof KINDS;

/** Each kind has a version of its own, all of them newer than the package. */
export const VERSIONS: Readonly<Record<Kind, string>> = { healthy: '99.1', crashes: '99.2', hangs: '99.3' };

/** Packages of newer releases, made of one package and signed by keys of their own. */
export class Releases {
  /** They lie here, each with its signature. */
  readonly folder: string;
  readonly own: Signer;
  readonly foreign: Signer;
  readonly #package: string;

  /** @param from a package; what was made of it before is still there */
  constructor(from: string) {
    this.folder = path.join(CACHE, `releases-${path.basename(from, '.deb')}`);
    for (const old of globSync(path.join(CACHE, 'releases-*')))
      if (old !== this.folder) rmSync(old, { recursive: true });
    mkdirSync(this.folder, { recursive: true });
    this.own = signer(this.folder, 'own');
    this.foreign = signer(this.folder, 'foreign');
    this.#package = from;
  }

  /** More of a machine's configuration: it trusts who signs them. */
  get config(): string {
    return `[update]\npublic_keys = ["${this.own.publicKey}"]\n`;
  }

  /** The argument of systemd-nspawn by which they are on a machine, at `inside()`. */
  get bind(): string {
    return `--bind-ro=${this.folder}:${INSIDE}`;
  }

  /** The package of a release by its path on a machine. */
  inside(kind: Kind | 'forged'): string {
    return path.join(INSIDE, `${kind}.deb`);
  }

  /** The package of a release, signed by the configured key. Made when it is first asked for, in a few seconds. */
  async make(kind: Kind): Promise<string> {
    const file = path.join(this.folder, `${kind}.deb`);
    if (existsSync(`${file}.minisig`)) return file;
    const tree = mkdtempSync(path.join(this.folder, 'tree-'));
    try {
      await run('dpkg-deb', ['--raw-extract', this.#package, tree]);
      setVersion(tree, VERSIONS[kind]);
      change(path.join(releaseIn(tree), 'bin/dragoman'), (text) => text.replace('\n', `\n${KINDS[kind]}\n`));
      await run('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z1', '--build', tree, `${file}.new`]);
      renameSync(`${file}.new`, file);
      this.own.sign(file);
      return file;
    } finally {
      rmSync(tree, { recursive: true });
    }
  }
}
