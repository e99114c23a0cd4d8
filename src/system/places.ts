import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a checkout builds and keeps; on a device there is none. */
export const BUILD = fileURLToPath(new URL('../../build', import.meta.url));

/**
 * Where a part of the daemon keeps its things: on an installed device in `installed`, else in `build/` of the checkout.
 * @param sign the folder by whose being there an installed device is known
 */
export function placeOf(installed: string, inCheckout: string, sign = installed): string {
  return existsSync(sign) ? installed : `${BUILD}/${inCheckout}`;
}
