import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { Journal } from '../../src/update/plan.ts';
import type { Asked } from '../../src/update/prepare.ts';
import { begin } from '../../src/update/update.ts';
import type { Signer } from '../support/packages.ts';
import { testPorts } from './ports.ts';
import type { UpdaterOptions } from './updater.ts';

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : 'arm64';

export interface FakeRelease {
  readonly version: string;
  /** See fake-daemon.ts. */
  readonly nature?: 'healthy' | 'crashes' | 'hangs' | 'without loudspeaker';
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

/** A release tree whose daemon is a fake one. */
export function releaseTree(tree: string, socket: string, release: FakeRelease): void {
  const { version, nature = 'healthy', frame = 1, saysVersion = version } = release;
  mkdirSync(path.join(tree, 'bin'), { recursive: true });
  const is = { version: saysVersion, arch: ARCHITECTURE, node: process.versions.node, frame };
  writeFileSync(path.join(tree, 'release.json'), JSON.stringify(is));
  writeFileSync(
    path.join(tree, 'bin/dragoman'),
    `#!/bin/sh
case $1 in
  --version) ${release.versionCommand ?? `echo ${version}`} ;;
  config) ${release.refusesConfig === true ? 'echo "there is no such setting" >&2; exit 2' : 'exit 0'} ;;
  run) ${nature === 'crashes' ? 'exit 1' : ''}
    exec "${process.execPath}" "${file('fake-daemon.ts')}" "${version}" "${nature}" "${socket}" ;;
esac
`,
    { mode: 0o755 },
  );
  release.more?.(tree);
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

/** The machines of a test file, stopped behind its last test. */
export function machines(folder: () => string): () => Machine {
  const all: Machine[] = [];
  afterAll(async () => {
    await Promise.all(all.map((machine) => machine.stop()));
  });
  return () => {
    const machine = new Machine(folder());
    all.push(machine);
    return machine;
  };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** A machine: the folder of its releases, a packaged one, and somebody who starts the daemon whenever it ends. */
export class Machine {
  readonly folder: string;
  readonly places: { readonly releases: string; readonly packaged: string };
  readonly socket: string;
  readonly systemctl: string;
  readonly #stopped = new AbortController();
  #daemon: ChildProcess | undefined;
  #supervision: Promise<void> | undefined;

  constructor(folder: string) {
    this.folder = folder;
    this.places = { releases: path.join(folder, 'releases'), packaged: path.join(folder, 'packaged') };
    this.socket = path.join(folder, 'control.sock');
    this.systemctl = path.join(folder, 'systemctl');
  }

  /** @param releases in the folder of the releases; the last is the current one, the one before the previous */
  install(packaged: FakeRelease, releases: readonly FakeRelease[] = []): void {
    releaseTree(this.places.packaged, this.socket, packaged);
    mkdirSync(this.places.releases);
    for (const release of releases) releaseTree(this.at(release.version), this.socket, release);
    const [current, previous] = releases.toReversed();
    if (current !== undefined) symlinkSync(current.version, this.at('current'));
    if (previous !== undefined) symlinkSync(previous.version, this.at('previous'));
    // Stands for systemctl: tells what the supervisor has noted, and ends the daemon to have it started again.
    writeFileSync(
      this.systemctl,
      `#!/bin/sh
case $1 in
  show) cat "${this.folder}/unit" ;;
  restart) kill -KILL "$(cat "${this.folder}/pid")" 2>/dev/null || true ;;
esac
`,
      { mode: 0o755 },
    );
    this.#note('inactive', '');
  }

  /** Starts the daemon, and again whenever it ends. */
  start(): void {
    this.#supervision = this.#supervise();
  }

  /** Resolves as soon as the daemon listens. */
  async answers(): Promise<void> {
    while (!existsSync(this.socket)) await sleep(20);
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#stopped;
    for (let run = 1; !signal.aborted; run++) {
      const daemon = spawn(path.join(this.running(), 'bin/dragoman'), ['run'], { stdio: 'ignore' });
      this.#daemon = daemon;
      writeFileSync(path.join(this.folder, 'pid'), String(daemon.pid));
      this.#note('active', `run${run}`);
      await once(daemon, 'exit').catch(() => {});
      this.#note('activating', `run${run}`);
      await sleep(100);
    }
  }

  #note(state: string, run: string): void {
    writeFileSync(path.join(this.folder, 'unit'), `ActiveState=${state}\nInvocationID=${run}\n`);
  }

  /** Prepares an update in this process, and carries nothing through. */
  async begin(
    asked: Asked | 'back',
    checkpoint: (name: string) => void = () => {},
  ): Promise<Journal | undefined> {
    const none = { checkpoint, say: () => {}, healthyWithinMs: 1 };
    const ports = await testPorts(this.places, this.socket, this.systemctl, none);
    return begin(asked, this.places, ports, () => {}, new AbortController().signal);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#daemon?.kill('SIGKILL');
    await this.#supervision;
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

  /** What the release that would be started says of itself: it is a whole one. */
  startable(): string {
    return execFileSync(path.join(this.running(), 'bin/dragoman'), ['--version'], {
      encoding: 'utf8',
    }).trim();
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

  /** Runs an updater until it ends or is killed. */
  async update(options: Partial<UpdaterOptions>): Promise<Ended> {
    const all: UpdaterOptions = {
      places: this.places,
      socket: this.socket,
      systemctl: this.systemctl,
      healthyWithinMs: 100_000,
      ...options,
    };
    const child = spawn(process.execPath, [file('updater.ts'), JSON.stringify(all)], { detached: true });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal, output };
  }
}

/** What is asked for, unless told otherwise. */
export function asking(source: string, signer: Signer, more: Partial<Asked> = {}): Asked {
  return { source, keys: [signer.publicKey], configFile: undefined, again: false, downgrade: false, ...more };
}
