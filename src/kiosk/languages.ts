/** The two languages of the desk, as BCP-47 codes. */
export interface Languages {
  readonly host: string;
  readonly guest: string;
}

/** Whether two codes name the same language, whatever their regions ("es" and "es-419"). */
export function sameLanguage(a: string, b: string): boolean {
  return primary(a) === primary(b);
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
