import { beforeAll, describe, expect, it } from 'vitest';
import type { Book } from '../../phrasebook/book/book.ts';
import { loadBook } from '../../phrasebook/book/book-file.ts';
import { addedTo } from '../../phrasebook/book/own-book.ts';
import { answeredIn, heardIn, listenedFor } from './sides.ts';

let book: Book;
beforeAll(async () => {
  book = await loadBook();
});

describe('what is listened for', () => {
  it.each([
    ['both sides', { host: 'en', guest: 'es' }, ['en en', 'es es']],
    ['both sides, whatever their regions', { host: 'es-MX', guest: 'en-GB' }, ['es-MX es', 'en-GB en']],
    ['the host only', { host: 'en', guest: 'es', speaker: 'host' as const }, ['en en']],
    ['the guest only', { host: 'en', guest: 'es', speaker: 'guest' as const }, ['es es']],
    ["all of the host's languages", { host: 'de', alsoHost: ['en'], guest: 'es' }, ['en en', 'es es']],
    ['what the book has', { host: 'en', guest: 'ja' }, ['en en']],
    ['nothing', { host: 'de', guest: 'ja' }, []],
  ])('is %s', (_, languages, covered) => {
    expect(listenedFor(book, languages).map(({ language, code }) => `${language} ${code}`)).toEqual(covered);
  });
});

describe('a language without a phrase', () => {
  it('is not listened for, but answered in', () => {
    const mute = addedTo(book, '{"languages":{"fr":{"notUnderstood":"Quoi ?"}}}', 'own.json');
    const languages = { host: 'en', guest: 'fr' };
    expect(heardIn(mute)).toEqual(['en', 'es']);
    expect(listenedFor(mute, languages).map(({ code }) => code)).toEqual(['en']);
    expect(answeredIn(mute, languages, 'en')?.code).toBe('fr');
  });
});

describe('the answer', () => {
  it("is in the other side's language, if the book has it", () => {
    const languages = { host: 'en-GB', guest: 'es-419' };
    expect(answeredIn(book, languages, 'es')).toEqual({ language: 'en-GB', code: 'en' });
    expect(answeredIn(book, languages, 'en')).toEqual({ language: 'es-419', code: 'es' });
    expect(answeredIn(book, languages, undefined)).toBeUndefined();
    expect(answeredIn(book, { host: 'en', guest: 'ja' }, 'en')).toBeUndefined();
  });

  it('follows the button where there are two', () => {
    const languages = { host: 'en', guest: 'es', speaker: 'guest' as const };
    expect(answeredIn(book, languages, undefined)?.code).toBe('en');
  });
});
