import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a checkout builds and keeps; on a device there is none. */
export const BUILD = fileURLToPath(new URL('../../build', import.meta.url));

/** What the Debian package brings. Nothing else makes it, so no command makes a device out of a machine without it. */
const PACKAGE = '/usr/lib/dragoman';

/** Whether this is a device: whether the Debian package is installed on this machine. */
export function isInstalled(): boolean {
  return existsSync(PACKAGE);
}

/** Where a part of the daemon keeps its things: on a device in `installed`, else in `build/` of the checkout. */
export function placeOf(installed: string, inCheckout: string): string {
  return isInstalled() ? installed : `${BUILD}/${inCheckout}`;
}
