import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is done with packages of releases before a device is given them. Where no test runner runs, too. */

const SIGN_RELEASE = fileURLToPath(new URL('../../scripts/sign-release', import.meta.url));

/** Keys to sign packages. */
export interface Signer {
  /** For [update] public_keys. */
  readonly publicKey: string;
  /**
   * The signature lies beside the file.
   * @param comment the trusted one; else that of a release, signed today
   */
  sign(file: string, comment?: string): void;
}

/** @param folder of the keys; those that are there already are taken */
export function signer(folder: string, name = 'signer'): Signer {
  const [secret, open] = [path.join(folder, `${name}.key`), path.join(folder, `${name}.pub`)];
  // Without a password: they sign for tests only.
  if (!existsSync(secret)) execFileSync('minisign', ['-G', '-W', '-f', '-p', open, '-s', secret]);
  return {
    publicKey: readFileSync(open, 'utf8').split('\n')[1] ?? '',
    sign(file, comment) {
      if (comment === undefined) execFileSync(SIGN_RELEASE, [secret, file]);
      else execFileSync('minisign', ['-S', '-s', secret, '-m', file, '-t', comment]);
    },
  };
}

/** The release in the unpacked tree of a package (dpkg-deb --raw-extract). */
export function releaseIn(tree: string): string {
  return path.join(tree, 'usr/lib/dragoman');
}

/** Makes it the tree of another version, which is in three places. */
export function setVersion(tree: string, version: string): void {
  change(path.join(tree, 'DEBIAN/control'), (text) => text.replace(/^Version: .*$/m, `Version: ${version}`));
  for (const name of ['release.json', 'package.json'])
    change(path.join(releaseIn(tree), name), (text) => JSON.stringify({ ...JSON.parse(text), version }));
}

export function change(file: string, how: (text: string) => string): void {
  writeFileSync(file, how(readFileSync(file, 'utf8')));
}
