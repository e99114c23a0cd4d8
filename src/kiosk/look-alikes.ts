/** Codes of countries in the place of codes of languages. */
import { knownLanguage, languageName, nameOf, sameLanguage } from './languages.ts';

/**
 * Codes that name a language and a country with another one, where at a front desk the country's is meant as a rule:
 * "se" is Northern Sami, and Sweden. Not among them are those whose own language is met more often ("ar" is Arabic, and
 * Argentina).
 */
const QUESTIONED: ReadonlySet<string> = new Set(
  'ae ba be br ch co cr cu cy dz ee ie in kg kr kw la lu sa se sg si tw uk ve za'.split(' '),
);

/** What is odd about a code that is a valid one. */
export interface LookAlike {
  /** The name of what it means. */
  readonly name: string;
  /** What was meant perhaps. */
  readonly other: Suggestion;
  /** A code that means the same, and can't be taken for a country's. */
  readonly plain: string;
}

export interface Suggestion {
  readonly code: string;
  /** In English. */
  readonly name: string;
}

/** @param given as it was written. @returns undefined where there is no doubt */
function lookAlike(given: string): LookAlike | undefined {
  const written = given.trim().toLowerCase();
  const code = knownLanguage(written);
  const other = languageOfCountry(written);
  if (!QUESTIONED.has(written) || code === undefined || other === undefined) return undefined;
  if (sameLanguage(code, other.code)) return undefined;
  const { language, region } = new Intl.Locale(code).maximize();
  return { name: languageName(code), other, plain: `${language}-${region}` };
}

/** "se" is Northern Sami; Swedish is "sv". Undefined where there is no doubt. */
export function lookAlikeWarning(given: string): string | undefined {
  const found = lookAlike(given);
  if (found === undefined) return undefined;
  const { name, other, plain } = found;
  return `"${given}" is ${name}; ${other.name} is "${other.code}". If ${name} is meant, write "${plain}"`;
}

/** What was meant by a code that names no language. */
function languageMeant(given: string): Suggestion | undefined {
  const written = given.trim().toLowerCase();
  const meant = languageOfCountry(written.split(/[-_]/)[0] ?? '') ?? languageNamed(written);
  if (meant === undefined) return undefined;
  return { ...meant, code: lookAlike(meant.code)?.plain ?? meant.code };
}

/** `; did you mean "cs" (Czech)?`, or nothing where there is no suggestion. */
export function didYouMeanLanguage(given: string): string {
  const meant = languageMeant(given);
  return meant === undefined ? '' : `; did you mean "${meant.code}" (${meant.name})?`;
}

/**
 * The main language of a country (ISO 3166, two letters; "uk", too). With the country where the language has a name of
 * its own there: British English, Brazilian Portuguese.
 */
function languageOfCountry(country: string): Suggestion | undefined {
  if (!/^[a-z]{2}$/.test(country)) return undefined;
  const { language, region } = new Intl.Locale(`und-${country}`).maximize();
  // Of a country that there is not, the likely subtags of no country at all come out.
  if (region === undefined || nameOf(region, 'region') === undefined || language === 'und') return undefined;
  const regional = languageName(`${language}-${region}`);
  const hasOwnName = !regional.includes('(');
  return hasOwnName
    ? { code: `${language}-${region}`, name: regional }
    : { code: language, name: languageName(language) };
}

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/** A language by its name, in English or in itself: "german", "deutsch". */
function languageNamed(name: string): Suggestion | undefined {
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
  const code = codes
    .filter((one) => knownLanguage(one) === one)
    .find((one) => [languageName(one), ownName(one)].some((own) => own?.toLowerCase() === name));
  return code === undefined ? undefined : { code, name: languageName(code) };
}

function ownName(code: string): string | undefined {
  return new Intl.DisplayNames([code], { type: 'language' }).of(code);
}
