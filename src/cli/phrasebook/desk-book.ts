import { loadDeskBook } from '../../phrasebook/book/own-book.ts';
import { configurationAt } from '../../system/config/load.ts';

/**
 * The built-in phrases with those of the file, or else of the configured file.
 * @returns `file` is undefined without own phrases; `missing` has the languages of the configuration that the book lacks
 * @throws BookError, ConfigError
 */
export async function deskBook(file: string | undefined, config: string | undefined) {
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
