import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Availability, deskAvailable, no, packagesMissing } from '../rig/real/available.ts';
import { MACHINES } from './machine.ts';

/** Programs that an appliance needs beside those of the desk, and the Debian packages that bring them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  debootstrap: 'debootstrap',
  minisign: 'minisign',
  nsenter: 'util-linux',
};

/** Whether this machine allows an appliance, and if not, what forbids it or is missing. */
export async function applianceAvailable(): Promise<Availability> {
  const desk = await deskAvailable();
  if (!desk.available) return desk;
  if (process.getuid?.() !== 0) return no('containers with systemd need root');
  const missing = packagesMissing(PROGRAMS);
  if (missing.length > 0) return no(`Debian packages are missing: ${missing.join(' ')}`);
  return overlays();
}

/** Where this machine's own root is an overlay already, there may be none on it. */
function overlays(): Availability {
  const folder = mkdtempSync(path.join(MACHINES, 'try-'));
  try {
    const mount = 'mkdir a b c d && mount -t overlay -o volatile,lowerdir=a,upperdir=b,workdir=c try d';
    const tried = spawnSync('unshare', ['-m', '--propagation', 'private', 'sh', '-c', mount], {
      cwd: folder,
      encoding: 'utf8',
    });
    return tried.status === 0 ? { available: true } : no(`no overlay can be mounted: ${tried.stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
