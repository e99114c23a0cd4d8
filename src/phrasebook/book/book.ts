/** The book: phrases of the front desk in several languages, translated by people. */

import { Explained } from '../../base/errors.ts';
import { sameLanguage } from '../../kiosk/languages.ts';
import { wordKey } from './words.ts';

/** A phrase with its texts, in at least two of the book's languages. */
export interface Phrase {
  /** Lower case letters, digits and hyphens: "allergic-nuts". */
  readonly id: string;
  /** By language (BCP-47: "en", "es"). Unique among the phrases of the language. */
  readonly texts: Readonly<Record<string, string>>;
  /** Other ways to say it, by language: heard, never spoken. */
  readonly also: Readonly<Record<string, readonly string[]>>;
}

/** What the book says about a language, besides the phrases. */
export interface BookLanguage {
  /** BCP-47: "en", "es". */
  readonly language: string;
  /** Spoken when an utterance was not understood. */
  readonly notUnderstood: string;
  /** The voice of espeak-ng that speaks it. */
  readonly voice: string;
  /** Where the words' pronunciation comes from: "cmudict" (English) or "espeak". */
  readonly pronunciation: 'cmudict' | 'espeak';
  /** The largest relative distance of phones, 0 to 1, at which a phrase is accepted. */
  readonly acceptUpTo: number;
  /** Sets of words that must not be taken for one another. */
  readonly rivals: readonly (readonly string[])[];
  /** Sentences that sound like a phrase and mean something else. */
  readonly refused: readonly string[];
  /** It was measured that unlisted speech is rejected. Where it was not, the speaker is asked to confirm. */
  readonly rejects: boolean;
}

/** A book as data, for another process. */
export interface BookData {
  readonly phrases: readonly Phrase[];
  /** At least one. */
  readonly languages: readonly BookLanguage[];
}

/** A validated book. A requested language may have another region than the book's ("en-GB" and "en"). */
export interface Book {
  readonly phrases: readonly Phrase[];
  /** In the order of the file; usually the first is the host's. */
  readonly languages: readonly string[];
  /** The code under which the book has this language; undefined when it does not have it. */
  codeOf(language: string): string | undefined;
  /** What the book says about a language. @throws BookError when the book does not have it */
  language(language: string): BookLanguage;
  /** "I did not understand." in this language. @throws BookError when the book does not have the language. */
  notUnderstood(language: string): string;
  /** The phrase with this id. */
  find(id: string): Phrase | undefined;
  /** The phrase that this text is in this language; case and punctuation don't matter. */
  findText(text: string, language: string): Phrase | undefined;
  /** A text of the book in another of its languages; undefined when it is no phrase of it, or has no text there. */
  translate(text: string, from: string, to: string): string | undefined;
}

/** A book with mistakes. The message names file, entry, what was found and what is needed. */
export class BookError extends Explained {}

/** A book of phrases and languages that have been checked. */
export function bookOf({ phrases, languages }: BookData): Book {
  const byId = new Map(phrases.map((phrase) => [phrase.id, phrase]));
  const byText = new Map<string, Phrase>();
  for (const phrase of phrases) {
    for (const { language } of languages) {
      for (const said of textsIn(phrase, language)) byText.set(`${language} ${wordKey(said)}`, phrase);
    }
  }
  const entry = (wanted: string): BookLanguage | undefined => {
    const [primary] = wanted.toLowerCase().split(/[-_]/);
    return (
      languages.find(({ language }) => language.toLowerCase() === wanted.toLowerCase()) ??
      languages.find(({ language }) => language === primary) ??
      languages.find(({ language }) => sameLanguage(language, wanted))
    );
  };
  const known = (wanted: string): BookLanguage => {
    const found = entry(wanted);
    if (found !== undefined) return found;
    const codes = languages.map(({ language }) => language).join(', ');
    throw new BookError(`the phrasebook does not have the language "${wanted}"; it has ${codes}`);
  };
  const findText = (said: string, language: string) =>
    byText.get(`${known(language).language} ${wordKey(said)}`);
  return {
    phrases,
    languages: languages.map(({ language }) => language),
    codeOf: (language) => entry(language)?.language,
    language: known,
    notUnderstood: (language) => known(language).notUnderstood,
    find: (id) => byId.get(id),
    findText,
    translate: (said, from, to) => findText(said, from)?.texts[known(to).language],
  };
}

/** The book as data, for {@link bookOf}. */
export function dataOf(book: Book): BookData {
  return { phrases: book.phrases, languages: book.languages.map((code) => book.language(code)) };
}

/** Every way to say a phrase in a language, by the book's code for it: the text first, if there is one. */
export function textsIn({ texts, also }: Phrase, language: string): readonly string[] {
  const text = texts[language];
  return [...(text === undefined ? [] : [text]), ...(also[language] ?? [])];
}
