/** How the words of the book are pronounced, in the phones of the acoustic model. */

import { readFileSync } from 'node:fs';
import type { BookLanguage } from '../book/book.ts';
import { findModel } from '../libraries.ts';
import { ipaOf } from './espeak-ipa.ts';
import { phonesOfIpa, regionalVariants } from './ipa.ts';

/** The pronunciations of words; `unknown`: those without one, with the reason. */
export interface Lexicon {
  readonly pronunciations: ReadonlyMap<string, readonly (readonly string[])[]>;
  readonly unknown: ReadonlyMap<string, string>;
}

/** The pronunciations of words of a language. @throws MissingDependency */
export function lexiconOf(words: Iterable<string>, language: BookLanguage): Lexicon {
  const wanted = new Set(words);
  const dictionary =
    language.pronunciation === 'cmudict' ? readDictionary(findModel().dictionary, wanted) : new Map();
  const unlisted = [...wanted].filter((word) => !dictionary.has(word));
  const pronounce = pronouncer(dictionary, ipaOf(unlisted, language.voice), language.language);
  const pronunciations = new Map<string, readonly (readonly string[])[]>();
  const unknown = new Map<string, string>();
  for (const word of wanted) {
    try {
      pronunciations.set(word, pronounce(word));
    } catch (error) {
      unknown.set(word, (error as Error).message);
    }
  }
  return { pronunciations, unknown };
}

/** The pronunciations of a word, most usual first; never empty. */
type Pronounce = (word: string) => readonly (readonly string[])[];

/**
 * Reads a dictionary in CMU's form ("tomato(2) T AH M AA T OW") for these words only: the whole of it is
 * 134,000 entries.
 */
export function readDictionary(path: string, wanted: ReadonlySet<string>): Map<string, string[][]> {
  const found = new Map<string, string[][]>();
  // One expression for all words: looking at each line takes ten times as long.
  const words = [...wanted].map((word) => RegExp.escape(word)).join('|');
  const entries = readFileSync(path, 'utf8').matchAll(new RegExp(`^(${words})(?:\\(\\d+\\))? (.+)$`, 'gm'));
  for (const [, word = '', phones = ''] of entries) {
    found.set(word, [...(found.get(word) ?? []), phones.trim().split(/\s+/)]);
  }
  return found;
}

/** Pronunciations from a dictionary where it has the word, otherwise from IPA (espeak-ng's). */
export function pronouncer(
  dictionary: ReadonlyMap<string, string[][]>,
  ipa: ReadonlyMap<string, string>,
  language: string,
): Pronounce {
  return (word) => {
    const listed = dictionary.get(word);
    if (listed !== undefined) return listed;
    const phones = phonesOfIpa(ipa.get(word) ?? '');
    if (phones.length === 0) throw new Error(`the word "${word}" (${language}) has no pronunciation`);
    return regionalVariants(phones, language);
  };
}
