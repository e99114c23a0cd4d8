import { type Book, bookOf, dataOf } from '../../src/phrasebook/book.ts';
import { loadBook } from '../../src/phrasebook/book-file.ts';

/** The built-in book with these phrases only: the fewer there are, the sooner the recogniser is started and done. */
export async function bookWith(...ids: readonly string[]): Promise<Book> {
  const whole = await loadBook();
  const phrases = whole.phrases.filter(({ id }) => ids.includes(id));
  return bookOf({ ...dataOf(whole), phrases });
}
