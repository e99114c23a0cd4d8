import { describe, expect, it } from 'vitest';
import { didYouMeanLanguage, lookAlikeWarning } from './look-alikes.ts';

describe('a code of a country in the place of one of a language', () => {
  it.each([
    ['se', '"se" is Northern Sami; Swedish is "sv". If Northern Sami is meant, write "se-NO"'],
    ['uk', '"uk" is Ukrainian; British English is "en-GB". If Ukrainian is meant, write "uk-UA"'],
    ['kr', '"kr" is Kanuri; Korean is "ko"'],
    ['br', '"br" is Breton; Brazilian Portuguese is "pt-BR"'],
    ['tw', '"tw" is Akan; Chinese is "zh"'],
    ['in', '"in" is Indonesian; Hindi is "hi". If Indonesian is meant, write "id-ID"'],
    ['ee', '"ee" is Ewe; Estonian is "et"'],
    ['si', '"si" is Sinhala; Slovenian is "sl"'],
    ['ch', '"ch" is Chamorro; Swiss High German is "de-CH"'],
    ['be', '"be" is Belarusian; Flemish is "nl-BE"'],
    ['SE', '"SE" is Northern Sami'],
  ])('is doubted: %s', (code, warning) => {
    expect(lookAlikeWarning(code)).toContain(warning);
  });

  it.each([
    'sv',
    'ar',
    'ca',
    'et',
    'vi',
    'sl',
    'sr',
    'my',
    'de',
    'en',
    'cs',
    'ja',
    'pt-BR',
    'se-NO',
    'uk-UA',
  ])(
    'is not doubted where the language of the code is met more often, or a country stands beside it: %s',
    (code) => {
      expect(lookAlikeWarning(code)).toBeUndefined();
    },
  );

  it.each([
    ['jp', 'ja', 'Japanese'],
    ['cz', 'cs', 'Czech'],
    ['dk', 'da', 'Danish'],
    ['gr', 'el', 'Greek'],
    ['cn', 'zh', 'Chinese'],
    ['ua', 'uk-UA', 'Ukrainian'],
    ['ukrainian', 'uk-UA', 'Ukrainian'],
    ['JP-jp', 'ja', 'Japanese'],
    ['gb', 'en-GB', 'British English'],
    ['at', 'de-AT', 'Austrian German'],
    ['english', 'en', 'English'],
    ['Deutsch', 'de', 'German'],
    ['français', 'fr', 'French'],
  ])('that is none of a language names the one that was meant: %s', (code, meant, name) => {
    expect(didYouMeanLanguage(code)).toBe(`; did you mean "${meant}" (${name})?`);
  });

  it.each(['xx', 'qq', '', 'english please', '!!'])('suggests nothing for "%s"', (code) => {
    expect(didYouMeanLanguage(code)).toBe('');
  });
});
