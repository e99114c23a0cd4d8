import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { MicrophoneFault, PlayingDevice, RecordingDevice, SoundDevice } from '../desk.ts';
import { NATIVE } from './native.ts';
import { type ProcessInfo, processes, signalQuietly } from './processes.ts';

/**
 * One of the two sound devices, to be broken and repaired while programs use it. The programs get ALSA's own error codes
 * (native/alsa-faults.c): EBUSY, ENOENT and ENODEV. What they say, and how they end, is theirs.
 */
class Device implements SoundDevice<MicrophoneFault> {
  readonly #file: string;

  constructor(faults: string, name: 'capture' | 'playback') {
    this.#file = path.join(faults, name);
  }

  break(fault: MicrophoneFault): void {
    writeFileSync(this.#file, fault);
  }

  repair(): void {
    rmSync(this.#file, { force: true });
  }
}

/** The loudspeaker, and the players that the daemon starts for it. */
export class Loudspeaker extends Device implements PlayingDevice {
  readonly #processes: () => ProcessInfo[];

  /** @param belonging the desk's processes */
  constructor(faults: string, belonging: () => ProcessInfo[]) {
    super(faults, 'playback');
    this.#processes = belonging;
  }

  players(): number[] {
    return this.#processes()
      .filter(({ name, commandLine }) => name === 'aplay' || /speaker-child\.[jt]s/.test(commandLine))
      .map(({ pid }) => pid);
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): number {
    return this.players().filter((pid) => signalQuietly(pid, signal)).length;
  }
}

/** The microphone, and the `arecord` that the daemon finds on its PATH. */
export class Microphone extends Device implements RecordingDevice {
  /** The PATH for programs at the desk: arecord is ours, and no other is on it. */
  readonly path: string;
  readonly #arecord: string;
  readonly #pids: string;

  constructor(folder: string, faults: string, searchPath: string) {
    super(faults, 'capture');
    const own = path.join(folder, 'bin');
    mkdirSync(own);
    this.#arecord = path.join(own, 'arecord');
    this.#pids = path.join(faults, 'arecord.pids');
    this.install();
    this.path = [own, ...withoutArecord(folder, searchPath)].join(path.delimiter);
  }

  /** As if alsa-utils was not installed: starting arecord fails with ENOENT. */
  uninstall(): void {
    rmSync(this.#arecord);
  }

  install(): void {
    copyFileSync(path.join(NATIVE, 'arecord'), this.#arecord);
  }

  /** The arecords of this desk that run, the oldest first. */
  recorders(): number[] {
    if (!existsSync(this.#pids)) return [];
    const started = new Set(readFileSync(this.#pids, 'utf8').trim().split('\n').map(Number));
    return processes()
      .filter(({ pid, name }) => started.has(pid) && name === 'arecord')
      .map(({ pid }) => pid);
  }

  /** SIGKILL ends the recorders, SIGSTOP makes them hang, SIGCONT makes them continue. @returns how many there were */
  signal(signal: NodeJS.Signals): number {
    return this.recorders().filter((pid) => signalQuietly(pid, signal)).length;
  }
}

/** The programs of this machine's arecord, before any desk came first on the PATH. */
export function arecordOn(searchPath: string): string | undefined {
  return searchPath
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'arecord'))
    .find((file) => existsSync(file));
}

/** A folder of the PATH that has an arecord is replaced by one with links to everything else in it. */
function withoutArecord(folder: string, searchPath: string): string[] {
  const seen = new Set<string>();
  const folders: string[] = [];
  for (const entry of searchPath.split(path.delimiter)) {
    if (!path.isAbsolute(entry) || !existsSync(entry)) continue;
    const real = realpathSync(entry); // /bin is /usr/bin on Debian
    if (seen.has(real)) continue;
    seen.add(real);
    if (!existsSync(path.join(real, 'arecord'))) {
      folders.push(entry);
      continue;
    }
    const shadow = path.join(folder, `path-${seen.size}`);
    mkdirSync(shadow);
    for (const name of readdirSync(real)) {
      if (name !== 'arecord') symlinkSync(path.join(real, name), path.join(shadow, name));
    }
    folders.push(shadow);
  }
  return folders;
}
