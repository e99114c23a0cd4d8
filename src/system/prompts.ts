import type { Config } from './config.ts';
import { placeOf } from './places.ts';

/** Where the recordings lie on an installed device. */
const INSTALLED = '/var/lib/dragoman/prompts';

/** The folder of the spoken prompts: the configured one, else that of the device, else that of the checkout. */
export function promptsFolder({ prompts }: Pick<Config, 'prompts'>): string {
  return prompts.folder ?? placeOf(INSTALLED, 'prompts');
}

/** The languages in which prompts are heard at this desk (BCP-47), each once. */
export function deskLanguages({ languages }: Pick<Config, 'languages'>): string[] {
  return [...new Set([...languages.host, languages.guest, ...languages.guests])];
}
