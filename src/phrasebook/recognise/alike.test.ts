import { describe, expect, it } from 'vitest';
import { bookOf } from '../book/book.ts';
import { alikeIn } from './alike.ts';

const language = {
  language: 'en',
  notUnderstood: 'What?',
  voice: 'en',
  pronunciation: 'cmudict',
  acceptUpTo: 0.5,
  rivals: [],
  refused: [],
  rejects: true,
} as const;
const book = bookOf({
  languages: [language],
  phrases: [
    { id: 'bath', texts: { en: 'A bath.' }, also: { en: ['The bath.'] } },
    { id: 'path', texts: { en: 'A path.' }, also: {} },
    { id: 'key', texts: { en: 'A key.' }, also: {} },
    { id: 'quay', texts: { en: 'A quay.' }, also: {} },
  ],
});
const pronunciations = new Map([
  ['a', [['AH']]],
  ['the', [['DH', 'AH']]],
  ['bath', [['B', 'AE', 'TH']]],
  ['path', [['P', 'AE', 'TH']]],
  ['key', [['K', 'IY']]],
  ['quay', [['K', 'IY']]],
]);
const alike = (phones: number) =>
  alikeIn(book, 'en', { pronunciations, unknown: new Map() }, phones).map(
    ({ one, other, apart }) => `${one.text} ${other.text} ${apart}`,
  );

describe('phrases that sound alike', () => {
  it('are those that differ in few phones', () => {
    expect(alike(1)).toEqual(['A key. A quay. 0']);
    expect(alike(2)).toEqual(['A bath. A path. 1', 'A key. A quay. 0']);
  });

  it('are of different phrases: ways to say the same phrase may sound alike', () => {
    expect(alike(3)).toEqual(['A bath. A path. 1', 'The bath. A path. 2', 'A key. A quay. 0']);
  });
});
