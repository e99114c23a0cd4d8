import { describe, expect, it } from 'vitest';
import { phonesOfIpa, regionalVariants, UnknownSymbol } from './ipa.ts';

describe('IPA in the phones of the English model', () => {
  it.each([
    ['ˌaβitaθjˈon', 'AA B IY T AA TH Y OW N'],
    ['mˈutʃas', 'M UW CH AA S'],
    ['espˈaɲa', 'EH S P AA N Y AA'],
    ['ˈaɪɾe', 'AY R EH'],
    ['bɔ̃ʒˈuːɹ', 'B AO N ZH UW R'],
    ['(en)wˈaɪfaɪ(es)', 'W AY F AY'],
    ['t͡ʃiːz', 'CH IY Z'],
    ['', ''],
  ])('/%s/ is %s', (ipa, phones) => {
    expect(phonesOfIpa(ipa).join(' ')).toBe(phones);
  });

  it('names the symbol that it does not know and where to add it', () => {
    expect(() => phonesOfIpa('aǃa')).toThrow(UnknownSymbol);
    expect(() => phonesOfIpa('aǃa')).toThrow(/"ǃ".*ipa\.ts/);
  });
});

describe('regional variants', () => {
  it('have seseo beside the Castilian th, and the vowel that the model hears best', () => {
    expect(regionalVariants(['TH', 'EH', 'R', 'OW'], 'es-ES')).toEqual([
      ['TH', 'EY', 'R', 'OW'],
      ['S', 'EY', 'R', 'OW'],
    ]);
  });

  it('are not for words without the sound, nor for other languages', () => {
    expect(regionalVariants(['S', 'IY'], 'es')).toEqual([['S', 'IY']]);
    expect(regionalVariants(['TH', 'EH'], 'fr')).toEqual([['TH', 'EH']]);
  });
});
