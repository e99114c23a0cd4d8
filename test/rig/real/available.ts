import { spawnSync } from 'node:child_process';
import { accessSync, constants, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Gpio } from './gpio.ts';
import { NATIVE, nativePrograms } from './native.ts';

export type Availability = { readonly available: true } | { readonly available: false; readonly why: string };

/** Programs of the desk and the Debian packages that bring them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  pulseaudio: 'pulseaudio',
  pacat: 'pulseaudio-utils',
  parec: 'pulseaudio-utils',
  pactl: 'pulseaudio-utils',
  arecord: 'alsa-utils',
  fusermount3: 'fuse3',
  gcc: 'gcc',
  'pkg-config': 'pkg-config',
  unshare: 'util-linux',
  setpriv: 'util-linux',
};

/** How a command gets a mount namespace of its own, with or without root. */
export function unshareArguments(): string[] {
  const user = process.getuid?.() === 0 ? [] : ['-U', '-r'];
  return [...user, '-m', '--propagation', 'private', path.join(NATIVE, 'enter.sh')];
}

let found: Promise<Availability> | undefined;

/** Whether this machine allows a virtual desk, and if not, what forbids it or is missing. */
export function deskAvailable(): Promise<Availability> {
  found ??= look();
  return found;
}

/** What a machine may lack or forbid is tried. That the rest works is the desk's own business: it fails. */
async function look(): Promise<Availability> {
  if (process.platform !== 'linux') return no(`${process.platform} is no Linux`);
  const missing = missingPackages();
  if (missing.length > 0) return no(`Debian packages are missing: ${missing.join(' ')}`);
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
  } catch {
    return no('/dev/fuse is missing or may not be opened');
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'dragoman-namespace-'));
  try {
    // Not only the namespace is tried but also what is mounted in it: containers forbid one or the other.
    const namespace = spawnSync('unshare', [...unshareArguments(), folder, 'true'], { encoding: 'utf8' });
    if (namespace.status !== 0) {
      return no(`mount namespaces are forbidden (${namespace.error?.message ?? namespace.stderr.trim()})`);
    }
    const { gpio } = await nativePrograms();
    const panel = { buttons: {}, leds: {}, base: 0, lateMs: 0 };
    const mounted = await Gpio.start(gpio, folder, { PATH: process.env.PATH ?? '' }, panel).catch(
      (error: Error) => error,
    );
    if (mounted instanceof Error) return no(`FUSE can't be mounted (${mounted.message})`);
    await mounted.stop();
    return { available: true };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param programs and the Debian packages that bring them @returns the packages of those that are not on the path */
export function packagesMissing(programs: Readonly<Record<string, string>>): string[] {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return Object.entries(programs)
    .filter(([program]) => !folders.some((folder) => canRun(path.join(folder, program))))
    .map(([, debianPackage]) => debianPackage);
}

function missingPackages(): string[] {
  const missing = new Set(packagesMissing(PROGRAMS));
  if (globSync('/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so').length === 0)
    missing.add('libasound2-plugins');
  for (const [library, debianPackage] of [
    ['fuse3', 'libfuse3-dev'],
    ['alsa', 'libasound2-dev'],
  ] as const) {
    if (spawnSync('pkg-config', ['--exists', library]).status !== 0) missing.add(debianPackage);
  }
  return [...missing];
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function no(why: string): Availability {
  return { available: false, why: why.trim().replaceAll(/\s+/g, ' ') };
}
