import { describe, expect, it } from 'vitest';
import { knownLanguage, primaryLanguage, sameLanguage } from './languages.ts';

describe('a code', () => {
  it.each([
    ['en_US', 'en-US'],
    [' es-419 ', 'es-419'],
    ['pt-br', 'pt-BR'],
    ['cmn', 'zh'],
    ['zh-hans', 'zh-Hans'],
    ['iw', 'he'],
    ['in', 'id'],
    ['tl', 'fil'],
    ['spa', 'es'],
    ['sr-Latn', 'sr-Latn'],
    ['nb', 'nb'],
  ])('%s names the language %s', (code, known) => {
    expect(knownLanguage(code)).toBe(known);
  });

  it.each([undefined, '', 'und', 'mul', 'mis', 'zxx', 'Spanish', 'español', 'Spanish language', 'xx', 'q'])(
    '(%s) that names none is none',
    (code) => {
      expect(knownLanguage(code)).toBeUndefined();
    },
  );
});

describe('two codes', () => {
  it.each([
    ['no', 'nb'],
    ['nn', 'no'],
    ['zh', 'cmn'],
    ['zh-Hans', 'cmn-Hant-TW'],
    ['he', 'iw'],
    ['fil', 'tl'],
    ['pt_BR', 'pt'],
    ['es-419', 'es'],
    ['sr-Latn', 'sr'],
  ])('%s and %s name the same language', (a, b) => {
    expect(sameLanguage(a, b)).toBe(true);
    expect(primaryLanguage(a)).toBe(primaryLanguage(b));
  });

  it.each([
    ['da', 'no'],
    ['yue', 'zh'],
    ['en', 'es'],
    ['', 'en'],
  ])('"%s" and "%s" name different ones', (a, b) => {
    expect(sameLanguage(a, b)).toBe(false);
  });
});
