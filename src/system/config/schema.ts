import { z } from 'zod';
import { deskTables } from './desk.ts';
import { inCode } from './names.ts';
import { panel } from './panel.ts';
import { serviceTables } from './service.ts';

/** The configuration file: types, defaults, documentation and errors come from this schema. */
export const fileSchema = z
  .strictObject({ ...deskTables, panel, ...serviceTables })
  .describe('The settings of a desk.');

/** The configuration as the parts take it: the settings of the file under the names and in the units of the code. */
export const configSchema = fileSchema.transform(inCode);
export type Config = z.output<typeof configSchema>;

/** What an updater needs. Part of the frame: the updater may be older than the release that the file is for. */
export const updaterSchema = z
  .object({
    update: serviceTables.update,
    control: serviceTables.control,
    service: z.object({ proxy: serviceTables.service.unwrap().shape.proxy }).catch({}),
  })
  .transform(inCode);
export type UpdaterSettings = z.output<typeof updaterSchema>;

/** The host's language, where one has to do. */
export function hostLanguage({ languages }: Config): string {
  return languages.host[0] ?? 'en';
}

/** The languages in which prompts are heard at this desk (BCP-47), each once. */
export function deskLanguages({ languages }: Pick<Config, 'languages'>): string[] {
  return [...new Set([...languages.host, languages.guest, ...languages.guests])];
}

/** The configuration that an empty file stands for. */
export function defaultConfig(): Config {
  return configSchema.parse({});
}
