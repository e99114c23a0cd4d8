import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';

/** Where what an installed device keeps lies. */
const INSTALLED = '/var/lib/dragoman';
const CHECKOUT = fileURLToPath(new URL('../../build/ledger', import.meta.url));

/** The folder of the ledger: the configured one, else that of the device, else that of the checkout. */
export function ledgerFolder({ spending }: Pick<Config, 'spending'>): string {
  return spending.folder ?? (existsSync(INSTALLED) ? `${INSTALLED}/ledger` : CHECKOUT);
}
