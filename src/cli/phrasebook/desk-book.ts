import type { Book } from '../../phrasebook/book/book.ts';
import { loadDeskBook } from '../../phrasebook/book/own-book.ts';
import { configurationAt } from '../../system/config/load.ts';

export interface DeskBook {
  readonly book: Book;
  /** Whose phrases lie over the built-in ones; undefined: nobody's. */
  readonly file: string | undefined;
  /** The languages of the configuration, where that names the file, that are not in the book. */
  readonly missing: readonly string[];
}

/** The book with the file's phrases, or with those of the configured file. @throws BookError, ConfigError */
export async function deskBook(file: string | undefined, config: string | undefined): Promise<DeskBook> {
  if (file !== undefined) return { book: await loadDeskBook(file), file, missing: [] };
  const { languages, phrasebook } = await configurationAt(config);
  const book = await loadDeskBook(phrasebook.file);
  const spoken = new Set([...languages.host, languages.guest, ...languages.guests]);
  return {
    book,
    file: phrasebook.file,
    missing: [...spoken].filter((code) => book.codeOf(code) === undefined),
  };
}
