/** The desk's own phrases over the book that comes with Dragoman. */

import { type Book, type BookLanguage, bookOf, type Phrase, textsIn } from './book.ts';
import {
  type Addition,
  bookError,
  loadBook,
  type NamedPhrase,
  nameInFile,
  parseAddition,
  readBook,
  sameIds,
  sameTexts,
  unknownLanguages,
} from './book-file.ts';
import { wordKey } from './words.ts';

/**
 * Up to this distance a phrase is accepted in a language that was not measured: as in Spanish, the only measured one that
 * is recognised by its IPA.
 */
const ACCEPT_UP_TO = 0.6;

/**
 * The book of a desk: the one that comes with Dragoman, with the phrases and languages of a file over it.
 * @param ownFile a JSON file of the same form as book.json, in which both parts may be missing; undefined: none
 * @throws BookError which lists everything that is wrong, one problem a line
 */
export async function loadDeskBook(ownFile: string | undefined): Promise<Book> {
  const book = await loadBook();
  return ownFile === undefined ? book : addedTo(book, await readBook(ownFile), ownFile);
}

/**
 * Lays the phrases and languages of a file over a book.
 *
 * - A new id is a new phrase; it may cover some of the languages, at least two.
 * - A known id adds texts in further languages. When it changes one, it has to give it in all languages that the phrase
 *   was in: otherwise they would no longer mean the same.
 * - A known language gets the properties that the file gives it; rivals and refused sentences are added.
 * - Refused sentences of the book that are now phrases are no longer refused.
 * @param content the file's text
 * @param path its name in errors
 * @throws BookError
 */
export function addedTo(book: Book, content: string, path: string): Book {
  const addition = parseAddition(content, path);
  const { languages, problems } = languagesOf(book, addition);
  const codes = languages.map(({ language }) => language);
  const own = addition.phrases.map(nameInFile);
  problems.push(...sameIds(own));
  const merged = new Map<string, NamedPhrase>(
    book.phrases.map((phrase) => [phrase.id, { name: `the built-in phrase "${phrase.id}"`, phrase }]),
  );
  for (const { name, phrase } of own) {
    problems.push(...unknownLanguages(name, phrase, codes));
    const before = book.find(phrase.id);
    if (before !== undefined) problems.push(...halfChanged(name, phrase, before));
    const after = before === undefined ? phrase : laidOver(phrase, before);
    problems.push(...incomplete(name, after));
    merged.set(phrase.id, { name, phrase: after });
  }
  const named = [...merged.values()];
  const listed = new Set(
    named.flatMap(({ phrase }) =>
      codes.flatMap((code) => textsIn(phrase, code).map((said) => `${code} ${wordKey(said)}`)),
    ),
  );
  const stillRefused = languages.map(({ refused, ...language }) => {
    const added = addition.languages[language.language]?.refused ?? [];
    const kept = refused.filter((sentence) => !listed.has(`${language.language} ${wordKey(sentence)}`));
    return { ...language, refused: [...kept, ...added] };
  });
  problems.push(...sameTexts(named, stillRefused));
  if (problems.length > 0) throw bookError(path, problems);
  return bookOf({ phrases: named.map(({ phrase }) => phrase), languages: stillRefused });
}

/** The languages of both; refused sentences those of the book only. */
function languagesOf(
  book: Book,
  addition: Addition,
): { readonly languages: BookLanguage[]; readonly problems: string[] } {
  const problems: string[] = [];
  const languages = new Map(book.languages.map((code) => [code, book.language(code)]));
  for (const [code, { refused: _, rivals, ...own }] of Object.entries(addition.languages)) {
    const before = languages.get(code);
    const given = defined(own);
    if (before !== undefined) {
      // Above the measured threshold nothing was measured.
      const measured = before.rejects && (own.acceptUpTo ?? 0) <= before.acceptUpTo;
      const all = [...before.rivals, ...rivals];
      languages.set(code, { ...before, rejects: measured, ...given, rivals: all });
      continue;
    }
    const { notUnderstood, pronunciation } = own;
    const where = `languages › ${code}`;
    if (notUnderstood === undefined) {
      problems.push(`${where} › notUnderstood: found nothing; needs the sentence "I did not understand."`);
    }
    if (pronunciation === 'cmudict' && !/^en(-|$)/.test(code)) {
      problems.push(`${where} › pronunciation: found "cmudict", which is for English; needs "espeak"`);
    }
    languages.set(code, {
      language: code,
      notUnderstood: '',
      voice: code,
      pronunciation: 'espeak',
      acceptUpTo: ACCEPT_UP_TO,
      rejects: false,
      ...given,
      rivals,
      refused: [],
    });
  }
  return { languages: [...languages.values()], problems };
}

type Properties = Partial<Omit<BookLanguage, 'language' | 'rivals' | 'refused'>>;

/** Without undefined properties. */
function defined(own: { readonly [Key in keyof Properties]: Properties[Key] | undefined }): Properties {
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
}

function laidOver({ id, texts, also }: Phrase, before: Phrase): Phrase {
  // Other ways to say a changed text would still mean the old one.
  const kept = Object.entries(before.also).filter(([language]) => !changes(texts, before, language));
  const codes = new Set([...kept.map(([language]) => language), ...Object.keys(also)]);
  const ways = (language: string) => [
    ...(kept.find(([code]) => code === language)?.[1] ?? []),
    ...(also[language] ?? []),
  ];
  return {
    id,
    texts: { ...before.texts, ...texts },
    also: Object.fromEntries([...codes].map((language) => [language, ways(language)])),
  };
}

/** Whether the text in this language is another one. */
function changes(texts: Phrase['texts'], before: Phrase, language: string): boolean {
  const [old, now] = [before.texts[language], texts[language]];
  return old !== undefined && now !== undefined && wordKey(old) !== wordKey(now);
}

function halfChanged(name: string, { texts }: Phrase, before: Phrase): string[] {
  const codes = Object.keys(before.texts);
  const changed = codes.filter((language) => changes(texts, before, language));
  const missing = codes.filter((language) => texts[language] === undefined);
  if (changed.length === 0 || missing.length === 0) return [];
  return [
    `${name}: has another text in "${changed.join('", "')}" than the built-in phrase, and none in ` +
      `"${missing.join('", "')}"; needs one in each of ${codes.join(', ')}, so that they keep meaning the same`,
  ];
}

function incomplete(name: string, { texts, also }: Phrase): string[] {
  const codes = Object.keys(texts);
  const orphans = Object.keys(also).filter((language) => texts[language] === undefined);
  return [
    ...(codes.length < 2
      ? [
          `${name}: has a text in ${codes.length === 0 ? 'no language' : `"${codes[0]}" only`}; needs at least two, to translate between`,
        ]
      : []),
    ...orphans.map(
      (language) =>
        `${name} › also: has other ways to say it in "${language}", and no text; needs a text in "${language}"`,
    ),
  ];
}
