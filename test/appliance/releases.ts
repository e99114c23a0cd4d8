import { execFile } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../build/appliance/', import.meta.url));

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
  /** They lie here by the names of `file()`, each with its signature. */
  readonly folder: string;
  readonly #package: string;

  private constructor(folder: string, from: string) {
    this.folder = folder;
    this.#package = from;
  }

  /** @param from a package; what was made of it before is still there */
  static async of(from: string): Promise<Releases> {
    const folder = path.join(CACHE, `releases-${path.basename(from, '.deb')}`);
    for (const old of globSync(path.join(CACHE, 'releases-*')))
      if (old !== folder) rmSync(old, { recursive: true });
    mkdirSync(folder, { recursive: true });
    for (const name of ['own', 'foreign'])
      if (!existsSync(path.join(folder, `${name}.key`)))
        await run('minisign', ['-GWfp', `${name}.pub`, '-s', `${name}.key`], { cwd: folder });
    return new Releases(folder, from);
  }

  /** For [update] public_keys. */
  get publicKey(): string {
    return readFileSync(path.join(this.folder, 'own.pub'), 'utf8').split('\n')[1] ?? '';
  }

  file(kind: Kind): string {
    return `${kind}.deb`;
  }

  /** The package of a release, signed by the configured key. Made when it is first asked for, in a few seconds. */
  async make(kind: Kind): Promise<string> {
    const file = path.join(this.folder, this.file(kind));
    if (existsSync(`${file}.minisig`)) return file;
    const tree = mkdtempSync(path.join(this.folder, 'tree-'));
    try {
      await run('dpkg-deb', ['--raw-extract', this.#package, tree]);
      const version = VERSIONS[kind];
      const release = path.join(tree, 'usr/lib/dragoman');
      change(path.join(tree, 'DEBIAN/control'), (text) =>
        text.replace(/^Version: .*$/m, `Version: ${version}`),
      );
      for (const name of ['release.json', 'package.json'])
        change(path.join(release, name), (text) => JSON.stringify({ ...JSON.parse(text), version }));
      change(path.join(release, 'bin/dragoman'), (text) => text.replace('\n', `\n${KINDS[kind]}\n`));
      await run('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z1', '--build', tree, `${file}.new`]);
      renameSync(`${file}.new`, file);
      await this.sign(file, 'own');
      return file;
    } finally {
      rmSync(tree, { recursive: true });
    }
  }

  async sign(file: string, by: 'own' | 'foreign'): Promise<void> {
    await run('minisign', ['-Sm', file, '-s', path.join(this.folder, `${by}.key`)]);
  }
}

function change(file: string, how: (text: string) => string): void {
  writeFileSync(file, how(readFileSync(file, 'utf8')));
}
