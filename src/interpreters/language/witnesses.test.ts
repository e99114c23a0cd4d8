import { describe, expect, it } from 'vitest';
import type { Languages } from '../../kiosk/languages.ts';
import { testimonyOf } from './witnesses.ts';

/** A desk with one button, whose guest was taken for a Spaniard. */
const DESK: Languages = { host: 'en', guest: 'es', anyGuest: true };

const spoken = (language: string | undefined, text = `something in ${language}`) => ({ text, language });

describe('an utterance, by its transcription and its answer', () => {
  it.each<[string, string | undefined, string | undefined, string | undefined]>([
    // heard in, answered in: spoken in
    ['the host is heard and translated', 'en', 'es', 'en'],
    ['the guest is heard and translated', 'es', 'en', 'es'],
    ['a guest of a third language is heard and translated', 'fr', 'en', 'fr'],
    ['a guest of a near language is heard and translated', 'pt', 'en', 'pt'],
    ['the host is translated, and the transcription is in Devanagari', 'hi', 'es', 'en'],
    ['the host is translated, and the transcription is Arabic', 'ar', 'es', 'en'],
    ['the host is translated, and the transcription is Japanese', 'ja', 'es', 'en'],
    [
      'the host is translated, and the transcription is in a language near to the guest’s',
      'pt',
      'es-419',
      'en',
    ],
    ['a guest is translated, and the transcription makes the host of them', 'en', 'en', undefined],
    ['nothing is transcribed', undefined, 'es', undefined],
    ['the answer proves nothing yet', 'hi', undefined, 'hi'],
    ['the answer is in the language that was heard', 'fr', 'fr', 'fr'],
    ['the answer is in the guest’s language, as what was heard', 'es', 'es', 'es'],
    ['the answer is in a language of nobody', 'fr', 'de', 'fr'],
  ])('when %s', (_, heard, said, language) => {
    const testimony = testimonyOf(DESK, spoken(heard, 'her own words'), spoken(said, 'su habitación'));
    expect(testimony.language).toBe(language);
    expect(testimony.trusted).toBe(language === heard);
  });

  it.each<[string, Languages]>([
    ['a button tells who speaks', { ...DESK, speaker: 'host' }],
    ['somebody chose the guest’s language', { host: 'en', guest: 'es' }],
  ])('is what its transcription says when %s', (_, languages) => {
    for (const said of ['en', 'es', 'fr'])
      expect(testimonyOf(languages, spoken('hi'), spoken(said, 'x'))).toEqual({
        language: 'hi',
        trusted: true,
      });
  });

  it.each([
    ['host es, transcribed as Portuguese', { host: 'es', guest: 'en', anyGuest: true }, 'pt', 'en', 'es'],
    ['host nb, transcribed as Danish', { host: 'nb', guest: 'en', anyGuest: true }, 'da', 'en', 'nb'],
    ['host uk, transcribed as Russian', { host: 'uk', guest: 'de', anyGuest: true }, 'ru', 'de', 'uk'],
    ['no and nb are one language', { host: 'de', guest: 'no', anyGuest: true }, 'hi', 'nb', 'de'],
  ])('is the host’s in a near language, too: %s', (_, languages, heard, said, language) => {
    expect(testimonyOf(languages, spoken(heard, 'abc'), spoken(said, 'xyz'))).toEqual({
      language,
      trusted: false,
    });
  });

  it('of the second language of a host is no guest’s', () => {
    const languages = { ...DESK, alsoHost: ['fr'] };
    expect(testimonyOf(languages, spoken('fr', 'abc'), spoken('es', 'xyz')).language).toBe('fr');
    expect(testimonyOf(languages, spoken('hi', 'abc'), spoken('fr', 'xyz')).language).toBe('hi');
  });

  it('that is repeated word by word was not translated, until a fresh session says so again', () => {
    const text = 'Could you please give me the key to my room';
    const heard = spoken('en', text);
    const said = spoken('en', `${text}?`);
    expect(testimonyOf(DESK, heard, said)).toEqual({ language: 'en', trusted: true });
    expect(testimonyOf(DESK, heard, spoken('en', 'Could you please'))).toEqual({
      language: 'en',
      trusted: true,
    });
    expect(testimonyOf(DESK, heard, said, true)).toEqual({ language: undefined, trusted: false });
  });
});
