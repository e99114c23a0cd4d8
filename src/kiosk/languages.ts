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

/** All languages that are named, the host's first. */
export function languagesOf({ host, alsoHost = [], guest }: Languages): readonly string[] {
  return [host, ...alsoHost, guest];
}

/** Whether two codes name the same language, whatever their regions ("es" and "es-419"). */
export function sameLanguage(a: string, b: string): boolean {
  return primaryLanguage(a) === primaryLanguage(b);
}

let names: Intl.DisplayNames | undefined;

/** Made when first asked for: the phrasebook's child loads this module, and needs none of Node's language data. */
function nameOf(code: string): string | undefined {
  names ??= new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
  return names.of(code);
}

/** Codes that say that there is no one language to name. */
const NO_LANGUAGE: ReadonlySet<string> = new Set(['und', 'mul', 'mis', 'zxx']);

/**
 * A code that names a language, in its canonical form: services and models have been seen to write others ("en_US",
 * "cmn", "iw"), and names in place of codes, which are none.
 */
export function knownLanguage(code: string | undefined): string | undefined {
  const locale = localeOf(code ?? '');
  if (locale === undefined || NO_LANGUAGE.has(locale.language)) return undefined;
  return nameOf(locale.language) === undefined ? undefined : locale.toString();
}

/** A language in English, "Brazilian Portuguese"; the code itself where it has no name. */
export function languageName(code: string): string {
  return knownLanguage(code) === undefined ? code : (nameOf(code) ?? code);
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

/** The guest's language, as far as it is known. */
export interface GuestLanguage {
  readonly code: string;
  /**
   * How it is known: `guessed` from a stray word, `detected` in an utterance, or `pinned` by somebody's choice, which
   * no words change.
   */
  readonly by: 'guessed' | 'detected' | 'pinned';
}

/** What is known of who speaks what. */
export interface Speakers {
  /** The host's language in use. */
  readonly host: string;
  /** Undefined until a guest was heard. */
  readonly guest: GuestLanguage | undefined;
  /** Another language that a guest spoke clearly in the last utterance: once more, and it takes the guest's place. */
  readonly rival: string | undefined;
}

/**
 * A language as this desk's configuration names it: "pt" where its guests speak "pt-BR" is
 * that one. A region or script that was heard counts before the configured one.
 */
export function asConfigured(heard: string, configured: readonly string[]): string {
  if (heard !== primaryLanguage(heard)) return heard;
  return configured.find((code) => sameLanguage(code, heard)) ?? heard;
}

/** What was heard of an utterance. */
export interface Heard {
  /** Undefined when nothing is known of it any more: the answer contradicts it. */
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
  // Who presses the other side's button speaks for that side, whatever the language sounds like.
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

/** Whether a text is more than a stray word. Figures are no words: a room number is the same in many languages. */
export function isClear(text: string): boolean {
  words ??= new Intl.Segmenter('en', { granularity: 'word' });
  const found = [...words.segment(text)].filter(
    ({ isWordLike, segment }) => isWordLike && /\p{L}/u.test(segment),
  );
  return found.length >= CLEAR_WORDS;
}

/** Norwegian goes by three codes: by that of the many and by those of its two ways of being written. */
const OTHER_CODES: Readonly<Record<string, string>> = { no: 'nb', nn: 'nb' };

/** A code without script and region, one for each language: "zh" of "cmn-Hans", "he" of "iw", "nb" of "no". */
export function primaryLanguage(code: string): string {
  const language = localeOf(code)?.language ?? code.toLowerCase();
  return OTHER_CODES[language] ?? language;
}

/** By the codes that occurred. There are few, and a locale takes long to make. */
const locales = new Map<string, Intl.Locale | undefined>();

function localeOf(code: string): Intl.Locale | undefined {
  if (!locales.has(code)) locales.set(code, newLocale(code));
  return locales.get(code);
}

function newLocale(code: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(code.trim().replaceAll('_', '-'));
  } catch {
    return undefined;
  }
}
