import { z } from 'zod';
import { knownLanguage } from '../../kiosk/languages.ts';
import { didYouMeanLanguage } from '../../kiosk/look-alikes.ts';

/** Values that several settings have. */

/** What a setting is for, in full sentences; operators change it. All other settings are for experts. */
export function everyday(description: string) {
  return { description, everyday: true };
}

/** A table of the file; without it, its defaults hold. */
export function table<Shape extends z.ZodRawShape>(settings: Shape) {
  const object = z.strictObject(settings);
  return object.prefault({} as z.input<typeof object>);
}

/** What may stand in a setting, and its default. */
export const count = (min: number, max: number, usual: number) => z.int().min(min).max(max).default(usual);
export const milliseconds = (max: number, usual: number) => count(0, max, usual);
export const seconds = (min: number, max: number, usual: number) =>
  z.number().min(min).max(max).default(usual);
export const probability = (usual: number) => z.number().min(0).max(1).default(usual);
export const flag = (usual: boolean) => z.boolean().default(usual);
export const oneOf = <const Word extends string>(words: readonly Word[], usual: NoInfer<Word>) =>
  z.enum(words).default(usual);
export const models = (...usual: string[]) => z.array(z.string().min(1)).min(1).default(usual);

/** Settings without a default. */
export const text = z.string().min(1).optional();
export const dollars = z.number().min(0).optional();
export const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day like "22:00"')
  .meta({ examples: ['22:00'] })
  .optional();

/** A BCP-47 code in its canonical form. */
export const language = z.string().transform((code, context) => known(code, context));

/** One of them, or several as a list. */
export const languages = z
  .union([z.string(), z.array(z.string()).min(1)], 'needs a language code like "de", or a list of them')
  .transform((given, context) => [given].flat().map((code) => known(code, context)));

function known(code: string, context: z.RefinementCtx): string {
  const canonical = knownLanguage(code);
  if (canonical !== undefined) return canonical;
  const message = `"${code}" is no language code like "en" or "pt-BR" (BCP-47)${didYouMeanLanguage(code)}`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** A text that is checked by a function which throws what is wrong with it. @returns what the function returns */
export function checked(check: (text: string) => string) {
  return z.string().transform((given, context) => {
    try {
      return check(given);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });
}
