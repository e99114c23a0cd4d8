import { describe, expect, it } from 'vitest';
import { HOTEL_SENTENCES } from '../../../test/rig/hotel-sentences.ts';
import { endsSentence, mayBeWhole } from './sentence.ts';
import { leastSeconds } from './speech-length.ts';

describe('a sentence', () => {
  it('has its end in every language, and none before', () => {
    for (const [language, sentences] of Object.entries(HOTEL_SENTENCES)) {
      for (const sentence of sentences) {
        expect(endsSentence(sentence), sentence).toBe(true);
        const part = sentence.slice(0, Math.floor(sentence.length / 2));
        if (language !== 'th') expect(endsSentence(part), part).toBe(false);
      }
    }
  });

  it.each(['He said: "Yes."', '(Room 204.)', '您好！ ', 'هل أنت متأكد؟', '« Oui ! »', 'Good evening…'])(
    'ends: %s',
    (text) => {
      expect(endsSentence(text)).toBe(true);
    },
  );

  it.each(['', 'Good evening', 'Good evening,', 'This is Mr.', 'Gracias, Sra. ', '¿Dónde'])(
    'continues: %s',
    (text) => {
      expect(endsSentence(text)).toBe(false);
    },
  );
});

describe('an answer', () => {
  it('is whole in any language when what was said there says the same', () => {
    const languages = Object.values(HOTEL_SENTENCES);
    for (let i = 0; i < 12; i++) {
      const long = languages
        .map((sentences) => sentences[i] ?? '')
        .filter((text) => leastSeconds(text) > 0.5);
      for (const heard of long)
        for (const said of long) expect(mayBeWhole(said, heard, 10, 1), `${heard} ${said}`).toBe(true);
    }
  });

  it.each<[string, string | undefined, string | undefined, number]>([
    ['no words', undefined, undefined, 2],
    ['an unfinished sentence', 'Breakfast is served from', undefined, 2],
    ['too little sound for its words', 'Breakfast is served from seven to ten.', undefined, 0.5],
    [
      'the first of two sentences',
      'Good evening.',
      'Guten Abend. Das Frühstück gibt es von sieben bis zehn.',
      2,
    ],
  ])('is not whole with %s', (_, said, heard, seconds) => {
    expect(mayBeWhole(said, heard, seconds, 1)).toBe(false);
  });
});
