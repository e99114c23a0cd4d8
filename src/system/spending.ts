import type { Config } from './config.ts';
import { placeOf } from './places.ts';

/** Where what an installed device keeps lies. */
const INSTALLED = '/var/lib/dragoman';

/** The folder of the ledger: the configured one, else that of the device, else that of the checkout. */
export function ledgerFolder({ spending }: Pick<Config, 'spending'>): string {
  return spending.folder ?? placeOf(`${INSTALLED}/ledger`, 'ledger', INSTALLED);
}
