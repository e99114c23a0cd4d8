import type { Config } from './config.ts';
import { placeOf } from './places.ts';

/** The daemon's control socket: the configured one, else that of the device, else that of the checkout. */
export function controlSocket({ control }: Pick<Config, 'control'>): string {
  return control.socket ?? placeOf('/run/dragoman/control.sock', 'run/control.sock');
}
