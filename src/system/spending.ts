import type { Config } from './config.ts';
import { placeOf } from './places.ts';

/** The folder of the ledger: the configured one, else that of the device, else that of the checkout. */
export function ledgerFolder({ spending }: Pick<Config, 'spending'>): string {
  return spending.folder ?? placeOf('/var/lib/dragoman/ledger', 'ledger');
}
