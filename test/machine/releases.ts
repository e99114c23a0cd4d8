import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Newer and newer releases of a package: the same in all but the version, signed, for the machine to update to. */
export class Releases {
  /** For the configuration's `update.public_keys`. */
  readonly publicKey: string;
  readonly #tree: string;
  readonly #room: string;
  readonly #secret: string;
  readonly #arch: string;
  readonly #base: string;
  #number = 0;
  #last: string | undefined;

  private constructor(options: {
    publicKey: string;
    tree: string;
    room: string;
    secret: string;
    arch: string;
    base: string;
  }) {
    this.publicKey = options.publicKey;
    this.#tree = options.tree;
    this.#room = options.room;
    this.#secret = options.secret;
    this.#arch = options.arch;
    this.#base = options.base;
  }

  /** @param folder of this run */
  static async open(deb: string, folder: string, room: string): Promise<Releases> {
    const tree = path.join(folder, 'release');
    await mkdir(tree);
    await run('dpkg-deb', ['-R', deb, tree]);
    const [secret, open] = [path.join(folder, 'release.key'), path.join(folder, 'release.pub')];
    // Without a password: the key signs for this run only.
    await run('minisign', ['-G', '-W', '-s', secret, '-p', open]);
    const publicKey = (await readFile(open, 'utf8')).split('\n')[1] ?? '';
    const { version, arch } = await releaseIn(tree);
    return new Releases({ publicKey, tree, room, secret, arch, base: version });
  }

  /** The next one, in the machine's /room with its signature beside it; the one before is taken away. */
  async next(): Promise<string> {
    if (this.#last !== undefined)
      for (const old of [this.#last, `${this.#last}.minisig`]) await rm(old, { force: true });
    this.#number += 1;
    const [major, minor] = this.#base.split('.');
    const version = `${major}.${minor}.${1000 + this.#number}`;
    const file = path.join(this.#tree, 'usr/lib/dragoman/release.json');
    await writeFile(file, JSON.stringify({ ...(await releaseIn(this.#tree)), version }));
    for (const named of ['usr/lib/dragoman/package.json', 'DEBIAN/control']) {
      const at = path.join(this.#tree, named);
      const text = await readFile(at, 'utf8');
      await writeFile(
        at,
        text.replace(/^(Version: ).*$/m, `$1${version}`).replace(/("version": *")[^"]*/, `$1${version}`),
      );
    }
    const deb = path.join(this.#room, `dragoman_${version}_${this.#arch}.deb`);
    // Uncompressed: the machine's emulated processor would unpack for minutes.
    await run('dpkg-deb', ['--root-owner-group', '-Znone', '-b', this.#tree, deb]);
    await run('minisign', ['-S', '-s', this.#secret, '-m', deb]);
    this.#last = deb;
    return deb;
  }
}

async function releaseIn(tree: string): Promise<{ version: string; arch: string }> {
  const text = await readFile(path.join(tree, 'usr/lib/dragoman/release.json'), 'utf8');
  return JSON.parse(text) as { version: string; arch: string };
}
