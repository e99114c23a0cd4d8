/** The two languages of the desk, as BCP-47 codes. */
export interface Languages {
  readonly host: string;
  readonly guest: string;
}

/** Whether two codes name the same language, whatever their regions ("es" and "es-419"). */
export function sameLanguage(a: string, b: string): boolean {
  return primary(a) === primary(b);
}

/** A code that names a language, in its canonical form: services and models have been seen to write others. */
export function knownLanguage(code: string | undefined): string | undefined {
  try {
    const locale = new Intl.Locale((code ?? '').replaceAll('_', '-'));
    return locale.language === 'und' ? undefined : locale.toString();
  } catch {
    return undefined;
  }
}

/**
 * The language into which an utterance goes.
 * @returns undefined when what was heard is neither language of the desk
 */
export function listenersLanguage(languages: Languages, heard: string): string | undefined {
  if (sameLanguage(heard, languages.host)) return languages.guest;
  if (sameLanguage(heard, languages.guest)) return languages.host;
  return undefined;
}

function primary(code: string): string {
  return (code.split(/[-_]/)[0] ?? code).toLowerCase();
}
