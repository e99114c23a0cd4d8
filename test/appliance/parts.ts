import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Machine } from './machine.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('../../scripts/appliance-parts', import.meta.url));
const CACHE = fileURLToPath(new URL('../../build/appliance/', import.meta.url));

/** Versions of Debian that the package is for. */
export const DEBIANS = [12, 13] as const;
export type Debian = (typeof DEBIANS)[number];

export interface Parts {
  /** The package of this checkout. */
  readonly package: string;
  /** A Debian that has what the package depends on in apt's cache. */
  readonly root: string;
}

const made = new Map<Debian, Promise<Parts>>();

/** Built, made, or taken from `build/appliance`. @throws what the script says */
export function parts(debian: Debian): Promise<Parts> {
  const found = made.get(debian) ?? make(debian);
  made.set(debian, found);
  return found;
}

async function make(debian: Debian): Promise<Parts> {
  const { stdout } = await run(SCRIPT, [`${debian}`]);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const file = lines.find(([what]) => what === 'package')?.[1];
  const root = lines.find(([what]) => what === 'root')?.[2];
  if (file === undefined || root === undefined) throw new Error(`${SCRIPT} printed no parts:\n${stdout}`);
  return { package: file, root };
}

/** Root file systems of a machine on which the package is installed, the topmost first; kept for the next time. */
export async function installed(debian: Debian): Promise<string[]> {
  const { package: file, root } = await parts(debian);
  const hash = createHash('sha256')
    .update(`${path.basename(file)} ${path.basename(root)}`)
    .digest('hex');
  const layer = path.join(CACHE, `installed-${debian}-${hash.slice(0, 16)}`);
  if (!existsSync(layer)) {
    for (const old of globSync(path.join(CACHE, `installed-${debian}-*`))) rmSync(old, { recursive: true });
    const machine = new Machine({ layers: [root], nspawn: [`--bind-ro=${file}:/opt/dragoman.deb`] });
    try {
      await machine.boot();
      // Without a desk there is nothing to start for.
      const policy = machine.file('/usr/sbin/policy-rc.d');
      writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
      await machine.run('apt-get', 'install', '-y', '/opt/dragoman.deb');
      rmSync(policy);
      await machine.powerOff();
      renameSync(machine.written, layer);
    } finally {
      await machine.stop();
    }
  }
  return [layer, root];
}
