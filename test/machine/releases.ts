import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { releaseIn, type Signer, setVersion, signer } from '../rig/packages.ts';

const run = promisify(execFile);

/** Newer and newer releases of a package: the same in all but the version, signed, for the machine to update to. */
export class Releases {
  readonly #signer: Signer;
  readonly #tree: string;
  readonly #room: string;
  readonly #is: { readonly version: string; readonly arch: string };
  #number = 0;
  #last: string | undefined;

  private constructor(signer: Signer, tree: string, room: string, is: { version: string; arch: string }) {
    this.#signer = signer;
    this.#tree = tree;
    this.#room = room;
    this.#is = is;
  }

  /** @param folder of this run */
  static async open(deb: string, folder: string, room: string): Promise<Releases> {
    const tree = path.join(folder, 'release');
    await mkdir(tree);
    await run('dpkg-deb', ['--raw-extract', deb, tree]);
    const is = JSON.parse(await readFile(path.join(releaseIn(tree), 'release.json'), 'utf8'));
    return new Releases(signer(folder, 'release'), tree, room, is);
  }

  /** For the configuration's `update.public_keys`. */
  get publicKey(): string {
    return this.#signer.publicKey;
  }

  /** The next one, in the machine's /room with its signature beside it; the one before is taken away. */
  async next(): Promise<string> {
    if (this.#last !== undefined)
      for (const old of [this.#last, `${this.#last}.minisig`]) await rm(old, { force: true });
    this.#number += 1;
    const [major, minor] = this.#is.version.split('.');
    const version = `${major}.${minor}.${1000 + this.#number}`;
    setVersion(this.#tree, version);
    const deb = path.join(this.#room, `dragoman_${version}_${this.#is.arch}.deb`);
    // Uncompressed: the machine's emulated processor would unpack for minutes.
    await run('dpkg-deb', ['--root-owner-group', '-Znone', '--build', this.#tree, deb]);
    this.#signer.sign(deb);
    this.#last = deb;
    return deb;
  }
}
