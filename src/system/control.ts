import { mkdirSync } from 'node:fs';
import type { Config } from './config.ts';
import { placeOf } from './places.ts';

/** systemd makes it for the service (RuntimeDirectory=dragoman). */
const INSTALLED = '/run/dragoman';

/** The daemon's control socket: the configured one, else that of the device, else that of the checkout. */
export function controlSocket({ control }: Pick<Config, 'control'>): string {
  return control.socket ?? placeOf(`${INSTALLED}/control.sock`, 'run/control.sock', INSTALLED);
}

/** The same, for the daemon: makes the device's folder where it may, so that whoever asks finds it there. */
export function controlSocketToOpen(config: Pick<Config, 'control'>): string {
  if (config.control.socket === undefined) {
    try {
      mkdirSync(INSTALLED, { recursive: true });
    } catch {
      // A daemon in a checkout, without the right to.
    }
  }
  return controlSocket(config);
}
