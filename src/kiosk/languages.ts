/** The languages of host and guest. */

export type Side = 'host' | 'guest';

/** Between which languages a turn is interpreted. BCP-47 codes. */
export interface Languages {
  /** Into which guests are translated. */
  readonly host: string;
  /** Into which the host is translated. */
  readonly guest: string;
  /** Other languages that count as the host's. None, if left out. */
  readonly alsoHost?: readonly string[];
  /** The guest's language is not pinned: any language that is not the host's is the guest's. False, if left out. */
  readonly anyGuest?: boolean;
  /** The side that speaks, if each has a talk button. Detected, if left out. */
  readonly speaker?: Side | undefined;
}

/** All languages that are named, the host's first. */
export function languagesOf({ host, alsoHost = [], guest }: Languages): readonly string[] {
  return [host, ...alsoHost, guest];
}

/** Whether two codes name the same language, whatever their regions ("es" and "es-419"). */
export function sameLanguage(a: string, b: string): boolean {
  return primaryLanguage(a) === primaryLanguage(b);
}

/**
 * The one of these languages that serves for the wanted one: itself, else the same without a region ("de" for
 * "de-AT"), else the same with another region.
 */
export function nearestLanguage(wanted: string, there: readonly string[]): string | undefined {
  const [primary] = wanted.split('-');
  const same = there.filter((language) => sameLanguage(language, wanted)).toSorted();
  return same.find((language) => language === wanted) ?? same.find((code) => code === primary) ?? same[0];
}

const names: Partial<Record<Intl.DisplayNamesType, Intl.DisplayNames>> = {};

/**
 * The English name of a language, a script or a region; undefined where it has none. The names are loaded when first asked
 * for: the phrasebook's child loads this module, and needs none of Node's language data.
 * @throws RangeError when the code is malformed
 */
export function nameOf(
  code: string,
  type: 'language' | 'script' | 'region' = 'language',
): string | undefined {
  names[type] ??= new Intl.DisplayNames(['en'], { type, fallback: 'none' });
  return names[type].of(code);
}

/** Codes for an unknown language, several, or none. */
const NO_LANGUAGE: ReadonlySet<string> = new Set(['und', 'mul', 'mis', 'zxx']);

/**
 * The canonical form of a language code; undefined if the text is not one. Services and models write other forms
 * ("en_US", "cmn", "iw"), and names instead of codes. Only language, script and region are kept, and only if they have
 * names: anything else could be words that somebody said.
 */
export function knownLanguage(code: string | undefined): string | undefined {
  const locale = localeOf(code ?? '');
  if (locale === undefined || NO_LANGUAGE.has(locale.language)) return undefined;
  const { language, script, region } = locale;
  if (nameOf(language) === undefined) return undefined;
  const named = (part: string | undefined, type: 'script' | 'region') =>
    part !== undefined && nameOf(part, type) !== undefined ? [part] : [];
  return [language, ...named(script, 'script'), ...named(region, 'region')].join('-');
}

