import { loadBook } from '../phrasebook/book-file.ts';

/** The phrases of the book: as JSON an array of objects with a text per language code, else a table. */
export async function phrasebookList(json: boolean): Promise<string> {
  const book = await loadBook();
  if (json) {
    const phrases = book.phrases.map(({ id, texts }) => ({ id, ...texts }));
    return `${JSON.stringify(phrases, null, 2)}\n`;
  }
  const lines = book.phrases.map(({ id, texts }) =>
    [id, ...Object.entries(texts).map(([language, text]) => `  ${language}  ${text}`)].join('\n'),
  );
  return `${lines.join('\n')}\n${book.phrases.length} phrases\n`;
}
