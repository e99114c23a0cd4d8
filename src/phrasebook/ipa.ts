/** espeak-ng's IPA in the phones of the US English model: how other languages are heard through English ears. */

/**
 * IPA symbols and the ARPAbet phones (CMU's set of 39, as in cmudict) that come nearest. The longest symbol wins.
 * Covers what espeak-ng 1.51 and 1.52 write for English, Spanish, French, Italian, German and Portuguese.
 */
const PHONES: Readonly<Record<string, string>> = {
  // vowels
  a: 'AA',
  ɑ: 'AA',
  ɐ: 'AH',
  æ: 'AE',
  ɒ: 'AA',
  ʌ: 'AH',
  ə: 'AH',
  ɜ: 'ER',
  ɚ: 'ER',
  ɝ: 'ER',
  ᵻ: 'IH',
  e: 'EH',
  ɛ: 'EH',
  ø: 'ER',
  œ: 'ER',
  ɘ: 'AH',
  ɵ: 'UH',
  i: 'IY',
  ɪ: 'IH',
  y: 'UW',
  ʏ: 'UH',
  ɨ: 'IH',
  o: 'OW',
  ɔ: 'AO',
  u: 'UW',
  ʊ: 'UH',
  ɯ: 'UW',
  aɪ: 'AY',
  ai: 'AY',
  aʊ: 'AW',
  au: 'AW',
  eɪ: 'EY',
  ei: 'EY',
  oʊ: 'OW',
  əʊ: 'OW',
  ɔɪ: 'OY',
  oi: 'OY',
  ɔø: 'OY',
  ɔʏ: 'OY',
  // nasal vowels: the plain vowel and an n; U+0303 is the tilde
  ɑ̃: 'AA N',
  ɔ̃: 'AO N',
  ɛ̃: 'AE N',
  œ̃: 'AH N',
  ã: 'AA N',
  ẽ: 'EH N',
  ĩ: 'IY N',
  õ: 'OW N',
  ũ: 'UW N',
  // consonants
  b: 'B',
  β: 'B',
  c: 'K',
  ç: 'HH',
  d: 'D',
  ð: 'DH',
  f: 'F',
  ɡ: 'G',
  g: 'G',
  ɣ: 'G',
  h: 'HH',
  ɦ: 'HH',
  j: 'Y',
  ɥ: 'W',
  k: 'K',
  l: 'L',
  ɫ: 'L',
  ʎ: 'Y',
  ɬ: 'L',
  m: 'M',
  ɱ: 'M',
  n: 'N',
  ɲ: 'N Y',
  ŋ: 'NG',
  p: 'P',
  ɸ: 'F',
  r: 'R',
  ɹ: 'R',
  ɾ: 'R',
  ʁ: 'R',
  ʀ: 'R',
  s: 'S',
  ʂ: 'SH',
  ʃ: 'SH',
  t: 'T',
  θ: 'TH',
  v: 'V',
  ʋ: 'V',
  w: 'W',
  x: 'HH',
  χ: 'HH',
  z: 'Z',
  ʒ: 'ZH',
  ʝ: 'Y',
  ɟ: 'JH',
  tʃ: 'CH',
  dʒ: 'JH',
  ɟʝ: 'Y',
  ts: 'T S',
  dz: 'D Z',
  pf: 'P F',
};

/** Stress, length, syllables, ties and other marks that say nothing about which phone it is. */
const MARKS = /(?!\u0303)\p{Mn}|[\u02c8\u02cc\u02d0\u02d1.\u203f\u02b0\u02b2\-_|!'?ʔ\s]/gu;

const LONGEST = Math.max(...Object.keys(PHONES).map((symbol) => symbol.length));

/** An IPA symbol that has no phone here. */
export class UnknownSymbol extends Error {
  override readonly name = 'UnknownSymbol';
}

/**
 * The ARPAbet phones of an IPA transcription as espeak-ng writes it ("ˌaβitaθjˈon" → AA B IY T AA TH Y OW N).
 * @throws UnknownSymbol when it has a symbol that is not in the table.
 */
export function phonesOfIpa(ipa: string): string[] {
  // espeak-ng marks a passage in another language's voice as (en)…(es).
  const text = ipa
    .replaceAll(/\([a-z-]+\)/g, '')
    .normalize('NFC')
    .replaceAll(MARKS, '');
  const phones: string[] = [];
  for (let at = 0; at < text.length; ) {
    let length = Math.min(LONGEST, text.length - at);
    while (length > 0 && PHONES[text.slice(at, at + length)] === undefined) length--;
    if (length === 0) {
      const symbol = String.fromCodePoint(text.codePointAt(at) as number);
      throw new UnknownSymbol(
        `the IPA symbol "${symbol}" in "${ipa}" has no phone in src/phrasebook/ipa.ts: add it to PHONES`,
      );
    }
    phones.push(...(PHONES[text.slice(at, at + length)] as string).split(' '));
    at += length;
  }
  return phones;
}

/**
 * Sounds of a language for which another English phone serves better than the nearest symbol. Spanish e: measured on
 * 66 prompts spoken by a Mexican woman, with EY 55 of them were accepted at a distance of 0.55, with EH 47, at 6 and 5
 * of 66 unlisted ones.
 */
const ADAPTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  es: { EH: 'EY' },
};

/** Phones that speakers of a language say for one another, wherever they come from. */
const ALTERNATIVES: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  // Most of the Spanish-speaking world says s where Castilian has th.
  es: [['TH', 'S']],
};

/** The pronunciations of one word: as adapted to the language, and with what its other regions say instead. */
export function regionalVariants(phones: readonly string[], language: string): string[][] {
  const [primary = ''] = language.split('-');
  const adapted = phones.map((phone) => ADAPTED[primary]?.[phone] ?? phone);
  const variants = [adapted];
  for (const [from, to] of ALTERNATIVES[primary] ?? []) {
    if (adapted.includes(from)) variants.push(adapted.map((phone) => (phone === from ? to : phone)));
  }
  return variants;
}
