import type { Book } from '../../phrasebook/book.ts';
import { loadDeskBook } from '../../phrasebook/own-book.ts';
import { configurationAt } from '../../system/config/read.ts';

export interface DeskBook {
  readonly book: Book;
  /** Whose phrases lie over the built-in ones; undefined: nobody's. */
  readonly file: string | undefined;
}

/** The book with the file's phrases, or with those of the configured file. @throws BookError, ConfigError */
export async function deskBook(file: string | undefined, config: string | undefined): Promise<DeskBook> {
  const own = file ?? (await configurationAt(config)).phrasebook.file;
  return { book: await loadDeskBook(own), file: own };
}
