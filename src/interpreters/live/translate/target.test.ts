import { describe, expect, it } from 'vitest';
import { TRANSLATED_LANGUAGES, targetCode } from './target.ts';

describe('the code of a target language', () => {
  it.each([
    ['en', 'en'],
    ['en-GB', 'en'],
    ['es-419', 'es'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['cmn', 'zh-Hans'],
    ['pt', 'pt-BR'],
    ['pt-BR', 'pt-BR'],
    ['pt-PT', 'pt-PT'],
    ['pt-AO', 'pt-PT'],
    ['nb', 'nb'],
    ['no', 'no'],
    ['nn', 'no'],
    ['tl', 'fil'],
    ['iw', 'he'],
    ['sr-Latn', 'sr'],
  ])('of %s is %s', (language, code) => {
    expect(targetCode(language)).toBe(code);
  });

  it.each(['yue', 'ga', 'eo'])('of %s is none: the service does not speak it', (language) => {
    expect(targetCode(language)).toBeUndefined();
  });
});

describe('the languages of Live Translate', () => {
  it('are those of the 79 codes of the guide, of which Chinese and Portuguese have two each', () => {
    expect(TRANSLATED_LANGUAGES).toHaveLength(77);
    expect(new Set(TRANSLATED_LANGUAGES).size).toBe(77);
    for (const code of TRANSLATED_LANGUAGES) expect(targetCode(code)).toBeDefined();
  });
});
