import { type Book, bookOf, dataOf } from '../../src/phrasebook/book/book.ts';
import { loadBook } from '../../src/phrasebook/book/book-file.ts';

/** The built-in book with these phrases only: the fewer there are, the sooner the recogniser is started and done. */
export async function bookWith(...ids: readonly string[]): Promise<Book> {
  const whole = await loadBook();
  const phrases = whole.phrases.filter(({ id }) => ids.includes(id));
  return bookOf({ ...dataOf(whole), phrases });
}

/**
 * The same book, of these languages, with nothing that is refused and no rivals: the recogniser is started and done
 * several times as soon, but takes more for a phrase. For tests of what is done with it.
 */
export function plain(book: Book, ...codes: readonly string[]): Book {
  const languages = codes.map((code) => ({ ...book.language(code), refused: [], rivals: [] }));
  return bookOf({ phrases: dataOf(book).phrases, languages });
}
