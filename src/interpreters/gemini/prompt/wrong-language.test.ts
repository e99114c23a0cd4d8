import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOTEL_SENTENCES } from '../../../../test/rig/hotel-sentences.ts';
import { isIdentifiable } from '../../language/language-of.ts';
import { notUnderstoodIn } from './not-understood.ts';
import { provenLanguage, wrongLanguage } from './wrong-language.ts';

const LANGUAGES = Object.keys(HOTEL_SENTENCES);
const spoken = (text: string, language?: string) => ({ text, language });

describe('an answer', () => {
  it('in the language of its listener is never wrong, however far its words have come', () => {
    const sentence = fc
      .constantFrom(...LANGUAGES)
      .chain((language) =>
        fc.tuple(
          fc.constant(language),
          fc.constantFrom(...(HOTEL_SENTENCES[language] ?? [])),
          fc.double({ min: 0, max: 1, noNaN: true }),
        ),
      );
    fc.assert(
      fc.property(
        sentence,
        fc.constantFrom('en', 'es', 'de'),
        fc.boolean(),
        ([guest, text, part], host, told) => {
          fc.pre(guest !== host);
          const pieces = text.split(/(?<=\s)/);
          const words = pieces
            .slice(0, Math.ceil(pieces.length * part))
            .join('')
            .trimEnd();
          const said = spoken(words, told ? guest : undefined);
          const heard = spoken('…', host);
          expect(wrongLanguage({ host, guest }, heard, said, false)).toBeUndefined();
          expect(wrongLanguage({ host, guest }, heard, said, true)).toBeUndefined();
        },
      ),
    );
  });

  it.each(['en', 'es', 'de', 'no', 'zh'])('that begins like "not understood" in %s may become it', (code) => {
    const sentence = notUnderstoodIn(code);
    const languages = { host: code, guest: 'fr' };
    const heard = spoken('…', code);
    for (let i = 1; i <= sentence.length; i++) {
      const said = spoken(sentence.slice(0, i), code);
      expect(wrongLanguage(languages, heard, said, false)).toBeUndefined();
    }
    expect(wrongLanguage(languages, heard, spoken(sentence, code), true)).toBeUndefined();
    expect(wrongLanguage(languages, heard, spoken('a b c', code), true)).toBeDefined();
  });

  it.each(['Okay.', 'Taxi.', 'Check-in.', '204', 'Hard Rock'])(
    'of a word or a name is not wrong, whatever the service calls it: %s',
    (text) => {
      const languages = { host: 'de', guest: 'en' };
      expect(wrongLanguage(languages, spoken(text, 'en'), spoken(text, 'en'), true)).toBeUndefined();
    },
  );

  it('is not wrong in a language that is written like that of its listener, or codes differently', () => {
    const text = 'Dobra večer, vaša soba je na drugom katu, doručak je od sedam sati.';
    const heard = spoken('…', 'en');
    expect(wrongLanguage({ host: 'en', guest: 'sr' }, heard, spoken(text), true)).toBeUndefined();
    expect(wrongLanguage({ host: 'en', guest: 'sr' }, heard, spoken(text, 'hr'), true)).toBeUndefined();
    expect(wrongLanguage({ host: 'en', guest: 'nb' }, heard, spoken('Ja', 'no'), true)).toBeUndefined();
    expect(wrongLanguage({ host: 'en', guest: 'cmn' }, heard, spoken('好', 'zh-Hans'), true)).toBeUndefined();
  });

  it('is not judged by its words for a listener whose language is never identified', () => {
    const text = 'Where is the bathroom of this hotel, please?';
    const languages = { host: 'en', guest: 'sw' };
    expect(wrongLanguage(languages, spoken('…', 'en'), spoken(text), true)).toBeUndefined();
    expect(wrongLanguage(languages, spoken('…', 'en'), spoken(text, 'en'), true)).toBeDefined();
  });

  it('is wrong for the listener, with several languages of the host and any guest', () => {
    const languages = { host: 'de', alsoHost: ['en'], guest: 'es', anyGuest: true };
    const english = spoken('Where is the bathroom of this hotel, please?');
    expect(wrongLanguage(languages, spoken('…', 'en'), english, true)?.direction).toEqual({
      from: 'en',
      into: 'es',
    });
    expect(wrongLanguage(languages, spoken('…', 'fr'), english, true)?.direction).toEqual({
      from: 'fr',
      into: 'de',
    });
    expect(wrongLanguage(languages, undefined, english, true)).toBeUndefined();
    const told = { ...languages, speaker: 'guest' } as const;
    expect(wrongLanguage(told, undefined, english, true)?.direction).toEqual({ from: undefined, into: 'de' });
  });

  it('is asked for from any language where what was heard is not the language of the side that pressed the button', () => {
    const languages = { host: 'en', guest: 'es', anyGuest: true };
    const english = spoken('Breakfast is served from seven to ten.', 'en');
    const direction = (speaker: 'host' | 'guest', heard: string, said = english) =>
      wrongLanguage({ ...languages, speaker }, spoken('…', heard), said, true)?.direction;
    expect(direction('host', 'es')).toEqual({ from: undefined, into: 'es' });
    expect(direction('host', 'en')).toEqual({ from: 'en', into: 'es' });
    const spanish = spoken('Desde las siete hasta las diez.', 'es');
    expect(direction('guest', 'en', spanish)).toEqual({ from: undefined, into: 'en' });
    expect(direction('guest', 'fr', spanish)).toEqual({ from: 'fr', into: 'en' });
  });
});

it('an answer to the guest is recognised whatever language was transcribed, and never confused with one to the host', () => {
  const languages = { host: 'de', guest: 'tr', anyGuest: true };
  const proven = (text: string, heard: string) =>
    provenLanguage(languages, spoken('…', heard), spoken(text, undefined));
  expect(proven('Odanız hazır, buyurun anahtarınız.', 'hi')).toBe('tr');
  const tested = ['hi', 'ja', 'ar'].flatMap((heard) =>
    Object.keys(HOTEL_SENTENCES)
      .filter((guest) => isIdentifiable(guest) && !['de', heard].includes(guest))
      .flatMap((guest) => {
        const asked = { ...languages, guest };
        const of = (code: string) =>
          (HOTEL_SENTENCES[code] ?? []).map((text) =>
            provenLanguage(asked, spoken('…', heard), spoken(text)),
          );
        expect(of('de')).not.toContain(guest);
        return of(guest).map((language) => language === guest);
      }),
  );
  // The rest are one or two words.
  expect(tested.filter(Boolean).length).toBeGreaterThan(0.85 * tested.length);
});
