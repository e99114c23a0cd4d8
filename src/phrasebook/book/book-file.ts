/** The book's file: book.json, or one of the same form. */

import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { FileRefused, readRegularFile } from '../../base/regular-file.ts';
import { TextFileError, textOf } from '../../base/text-file.ts';
import { cut } from '../../turn/cut.ts';
import { type Book, BookError, type BookLanguage, bookOf, type Phrase, textsIn } from './book.ts';
import { wordKey, wordsOf } from './words.ts';

/** The book that comes with Dragoman. */
export const DEFAULT_BOOK = fileURLToPath(new URL('../book.json', import.meta.url));

const text = z.string().refine((value) => wordKey(value) !== '', 'needs a text with at least one word');
/** A single word, in the form in which texts are compared. */
const word = z
  .string()
  .refine((value) => wordsOf(value).length === 1, 'needs a single word')
  .transform(wordKey);
const code = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'needs a BCP-47 language code such as "en" or "pt-BR"');

/** An object without other keys; its error names the keys that it may have. */
function exactly<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `"${issue.keys.join('", "')}" is not known here; needs ${Object.keys(shape).join(', ')}`
        : undefined,
  });
}

/** The properties of a language. */
const language = {
  notUnderstood: text,
  voice: z.string().min(1, 'needs the name of a voice of espeak-ng'),
  pronunciation: z.enum(['cmudict', 'espeak']),
  acceptUpTo: z.number().min(0).max(1),
  rejects: z.boolean(),
  rivals: z.array(z.array(word).min(2, 'needs at least two words')),
  refused: z.array(text),
};

const phrase = z
  .object({
    id: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'needs lower case letters, digits and hyphens: "lost-key"'),
    also: z.record(z.string(), z.array(text).min(1)).default({}),
  })
  .catchall(text)
  .transform(({ id, also, ...texts }): Phrase => ({ id, also, texts }));

const lists = { rivals: language.rivals.default([]), refused: language.refused.default([]) };

const wholeSchema = exactly({
  languages: z.record(code, exactly({ ...language, ...lists, rejects: language.rejects.default(false) })),
  phrases: z.array(phrase).min(1, 'needs at least one phrase'),
});

const additionSchema = exactly({
  languages: z.record(code, exactly({ ...z.object(language).partial().shape, ...lists })).default({}),
  phrases: z.array(phrase).default([]),
});

/** What a file adds to a book. */
export type Addition = z.infer<typeof additionSchema>;

/**
 * Reads and checks a book in which every phrase has a text in every language.
 * @param path a JSON file; by default the book that comes with Dragoman
 * @throws BookError which lists everything that is wrong, one problem a line
 */
export async function loadBook(path: string = DEFAULT_BOOK): Promise<Book> {
  return parseBook(await readBook(path), path);
}

/** The book that comes with Dragoman has 50 KiB. */
const MOST_BYTES = 16 * 2 ** 20;

/** The text of a book's file. @throws BookError when it can't be read */
export async function readBook(path: string): Promise<string> {
  try {
    return textOf(await readRegularFile(path, MOST_BYTES, 'followed'));
  } catch (error) {
    if (error instanceof TextFileError || error instanceof FileRefused)
      throw new BookError(`the phrasebook ${path} ${error.message}`);
    throw new BookError(`the phrasebook ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Checks the text of a book. @throws BookError, see {@link loadBook} */
export function parseBook(content: string, path: string): Book {
  const data = parsed(wholeSchema, content, path);
  const languages = Object.entries(data.languages).map(([language, rest]) => ({ language, ...rest }));
  if (languages.length < 2) {
    throw bookError(path, [`"languages" has ${languages.length}: needs at least two, to translate between`]);
  }
  const codes = languages.map((entry) => entry.language);
  const named = data.phrases.map(nameInFile);
  const problems = [
    ...sameIds(named),
    ...named.flatMap(({ name, phrase }) => [
      ...codes
        .filter((language) => phrase.texts[language] === undefined)
        .map((language) => `${name}: has no text in "${language}"; needs one in each of ${codes.join(', ')}`),
      ...unknownLanguages(name, phrase, codes),
    ]),
    ...sameTexts(named, languages),
  ];
  if (problems.length > 0) throw bookError(path, problems);
  return bookOf({ phrases: data.phrases, languages });
}

/** Reads what a file adds to a book, without checking it against that book. @throws BookError */
export function parseAddition(content: string, path: string): Addition {
  const data = parsed(additionSchema, content, path);
  if (data.phrases.length === 0 && Object.keys(data.languages).length === 0) {
    throw bookError(path, ['the file: found neither phrases nor languages; needs "phrases" or "languages"']);
  }
  return data;
}

/** A phrase, and how problems name it. */
export interface NamedPhrase {
  readonly name: string;
  readonly phrase: Phrase;
}

/** The phrase by its place in the file. */
export function nameInFile(phrase: Phrase, index: number): NamedPhrase {
  return { name: `phrase ${index + 1} ("${phrase.id}")`, phrase };
}

/** Problems with ids that occur twice. */
export function sameIds(phrases: readonly NamedPhrase[]): string[] {
  const ids = new Set<string>();
  return phrases.flatMap(({ name, phrase: { id } }) => {
    const again = ids.has(id);
    ids.add(id);
    return again ? [`${name}: there is another phrase with this id; ids need to be unique`] : [];
  });
}

/** Problems with texts in languages that the book does not have. */
export function unknownLanguages(name: string, { texts, also }: Phrase, codes: readonly string[]): string[] {
  return [...Object.keys(texts), ...Object.keys(also)]
    .filter((key) => !codes.includes(key))
    .map((key) => `${name}: "${key}" is not one of the book's languages (${codes.join(', ')})`);
}

/** Problems with texts that occur twice in a language, or are refused as well. */
export function sameTexts(phrases: readonly NamedPhrase[], languages: readonly BookLanguage[]): string[] {
  const problems: string[] = [];
  const owners = new Map<string, string>();
  for (const { name, phrase } of phrases) {
    for (const { language } of languages) {
      for (const said of textsIn(phrase, language)) {
        const key = `${language} ${wordKey(said)}`;
        const owner = owners.get(key);
        if (owner !== undefined) {
          const whose = owner === name ? 'occurs twice' : `is also a text of ${owner}`;
          problems.push(`${name}: "${said}" (${language}) ${whose}; each text needs to be unique`);
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

/** An error that lists all problems of a file. */
export function bookError(path: string, problems: readonly string[]): BookError {
  return new BookError(
    `the phrasebook ${path} has mistakes:\n${problems.map((line) => `  ${line}`).join('\n')}`,
  );
}

function parsed<Schema extends z.ZodType>(schema: Schema, content: string, path: string): z.infer<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw new BookError(`the phrasebook ${path} is not JSON: ${messageOf(error)}`, { cause: error });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw bookError(
    path,
    result.error.issues.map((issue) => describe(issue, json)),
  );
}

/** Where, what was found, what is needed. */
function describe(issue: z.core.$ZodIssue, json: unknown): string {
  let found: unknown = json;
  for (const key of issue.path) found = (found as Record<PropertyKey, unknown> | undefined)?.[key];
  const where = issue.path
    .map((key, depth) => (typeof key === 'number' && depth === 1 ? String(key + 1) : String(key)))
    .join(' › ');
  const shown = found === undefined ? 'nothing' : cut(JSON.stringify(found) ?? 'nothing', 80);
  return `${where === '' ? 'the file' : where}: found ${shown}; ${issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
