import type { GenerateContentResponse } from '@google/genai';
import { describe, expect, it } from 'vitest';
import { leastSeconds } from '../language/speech-length.ts';
import { textOf, understandingOf } from './hearing.ts';
import { hearingInstruction } from './instruction.ts';

const LANGUAGES = { host: 'en', guest: 'es' };
const GOOD = { language: 'es', transcript: 'Hola.', understood: true, translation: ' Hello. ' };
const understood = (change: object) => understandingOf(JSON.stringify({ ...GOOD, ...change }), LANGUAGES);

describe('an understanding', () => {
  it('has the transcript, and the translation into the other language', () => {
    expect(understood({})).toEqual({
      heard: { text: 'Hola.', language: 'es' },
      said: { text: 'Hello.', language: 'en' },
      trusted: true,
    });
  });

  it.each([
    ['es_419', 'es-419', 'en'],
    ['EN-us', 'en-US', 'es'],
    ['fr', 'fr', undefined],
    ['und', undefined, undefined],
    ['Spanish language', undefined, undefined],
    ['', undefined, undefined],
  ])('takes the language "%s" for %s', (code, heard, said) => {
    const understanding = understood({ language: code });
    expect(understanding.heard?.language).toBe(heard);
    expect(understanding.said?.language).toBe(said);
  });

  it('that names no language has that of its transcript, where it is certain', () => {
    const transcript = '¿Me puede llamar un taxi, por favor?';
    expect(understood({ language: 'Spanish', transcript })).toMatchObject({
      heard: { language: 'es' },
      said: { language: 'en' },
    });
  });

  it('without understanding has nothing to say, whatever is written', () => {
    expect(understood({ understood: false }).said).toBeUndefined();
    expect(understood({ understood: false, transcript: '' })).toMatchObject({
      heard: undefined,
      said: undefined,
    });
  });

  const text = JSON.stringify(GOOD);

  it.each([
    ['in a fence', `\`\`\`json\n${text}\n\`\`\``],
    ['behind a preface', `Sure {here} it is: ${text}`],
    ['before a remark', `${text}\n\nNote: "Hola" is informal {as a greeting}.`],
    ['behind the mark of UTF-8', `\uFEFF${text}`],
    ['twice', `${text}\n${text}`],
    ['in a list', `[${text}]`],
    ['within another object', `{"result": ${text}}`],
    [
      'with fields of other names',
      text.replace('transcript', 'Transcription').replace('language', 'language_code'),
    ],
    ['with more fields', text.replace('{', '{"confidence": 0.9, "notes": "}{", ')],
    ['with a truth in quotes', text.replace('true', '"true"')],
    ['with tokens', text.replace('Hola', '<noise>Hola').replace('Hello.', 'Hello.<ctrl46>')],
  ])('may stand %s', (_, answer) => {
    expect(understandingOf(answer, LANGUAGES)).toEqual(understood({}));
  });

  it('in a language that nobody spoke is not trusted if its translation contradicts it', () => {
    const invented = { language: 'hi', transcript: 'क्या आप मुझे कमरे की चाबी दे सकते हैं कृपया' };
    const answer = { ...GOOD, ...invented, translation: 'Su habitación está lista, aquí tiene la llave.' };
    const anyGuest = understandingOf(JSON.stringify(answer), { ...LANGUAGES, anyGuest: true });
    expect(anyGuest).toMatchObject({ heard: { language: 'en' }, said: { language: 'es' }, trusted: false });
    const short = { ...answer, translation: 'Odanız hazır, buyurun anahtarınız.' };
    const toTurk = understandingOf(JSON.stringify(short), { host: 'de', guest: 'tr', anyGuest: true });
    expect(toTurk).toMatchObject({ heard: { language: 'de' }, said: { language: 'tr' }, trusted: false });
  });

  it('that is none says nothing of the language', () => {
    const nothing = {
      ...GOOD,
      language: 'ja',
      transcript: 'ご視聴ありがとうございました',
      understood: false,
    };
    const languages = { ...LANGUAGES, anyGuest: true };
    expect(understandingOf(JSON.stringify(nothing), languages).heard?.language).toBeUndefined();
  });

  it.each([
    ['one that is cut', `{"language":"es","transcript":"Hola","understood":true,"translation":"Hel`],
    ['two that differ', `${text}${text.replace('Hello', 'Good morning')}`],
    ['no JSON', 'Hola, which means hello'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a missing field', '{"language":"es","transcript":"Hola","understood":true}'],
    ['a text of more than 50,000 characters', `${text}${' '.repeat(50_000)}`],
    ['many beginnings', '{'.repeat(40_000)],
    ['a wrong type', JSON.stringify({ ...GOOD, understood: 'yes' })],
  ])('is a fault that quotes nothing, for %s', (_, text) => {
    const fault = (() => {
      try {
        return understandingOf(text, LANGUAGES);
      } catch (error) {
        return error;
      }
    })();
    expect(fault).toMatchObject({ code: 'service-garbled', detail: expect.not.stringMatching(/hola/i) });
  });

  it('with nothing to say is a fault', () => {
    expect(() => understood({ translation: '  ' })).toThrow('no translation');
  });
});

describe('the text of an answer', () => {
  // The class has getters that nobody needs here.
  const answer = (facts: object) => facts as unknown as GenerateContentResponse;

  it('is that of all parts but thoughts', () => {
    const parts = [{ text: 'Hmm.', thought: true }, { text: '{"a":' }, { text: '1}' }];
    expect(textOf(answer({ candidates: [{ content: { parts }, finishReason: 'STOP' }] }))).toBe('{"a":1}');
  });

  it.each([
    [{}, 'no-answer'],
    [{ candidates: [{ finishReason: 'STOP', content: {} }] }, 'no-answer'],
    [
      { candidates: [{ finishReason: 'MAX_TOKENS', content: { parts: [{ text: '{' }] } }] },
      'answer-broken-off',
    ],
    [{ promptFeedback: { blockReason: 'SAFETY' } }, 'answer-broken-off'],
  ])('is none in %j', (facts, code) => {
    expect(() => textOf(answer(facts))).toThrow(expect.objectContaining({ code }));
  });
});

describe('the instruction', () => {
  it('states both directions', () => {
    expect(hearingInstruction({ host: 'de', guest: 'ja' })).toContain(
      'German is translated into Japanese. Japanese is translated into German.',
    );
  });

  it('takes any other language for a guest, where any may come, and holds the terms of the house', () => {
    const languages = { host: 'de', alsoHost: ['en'], guest: 'ja', anyGuest: true };
    const text = hearingInstruction(languages, [{ term: 'Seeblick' }]);
    expect(text).toContain('German or English is translated into Japanese.');
    expect(text).toContain('Japanese or any other language is translated into German.');
    expect(text).not.toContain('in another language');
    expect(text).toContain('"Seeblick"');
  });

  it('is no longer than 400 tokens, of four characters each', () => {
    expect(hearingInstruction(LANGUAGES).length / 4).toBeLessThan(400);
  });
});

describe('the least time of a text', () => {
  it.each([
    // Measured of the service: 150 English words of 5.7 letters, 57 s (python-genai #922).
    ['lorem '.repeat(171), 57],
    // At the usual 5.2 syllables a second of Mandarin and 7.8 of Japanese (Pellegrino et al. 2011).
    ['您的房间在三楼，早餐七点开始。'.repeat(5), 65 / 5.2],
    ['おはようございます'.repeat(5), 45 / 7.8],
    ['¿A qué hora es el desayuno?', 1.6],
  ])('of %s is well below what it takes, and not next to nothing', (text, usualSeconds) => {
    expect(leastSeconds(text)).toBeLessThan(0.75 * usualSeconds);
    expect(leastSeconds(text)).toBeGreaterThan(0.25 * usualSeconds);
  });

  it('of punctuation is none', () => {
    expect(leastSeconds('…?! — 。')).toBe(0);
  });
});
