import { z } from 'zod';
import { knownLanguage } from '../../kiosk/languages.ts';
import { didYouMeanLanguage } from '../../kiosk/look-alikes.ts';

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
