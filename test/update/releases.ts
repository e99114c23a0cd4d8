import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Asked } from '../../src/update/prepare.ts';
import type { PublicKey } from '../../src/update/signature.ts';
import type { Places } from '../../src/update/store.ts';
import type { Signer } from '../rig/packages.ts';

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** Debian's name of this machine's processor. */
export const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : 'arm64';

/** What a release does once it is started: see fake-daemon.ts and service.ts. */
export type Nature = 'healthy' | 'crashes' | 'hangs' | 'without loudspeaker';

export interface FakeRelease {
  readonly version: string;
  readonly nature?: Nature;
  readonly frame?: number;
  /** Of the package; else this machine's. */
  readonly architecture?: string;
  readonly package?: string;
  /** What its release.json says; else `version`. */
  readonly saysVersion?: string;
  /** What its command does when asked for its version, in shell. */
  readonly versionCommand?: string;
  readonly refusesConfig?: boolean;
  /** Puts more into its tree. */
  readonly more?: (tree: string) => void;
}

const COMMAND_END = 'esac\n';

/** A release tree whose daemon is a fake one. */
export function releaseTree(tree: string, socket: string, release: FakeRelease): void {
  const { version, nature = 'healthy', frame = 1, saysVersion = version } = release;
  mkdirSync(path.join(tree, 'bin'), { recursive: true });
  const is = { version: saysVersion, arch: ARCHITECTURE, node: process.versions.node, frame };
  writeFileSync(path.join(tree, 'release.json'), JSON.stringify(is));
  writeFileSync(
    path.join(tree, 'bin/dragoman'),
    `#!/bin/sh
# nature: ${nature}
case $1 in
  --version) ${release.versionCommand ?? `echo ${version}`} ;;
  config) ${release.refusesConfig === true ? 'echo "there is no such setting" >&2; exit 2' : 'exit 0'} ;;
  run) ${nature === 'crashes' ? 'exit 1' : ''}
    exec "${process.execPath}" "${file('fake-daemon.ts')}" "${version}" "${nature}" "${socket}" ;;
${COMMAND_END}`,
    { mode: 0o755 },
  );
  release.more?.(tree);
}

/** The nature of the release in a tree. @throws Error where there is none */
export function natureOf(tree: string): Nature {
  const command = readFileSync(path.join(tree, 'bin/dragoman'), 'utf8');
  return /^# nature: (.*)$/m.exec(command)?.[1] as Nature;
}

/** A Debian package of a release. @returns its path */
export function packageOf(
  folder: string,
  socket: string,
  release: FakeRelease,
  installedKib = 8,
  compression = 'none',
): string {
  const { version, architecture = ARCHITECTURE, package: name = 'dragoman' } = release;
  const root = path.join(folder, `package-${version}`);
  rmSync(root, { recursive: true, force: true });
  releaseTree(path.join(root, 'usr/lib/dragoman'), socket, release);
  // What is the frame's is in the package too, and none of a release.
  mkdirSync(path.join(root, 'usr/bin'), { recursive: true });
  writeFileSync(path.join(root, 'usr/bin/dragoman'), '#!/bin/sh\n', { mode: 0o755 });
  mkdirSync(path.join(root, 'DEBIAN'));
  const fields = {
    Package: name,
    Version: version,
    Architecture: architecture,
    Maintainer: 'Nobody <nobody@example.org>',
    'Installed-Size': installedKib,
    Description: 'a release for tests',
  };
  const control = Object.entries(fields).map(([field, value]) => `${field}: ${value}\n`);
  writeFileSync(path.join(root, 'DEBIAN/control'), control.join(''));
  const deb = path.join(folder, `dragoman_${version}_${architecture}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', root, deb]);
  rmSync(root, { recursive: true });
  return deb;
}

/**
 * Signed packages for a test file: one of each kind, made when it is first asked for. A test that changes a package
 * makes its own.
 */
export function signedPackages(
  folder: () => string,
  by: () => Signer,
): (release: Omit<FakeRelease, 'more'>) => string {
  const made = new Map<string, string>();
  return (release) => {
    const kind = JSON.stringify(release);
    const known = made.get(kind);
    if (known !== undefined) return known;
    const home = folder();
    const deb = packageOf(home, path.join(home, 'no-daemon.sock'), release);
    by().sign(deb);
    made.set(kind, deb);
    return deb;
  };
}

/** The releases of a machine: a packaged one, and the folder of the others. */
export class Releases {
  readonly folder: string;
  readonly places: Places;
  readonly socket: string;

  constructor(folder: string) {
    this.folder = folder;
    this.places = { releases: path.join(folder, 'releases'), packaged: path.join(folder, 'packaged') };
    this.socket = path.join(folder, 'control.sock');
  }

  /** @param releases in the folder of the releases; the last is the current one, the one before the previous */
  install(packaged: FakeRelease, releases: readonly FakeRelease[] = []): void {
    releaseTree(this.places.packaged, this.socket, packaged);
    mkdirSync(this.places.releases);
    for (const release of releases) releaseTree(this.at(release.version), this.socket, release);
    const [current, previous] = releases.toReversed();
    if (current !== undefined) symlinkSync(current.version, this.at('current'));
    if (previous !== undefined) symlinkSync(previous.version, this.at('previous'));
  }

  at(name: string): string {
    return path.join(this.places.releases, name);
  }

  /** The tree that is started. */
  running(): string {
    try {
      return path.join(this.places.releases, readlinkSync(this.at('current')));
    } catch {
      return this.places.packaged;
    }
  }

  /** The version of the release that would be started. @throws Error where it is not a whole one */
  startable(): string {
    const tree = this.running();
    const command = path.join(tree, 'bin/dragoman');
    accessSync(command, constants.X_OK);
    if (!readFileSync(command, 'utf8').endsWith(COMMAND_END)) throw new Error(`${command} was cut short`);
    return JSON.parse(readFileSync(path.join(tree, 'release.json'), 'utf8')).version;
  }

  /** What lies in the folder of the releases, but for what is always there. */
  get entries(): string[] {
    const always = ['lock', 'seen.json'];
    return readdirSync(this.places.releases)
      .filter((name) => !always.includes(name))
      .toSorted();
  }

  json(name: string): unknown {
    return JSON.parse(readFileSync(this.at(name), 'utf8'));
  }
}

/** What is asked for unless stated otherwise. */
export function asking(source: string, signer: Signer, more: Partial<Asked> = {}): Asked {
  return { source, keys: [keyOf(signer)], configFile: undefined, again: false, downgrade: false, ...more };
}

/** @param notAfter its last day */
export function keyOf({ publicKey }: Signer, notAfter?: string): PublicKey {
  return { key: publicKey, notAfter };
}
