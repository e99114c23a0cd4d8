/** Who speaks what. */

export type Side = 'host' | 'guest';

/** Between which languages a turn is interpreted. BCP-47 codes. */
export interface Languages {
  /** Into which guests are translated. */
  readonly host: string;
  /** Into which the host is translated. */
  readonly guest: string;
  /** Other languages that count as the host's. None, if left out. */
  readonly alsoHost?: readonly string[];
  /** Nobody has said that the guest speaks `guest`: whatever is not the host's is a guest's. False, if left out. */
  readonly anyGuest?: boolean;
  /** Who speaks, where it is known beforehand (two talk buttons). By what is heard, if left out. */
  readonly speaker?: Side | undefined;
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

const englishNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/**
 * The canonical form of a code that somebody wrote (BCP-47).
 * @returns undefined where it is no code, or that of no language
 */
export function canonicalLanguage(code: string): string | undefined {
  try {
    const canonical = new Intl.Locale(code).toString();
    return englishNames.of(canonical) === undefined ? undefined : canonical;
  } catch {
    return undefined;
  }
}

/** A language in English, "Brazilian Portuguese"; the code itself where it has no name. */
export function languageName(code: string): string {
  return canonicalLanguage(code) === undefined ? code : (englishNames.of(code) ?? code);
}

/**
 * Who speaks this language.
 * @returns undefined when it is neither side's
 */
export function sideOf(languages: Languages, heard: string): Side | undefined {
  const { host, alsoHost = [], guest, anyGuest = false } = languages;
  if ([host, ...alsoHost].some((code) => sameLanguage(code, heard))) return 'host';
  return anyGuest || sameLanguage(heard, guest) ? 'guest' : undefined;
}

/**
 * The language into which an utterance goes: by the button where there are two, else by what was heard.
 * @param heard undefined when nobody knows
 * @returns undefined when it can't be told, or is neither side's
 */
export function listenersLanguage(languages: Languages, heard: string | undefined): string | undefined {
  const side = languages.speaker ?? (heard === undefined ? undefined : sideOf(languages, heard));
  if (side === undefined) return undefined;
  return side === 'host' ? languages.guest : languages.host;
}

function primary(code: string): string {
  return (code.split(/[-_]/)[0] ?? code).toLowerCase();
}
