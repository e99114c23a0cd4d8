import { jsonText } from '../../base/foreign-text.ts';
import type { Book } from '../../phrasebook/book/book.ts';
import { UsageError } from '../exit.ts';
import { deskBook } from './desk-book.ts';

export interface ListOptions {
  readonly config?: string;
  readonly json?: boolean;
  /** Codes, separated by commas. */
  readonly languages?: string;
}

/**
 * The phrases of the book: as JSON an array of objects with a text per language code, else a list. With languages, those
 * that can be used between all of them.
 * @throws UsageError for a language that the book does not have
 */
export async function phrasebookList(file: string | undefined, options: ListOptions): Promise<string> {
  const { book } = await deskBook(file, options.config);
  const codes = options.languages === undefined ? undefined : codesOf(book, options.languages);
  const phrases = book.phrases.flatMap(({ id, texts }) => {
    const shown = Object.entries(texts).filter(([language]) => codes?.includes(language) ?? true);
    return shown.length < (codes?.length ?? 0) ? [] : [{ id, texts: shown }];
  });
  if (options.json === true) {
    const objects = phrases.map(({ id, texts }) => ({ id, ...Object.fromEntries(texts) }));
    return `${jsonText(objects, 2)}\n`;
  }
  const lines = phrases.map(({ id, texts }) =>
    [id, ...texts.map(([language, text]) => `  ${language}  ${text}`)].join('\n'),
  );
  return `${[...lines, `${phrases.length} phrases`].join('\n')}\n`;
}

function codesOf(book: Book, languages: string): string[] {
  const wanted = languages.split(',').map((language) => language.trim());
  return [
    ...new Set(
      wanted.map((language) => {
        const code = book.codeOf(language);
        if (code !== undefined) return code;
        throw new UsageError(
          `the phrasebook does not have the language "${language}"; it has ${book.languages.join(', ')}`,
        );
      }),
    ),
  ];
}
