import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordKey, wordsOf } from './words.ts';

describe('the words of a text', () => {
  it.each([
    ['¿Dónde está la farmacia más cercana?', ['dónde', 'está', 'la', 'farmacia', 'más', 'cercana']],
    ["I'm allergic to nuts.", ["i'm", 'allergic', 'to', 'nuts']],
    ['I’m sorry', ["i'm", 'sorry']],
    ['Check-in: 3 pm!', ['check', 'in', '3', 'pm']],
    ['…', []],
  ])('of "%s" are %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('do not depend on how accents are encoded', () => {
    expect(wordKey('habitación'.normalize('NFD'))).toBe(wordKey('habitación'.normalize('NFC')));
  });

  it('are the same when taken again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(wordKey(wordKey(text))).toBe(wordKey(text));
      }),
    );
  });
});
