import { type Languages, listenersLanguage } from '../../kiosk/languages.ts';
import type { Book } from '../../phrasebook/book/book.ts';

/** A language of a turn that the book has. */
export interface Covered {
  /** The turn's code for it. */
  readonly language: string;
  /** The book's code for it. */
  readonly code: string;
}

/** The book's codes of the languages that have phrases. Others may have only a voice. */
export function heardIn(book: Book): string[] {
  return book.languages.filter((code) => book.phrases.some(({ texts }) => texts[code] !== undefined));
}

/** The languages to recognise: those of the turn that have phrases in the book. */
export function listenedFor(book: Book, languages: Languages): Covered[] {
  const { host, alsoHost = [], guest, speaker } = languages;
  const hosts = speaker === 'guest' ? [] : [host, ...alsoHost];
  const guests = speaker === 'host' ? [] : [guest];
  const heard = heardIn(book);
  const covered = new Map<string, Covered>();
  for (const language of [...hosts, ...guests]) {
    const code = book.codeOf(language);
    if (code !== undefined && heard.includes(code) && !covered.has(code))
      covered.set(code, { language, code });
  }
  return [...covered.values()];
}

/** The listener's language, if the book has it. @param heard the speaker's, as the turn names it */
export function answeredIn(book: Book, languages: Languages, heard: string | undefined): Covered | undefined {
  const language = listenersLanguage(languages, heard);
  const code = language === undefined ? undefined : book.codeOf(language);
  return language === undefined || code === undefined ? undefined : { language, code };
}
