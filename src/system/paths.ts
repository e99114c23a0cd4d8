import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from './config/schema.ts';

/**
 * Where the parts of the daemon keep their files: as configured, else on a device in its own folders, else in `build/` of
 * the checkout.
 */

/** What a checkout builds and keeps; there is no such folder on a device. */
const BUILD = fileURLToPath(new URL('../../build', import.meta.url));

/** Only the Debian package makes this folder, so no command takes a machine without the package for a device. */
const PACKAGE = '/usr/lib/dragoman';

/** Whether this is a device: whether the Debian package is installed on this machine. */
export function isInstalled(): boolean {
  return existsSync(PACKAGE);
}

function placeOf(onDevice: string, inCheckout: string): string {
  return isInstalled() ? onDevice : `${BUILD}/${inCheckout}`;
}

/** The daemon's control socket. */
export function controlSocket({ control }: Pick<Config, 'control'>): string {
  return control.socket ?? placeOf('/run/dragoman/control.sock', 'run/control.sock');
}

/** The folder of the spoken prompts. */
export function promptsFolder({ prompts }: Pick<Config, 'prompts'>): string {
  return prompts.folder ?? placeOf('/var/lib/dragoman/prompts', 'prompts');
}

/** The folder of the ledger. */
export function ledgerFolder({ spending }: Pick<Config, 'spending'>): string {
  return spending.folder ?? placeOf('/var/lib/dragoman/ledger', 'ledger');
}

/**
 * Where the generated configuration of ALSA is written: on a device in memory (systemd's RuntimeDirectory=, which is
 * /run/dragoman), in a checkout in a folder of this process in build/run. For root, who starts the daemon by hand on a
 * device, in /run, where nobody else may write: in /tmp another user could have made the folder before, with links in it.
 */
export function soundFolder(
  environment: NodeJS.ProcessEnv = process.env,
  build: string = BUILD,
  uid: number | undefined = process.getuid?.(),
): string {
  const [runtime] = (environment.RUNTIME_DIRECTORY ?? '').split(':');
  if (runtime !== undefined && runtime !== '') return runtime;
  const parent = existsSync(build) ? path.join(build, 'run') : uid === 0 ? '/run' : tmpdir();
  return path.join(parent, `dragoman-alsa-${process.pid}`);
}
