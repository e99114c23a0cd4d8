/** The book: phrases of the front desk in several languages, translated by people. Data in book.json. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { wordKey, wordsOf } from './words.ts';

/** A phrase with one text for each of the book's languages. */
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
}

/** A validated book. */
export interface Book {
  readonly phrases: readonly Phrase[];
  /** In the order of the file; the first is the host's as a rule. */
  readonly languages: readonly string[];
  /** What is known of a language; a region that the book does not name ("en-GB") counts as its language. */
  language(language: string): BookLanguage;
  /** "I did not understand." in this language. @throws BookError when the book does not have the language. */
  notUnderstood(language: string): string;
  /** The phrase with this id. */
  find(id: string): Phrase | undefined;
  /** The phrase that this text is in this language; case and punctuation don't matter. */
  findText(text: string, language: string): Phrase | undefined;
  /** A text of the book in another of its languages; undefined when it is no phrase of the book. */
  translate(text: string, from: string, to: string): string | undefined;
}

/** A book that is not as it should be. The message names file, entry, what was found and what is needed. */
export class BookError extends Error {
  override readonly name = 'BookError';
}

/** The book that comes with Dragoman. */
export const DEFAULT_BOOK = fileURLToPath(new URL('./book.json', import.meta.url));

const text = z.string().refine((value) => wordKey(value) !== '', 'needs a text with at least one word');
/** A single word, in the form in which texts are compared. */
const word = z
  .string()
  .refine((value) => wordsOf(value).length === 1, 'needs a single word')
  .transform(wordKey);
const code = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'needs a BCP-47 language code such as "en" or "pt-BR"');

const fileSchema = z.strictObject({
  languages: z.record(
    code,
    z.strictObject({
      notUnderstood: text,
      voice: z.string().min(1),
      pronunciation: z.enum(['cmudict', 'espeak']),
      acceptUpTo: z.number().min(0).max(1),
      rivals: z.array(z.array(word).min(2)).default([]),
      refused: z.array(text).default([]),
    }),
  ),
  phrases: z
    .array(
      z
        .object({
          id: z
            .string()
            .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'needs lower case letters, digits and hyphens: "lost-key"'),
          also: z.record(z.string(), z.array(text).min(1)).default({}),
        })
        .catchall(text),
    )
    .min(1, 'needs at least one phrase'),
});

type FilePhrase = z.infer<typeof fileSchema>['phrases'][number];

/**
 * Reads and checks a book.
 * @param path a JSON file; by default the book that comes with Dragoman
 * @throws BookError which lists everything that is wrong, one problem a line
 */
export async function loadBook(path: string = DEFAULT_BOOK): Promise<Book> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    throw new BookError(`the phrasebook ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  return parseBook(content, path);
}

/** Checks the text of a book. @throws BookError, see {@link loadBook} */
export function parseBook(content: string, path: string): Book {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw new BookError(`the phrasebook ${path} is not JSON: ${messageOf(error)}`, { cause: error });
  }
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) {
    throw bookError(
      path,
      parsed.error.issues.map((issue) => describe(issue, json)),
    );
  }
  const languages = Object.entries(parsed.data.languages).map(([language, rest]) => ({ language, ...rest }));
  if (languages.length < 2) {
    throw bookError(path, [`"languages" has ${languages.length}: needs at least two, to translate between`]);
  }
  const problems = check(parsed.data.phrases, languages);
  if (problems.length > 0) throw bookError(path, problems);
  return bookOf(
    parsed.data.phrases.map(({ id, also, ...texts }) => ({ id, also, texts })),
    languages,
  );
}

/** What the schema can't say: every language there, nothing twice, no refused sentence that is a phrase. */
function check(phrases: readonly FilePhrase[], languages: readonly BookLanguage[]): string[] {
  const problems: string[] = [];
  const codes = languages.map(({ language }) => language);
  const owners = new Map<string, string>();
  const ids = new Set<string>();
  for (const [index, { id, also, ...texts }] of phrases.entries()) {
    const name = `phrase ${index + 1} ("${id}")`;
    if (ids.has(id)) problems.push(`${name}: there is another phrase with this id; ids need to be unique`);
    ids.add(id);
    for (const language of codes) {
      if (texts[language] === undefined) {
        problems.push(`${name}: has no text in "${language}"; needs one in each of ${codes.join(', ')}`);
      }
    }
    for (const key of [...Object.keys(texts), ...Object.keys(also)]) {
      if (!codes.includes(key)) {
        problems.push(`${name}: "${key}" is not one of the book's languages (${codes.join(', ')})`);
      }
    }
    for (const language of codes) {
      for (const said of [texts[language], ...(also[language] ?? [])]) {
        if (said === undefined) continue;
        const key = `${language} ${wordKey(said)}`;
        const owner = owners.get(key);
        if (owner !== undefined) {
          problems.push(
            `${name}: "${said}" (${language}) is also a text of ${owner}; each text needs to be unique`,
          );
        }
        owners.set(key, name);
      }
    }
  }
  for (const { language, refused } of languages) {
    for (const sentence of refused) {
      const owner = owners.get(`${language} ${wordKey(sentence)}`);
      if (owner !== undefined) {
        problems.push(
          `language "${language}": the refused sentence "${sentence}" is a text of ${owner}; remove one`,
        );
      }
    }
  }
  return problems;
}

function bookOf(phrases: readonly Phrase[], languages: readonly BookLanguage[]): Book {
  const byId = new Map(phrases.map((phrase) => [phrase.id, phrase]));
  const byText = new Map<string, Phrase>();
  for (const phrase of phrases) {
    for (const { language } of languages) {
      for (const said of [phrase.texts[language] ?? '', ...(phrase.also[language] ?? [])]) {
        byText.set(`${language} ${wordKey(said)}`, phrase);
      }
    }
  }
  const known = (wanted: string): BookLanguage => {
    const primary = wanted.toLowerCase().split(/[-_]/)[0];
    const found =
      languages.find(({ language }) => language.toLowerCase() === wanted.toLowerCase()) ??
      languages.find(({ language }) => language === primary);
    if (found !== undefined) return found;
    const codes = languages.map(({ language }) => language).join(', ');
    throw new BookError(`the phrasebook does not have the language "${wanted}"; it has ${codes}`);
  };
  const findText = (said: string, language: string) =>
    byText.get(`${known(language).language} ${wordKey(said)}`);
  return {
    phrases,
    languages: languages.map(({ language }) => language),
    language: known,
    notUnderstood: (language) => known(language).notUnderstood,
    find: (id) => byId.get(id),
    findText,
    translate: (said, from, to) => findText(said, from)?.texts[known(to).language],
  };
}

function bookError(path: string, problems: readonly string[]): BookError {
  return new BookError(
    `the phrasebook ${path} has mistakes:\n${problems.map((line) => `  ${line}`).join('\n')}`,
  );
}

/** Where, what was found, what is needed. */
function describe(issue: z.core.$ZodIssue, json: unknown): string {
  let found: unknown = json;
  for (const key of issue.path) found = (found as Record<PropertyKey, unknown> | undefined)?.[key];
  const where = issue.path
    .map((key, depth) => (typeof key === 'number' && depth === 1 ? String(key + 1) : String(key)))
    .join(' › ');
  const shown = found === undefined ? 'nothing' : (JSON.stringify(found) ?? 'nothing').slice(0, 80);
  return `${where === '' ? 'the file' : where}: found ${shown}; ${issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
