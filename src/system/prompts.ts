import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';

/** Where the recordings lie on an installed device. */
const INSTALLED = '/var/lib/dragoman/prompts';
/** Where `scripts/setup` puts them in a checkout. */
const CHECKOUT = fileURLToPath(new URL('../../build/prompts', import.meta.url));

/** The folder of the spoken prompts: the configured one, else that of the device, else that of the checkout. */
export function promptsFolder({ prompts }: Pick<Config, 'prompts'>): string {
  return prompts.folder ?? (existsSync(INSTALLED) ? INSTALLED : CHECKOUT);
}

/** The languages in which prompts are heard at this desk (BCP-47), each once. */
export function deskLanguages({ languages }: Pick<Config, 'languages'>): string[] {
  return [...new Set([...languages.host, languages.guest, ...languages.guests])];
}
