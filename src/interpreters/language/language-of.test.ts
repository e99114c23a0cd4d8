import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOTEL_SENTENCES, STRAY_WORDS } from '../../../test/rig/hotel-sentences.ts';
import { isIdentifiable, languageOf, writtenAlike } from './language-of.ts';

const LANGUAGES = Object.keys(HOTEL_SENTENCES);

describe.each(Object.entries(HOTEL_SENTENCES))('what is said at the desk in %s', (language, sentences) => {
  it('is never identified with confidence as another language, with or without candidates', () => {
    for (const text of sentences) {
      for (const candidates of [undefined, [language, 'en'], [language, 'en', 'es', 'de']]) {
        const told = languageOf(text, candidates);
        if (told?.confident) expect(told.language, text).toBe(language);
      }
      const others = LANGUAGES.filter((code) => code !== language).slice(0, 2);
      expect(languageOf(text, others)?.confident ?? false, text).toBe(false);
    }
  });

  it('is identified in its longest sentence', () => {
    expect(languageOf(sentences.at(-1) ?? '', [language, 'en'])?.language).toBe(language);
  });
});

describe('a text', () => {
  it.each(
    Object.values(STRAY_WORDS)
      .flat()
      .filter((word) => !/\s/.test(word)),
  )('of the single word "%s" is told with confidence only where words are not set apart', (word) => {
    if (/[\p{Script=Thai}\p{Script=Han}\p{Script=Hiragana}]/u.test(word)) return;
    expect(languageOf(word)?.confident ?? false).toBe(false);
  });

  it.each(['', '   ', '1, 2, 3!', '…', '👍'])('of no letters ("%s") is in no language', (text) => {
    expect(languageOf(text)).toBeUndefined();
    expect(languageOf(text, ['en', 'es'])).toBeUndefined();
  });

  it('is identified as the candidate that looks the same', () => {
    const text = 'Zovem se Milan, imam rezervaciju za tri noći u vašem hotelu.';
    expect(languageOf(text)).toEqual({ language: 'hr', confident: true });
    expect(languageOf(text, ['en', 'sr-Latn'])).toEqual({ language: 'sr', confident: true });
    expect(languageOf('Saya ingin membayar kamar dengan kartu kredit.', ['en', 'ms'])?.language).toBe('ms');
  });

  it('proves nothing about candidates that are never identified', () => {
    expect(isIdentifiable('sw')).toBe(false);
    // Portuguese for who knows it; between two candidates neither of which can be.
    expect(languageOf('Eu tenho um quarto reservado aqui.', ['sw', 'pl'])?.confident).not.toBe(true);
  });

  it('is in one of the candidates if in any, whatever it is, and never fails', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...Object.values(HOTEL_SENTENCES).flat())),
        fc.uniqueArray(fc.constantFrom('en', 'es', 'ja', 'nb', 'sw', 'zh'), { minLength: 1 }),
        (text, candidates) => {
          const told = languageOf(text, candidates);
          if (told !== undefined) expect(candidates).toContain(told.language);
          // What is told of any language with confidence is told of candidates or not at all.
          const any = languageOf(text);
          if (any?.confident && told?.confident) expect(writtenAlike(told.language, any.language)).toBe(true);
        },
      ),
    );
  });
});