/** A language in English, "Brazilian Portuguese"; the code itself where it has no name. */
export function languageName(code: string): string {
  const known = knownLanguage(code);
  return known === undefined ? code : (nameOf(known) ?? known);
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
 * @returns undefined when it is not known, or is neither side's
 */
export function listenersLanguage(languages: Languages, heard: string | undefined): string | undefined {
  const side = languages.speaker ?? (heard === undefined ? undefined : sideOf(languages, heard));
  if (side === undefined) return undefined;
  return side === 'host' ? languages.guest : languages.host;
}

/** The guest's language, as far as it is known. */
export interface GuestLanguage {
  readonly code: string;
  /**
   * How it is known: `guessed` from a stray word, `detected` in an utterance, or `pinned` by somebody's choice, which
   * no words change.
   */
  readonly by: 'guessed' | 'detected' | 'pinned';
}

/** What is known of the speakers' languages. */
export interface Speakers {
  /** The host's language in use. */
  readonly host: string;
  /** Undefined until a guest was heard. */
  readonly guest: GuestLanguage | undefined;
  /** Another language that was clear in the last utterance: if it is heard once more, it replaces the guest's. */
  readonly rival: string | undefined;
}

/**
 * The configured code of a language that was heard: "pt" becomes "pt-BR" if that is configured. A region or script that was
 * heard takes precedence.
 */
export function asConfigured(heard: string, configured: readonly string[]): string {
  if (heard !== primaryLanguage(heard)) return heard;
  return configured.find((code) => sameLanguage(code, heard)) ?? heard;
}

/** What was heard of an utterance. */
export interface Heard {
  /** Undefined when the answer contradicts what was heard. */
  readonly language: string | undefined;
  /** More than a stray word. */
  readonly clear: boolean;
}

/**
 * Who speaks what, after an utterance. A stray word does not change what was heard clearly; two clear utterances in
 * succession do.
 * @param hosts the languages of the host
 * @param speaker by the button, where there are two
 */
export function afterHearing(
  before: Speakers,
  hosts: readonly string[],
  { language, clear }: Heard,
  speaker: Side | undefined,
): Speakers {
  if (language === undefined) return before;
  const { guest, rival } = before;
  const ofHost = hosts.find((code) => sameLanguage(code, language));
  // A press of the guest's button counts for the guest, whatever language is detected.
  if (ofHost !== undefined) {
    return clear && speaker !== 'guest' ? { ...before, host: ofHost } : before;
  }
  if (speaker === 'host' || guest?.by === 'pinned') return before;
  if (guest !== undefined && sameLanguage(guest.code, language)) {
    return clear ? { ...before, guest: { code: guest.code, by: 'detected' }, rival: undefined } : before;
  }
  if (guest === undefined && !clear) return { ...before, guest: { code: language, by: 'guessed' } };
  if (!clear) return before;
  const isSure = guest === undefined || guest.by === 'guessed';
  if (isSure || (rival !== undefined && sameLanguage(rival, language))) {
    return { ...before, guest: { code: language, by: 'detected' }, rival: undefined };
  }
  return { ...before, rival: language };
}

let words: Intl.Segmenter | undefined;

/** Fewer words than this may be a greeting or a name in any language. */
const CLEAR_WORDS = 3;
/** Only the beginning of a text is searched for them, in UTF-16 units. */
const LOOKED_AT = 300;

/** Whether a text is more than a stray word. Figures are no words: a room number is the same in many languages. */
export function isClear(text: string): boolean {
  words ??= new Intl.Segmenter('en', { granularity: 'word' });
  let found = 0;
  for (const { isWordLike, segment } of words.segment(text.slice(0, LOOKED_AT))) {
    if (isWordLike && /\p{L}/u.test(segment)) found += 1;
    if (found === CLEAR_WORDS) return true;
  }
  return false;
}

/** Norwegian has three codes: one for the language, and one for each of its written forms. */
const OTHER_CODES: Readonly<Record<string, string>> = { no: 'nb', nn: 'nb' };

/** A code without script and region, one for each language: "zh" of "cmn-Hans", "he" of "iw", "nb" of "no". */
export function primaryLanguage(code: string): string {
  const language = localeOf(code)?.language ?? code.toLowerCase();
  return OTHER_CODES[language] ?? language;
}

/** "A useful value" for the longest code: RFC 5646, 4.4.1. */
const LONGEST_CODE = 35;
/** By code. Creating a locale takes long, and few codes occur; but a service may send any. */
const locales = new Map<string, Intl.Locale>();
const MOST_LOCALES = 500;

function localeOf(code: string): Intl.Locale | undefined {
  if (code.length > LONGEST_CODE) return undefined;
  const known = locales.get(code);
  if (known !== undefined) return known;
  const locale = newLocale(code);
  if (locale === undefined) return undefined;
  if (locales.size === MOST_LOCALES) locales.clear();
  locales.set(code, locale);
  return locale;
}

function newLocale(code: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(code.trim().replaceAll('_', '-'));
  } catch {
    return undefined;
  }
}
