import { describe, expect, it } from 'vitest';
import { BookError } from './book.ts';
import { DEFAULT_BOOK, loadBook, parseBook } from './book-file.ts';
import { wordsOf } from './words.ts';

const language = { notUnderstood: 'What?', voice: 'en', pronunciation: 'cmudict', acceptUpTo: 0.5 };
const phrases = [
  { id: 'key', en: 'Here is the key.', es: 'Aquí tiene la llave.', also: { en: ["Here's the key."] } },
  { id: 'bill', en: 'The bill, please.', es: 'La cuenta, por favor.' },
];
const file = (over: object) =>
  JSON.stringify({
    languages: { en: language, es: { ...language, pronunciation: 'espeak' } },
    phrases,
    ...over,
  });
const parse = (over: object) => parseBook(file(over), 'test.json');

describe('a book', () => {
  it('finds phrases by id and by text, whatever case and punctuation', () => {
    const book = parse({});
    expect(book.languages).toEqual(['en', 'es']);
    expect(book.find('bill')?.texts).toEqual({ en: 'The bill, please.', es: 'La cuenta, por favor.' });
    expect(book.findText('la cuenta por favor', 'es')?.id).toBe('bill');
    expect(book.find('nothing')).toBeUndefined();
  });

  it('translates its texts, and other ways to say them, and nothing else', () => {
    const book = parse({});
    expect(book.translate("here's the key", 'en', 'es')).toBe('Aquí tiene la llave.');
    expect(book.translate('Here is the door.', 'en', 'es')).toBeUndefined();
  });

  it('takes a region for its language', () => {
    const book = parse({});
    expect(book.notUnderstood('es-MX')).toBe('What?');
    expect(book.translate('The bill, please', 'en-GB', 'es-419')).toBe('La cuenta, por favor.');
    expect(() => book.notUnderstood('fr')).toThrow(/does not have the language "fr"; it has en, es/);
  });
});

describe('a mistake in a book is reported:', () => {
  it.each([
    [
      'a missing language',
      { phrases: [{ id: 'key', en: 'The key.' }] },
      /phrase 1 \("key"\): has no text in "es"/,
    ],
    [
      'a duplicate id',
      { phrases: [phrases[0], { ...phrases[1], id: 'key' }] },
      /phrase 2 \("key"\).*ids need to be unique/,
    ],
    [
      'a duplicate text',
      { phrases: [phrases[1], { id: 'check', en: 'the bill please', es: 'La nota.' }] },
      /phrase 2 \("check"\): "the bill please" \(en\) is also a text of phrase 1 \("bill"\)/,
    ],
    [
      'a language too many',
      { phrases: [{ ...phrases[1], fr: 'La note.' }] },
      /"fr" is not one of the book's languages/,
    ],
    [
      'an empty text',
      { phrases: [{ id: 'key', en: '...', es: 'La llave.' }] },
      /phrases › 1 › en: found "..."; needs a text/,
    ],
    [
      'an odd id',
      { phrases: [{ ...phrases[1], id: 'The Bill' }] },
      /phrases › 1 › id: found "The Bill"; needs lower case/,
    ],
    ['a text that is a number', { phrases: [{ ...phrases[1], en: 3 }] }, /phrases › 1 › en: found 3/],
    ['no phrases', { phrases: [] }, /phrases: found \[\]; needs at least one phrase/],
    [
      'one language',
      { languages: { en: language }, phrases: [{ id: 'key', en: 'The key.' }] },
      /needs at least two/,
    ],
    ['an odd language', { languages: { English: language } }, /needs a BCP-47 language code/],
    [
      'no sentence',
      { languages: { en: language, es: { ...language, notUnderstood: undefined } } },
      /es › notUnderstood: found nothing/,
    ],
    [
      'a rival of two words',
      { languages: { en: { ...language, rivals: [['key', 'credit card']] }, es: language } },
      /rivals › 0 › 1: found "credit card"; needs a single word/,
    ],
    [
      'a refused phrase',
      { languages: { en: { ...language, refused: ['Here is the key'] }, es: language } },
      /the refused sentence "Here is the key" is a text of phrase 1/,
    ],
  ])('%s', (_, over, message) => {
    expect(() => parse(over)).toThrow(BookError);
    expect(() => parse(over)).toThrow(message);
    expect(() => parse(over)).toThrow(/test\.json/);
  });

  it('a file that is not JSON or is missing', async () => {
    expect(() => parseBook('{', 'test.json')).toThrow(/test\.json is not JSON/);
    await expect(loadBook('/nowhere/book.json')).rejects.toThrow(
      /\/nowhere\/book\.json cannot be read.*ENOENT/,
    );
  });

  it('all of them at once', () => {
    expect(() =>
      parse({
        phrases: [
          { id: 'a', en: 'One.' },
          { id: 'b', es: 'Dos.' },
        ],
      }),
    ).toThrow(/"es".*\n.*"en"/);
  });
});

describe('the book that comes with Dragoman', () => {
  it('is valid and has at least 60 phrases in English and Spanish', async () => {
    const book = await loadBook(DEFAULT_BOOK);
    expect(book.languages).toEqual(['en', 'es']);
    expect(book.phrases.length).toBeGreaterThanOrEqual(60);
    expect(book.notUnderstood('en')).toBe('I did not understand.');
    expect(book.notUnderstood('es')).toBe('No he entendido.');
  });

  it('has phrases of 2 to 12 words, and translates all of them both ways', async () => {
    const book = await loadBook();
    for (const { texts } of book.phrases) {
      const { en = '', es = '' } = texts;
      for (const text of [en, es]) {
        expect(wordsOf(text).length, text).toBeGreaterThanOrEqual(2);
        expect(wordsOf(text).length, text).toBeLessThanOrEqual(12);
      }
      expect(book.translate(en, 'en', 'es')).toBe(es);
      expect(book.translate(es, 'es', 'en')).toBe(en);
    }
  });
});
