import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterHearing,
  asConfigured,
  type GuestLanguage,
  type Heard,
  isClear,
  knownLanguage,
  languageName,
  languagesOf,
  listenersLanguage,
  primaryLanguage,
  type Speakers,
  sameLanguage,
  sideOf,
} from './languages.ts';

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
    // What is no script and no region could be words of somebody.
    ['fr-x-my-name-is-john-smith', 'fr'],
    ['fr-fonipa-scouse', 'fr'],
    ['fr-John', 'fr'],
    ['fr-QQ', 'fr'],
    ['de-u-co-phonebk', 'de'],
  ])('%s names the language %s', (code, known) => {
    expect(knownLanguage(code)).toBe(known);
  });

  it.each([
    undefined,
    '',
    'und',
    'mul',
    'mis',
    'zxx',
    'Spanish',
    'español',
    'Spanish language',
    'xx',
    'q',
    `fr-x-${'a-'.repeat(20)}a`,
  ])('(%s) that names none is none', (code) => {
    expect(knownLanguage(code)).toBeUndefined();
  });
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

describe('a name', () => {
  it.each([
    ['es', 'Spanish'],
    ['pt-BR', 'Brazilian Portuguese'],
    ['xx', 'xx'],
    ['mul', 'mul'],
  ])('of %s is %s', (code, name) => {
    expect(languageName(code)).toBe(name);
  });
});

describe('a language that was heard', () => {
  it.each([
    ['pt', 'pt-BR'],
    ['es', 'es-419'],
    ['zh', 'zh-Hant'],
    ['pt-PT', 'pt-PT'],
    ['zh-Hans', 'zh-Hans'],
    ['de', 'de'],
  ])(
    'as %s is %s at a desk whose guests speak Brazilian, Latin American, traditional Chinese',
    (heard, known) => {
      expect(asConfigured(heard, ['pt-BR', 'es-419', 'zh-Hant', 'es-ES'])).toBe(known);
    },
  );
});

describe('who speaks', () => {
  const desk = { host: 'en', alsoHost: ['fr'], guest: 'es' };

  it.each<[string, boolean, string | undefined]>([
    ['en-GB', false, 'host'],
    ['fr', false, 'host'],
    ['fr', true, 'host'],
    ['es-419', false, 'guest'],
    ['de', false, undefined],
    ['de', true, 'guest'],
  ])('%s (any guest: %s) is told: %s', (heard, anyGuest, side) => {
    expect(sideOf({ ...desk, anyGuest }, heard)).toBe(side);
  });

  it("decides into which language it goes: the guest's, or the host's that is in use", () => {
    expect(listenersLanguage(desk, 'fr')).toBe('es');
    expect(listenersLanguage(desk, 'es')).toBe('en');
    expect(listenersLanguage(desk, 'de')).toBeUndefined();
    expect(listenersLanguage({ ...desk, anyGuest: true }, 'de')).toBe('en');
    expect(listenersLanguage(desk, undefined)).toBeUndefined();
  });

  it('follows from the button, if there are two, whatever is heard', () => {
    for (const heard of ['en', 'es', 'de', undefined]) {
      expect(listenersLanguage({ ...desk, speaker: 'host' }, heard)).toBe('es');
      expect(listenersLanguage({ ...desk, speaker: 'guest' }, heard)).toBe('en');
    }
  });

  it('is one of the languages that are named, of which the first is the one in use', () => {
    expect(languagesOf(desk)).toEqual(['en', 'fr', 'es']);
    expect(languagesOf({ host: 'en', guest: 'es' })).toEqual(['en', 'es']);
  });
});

describe('a text', () => {
  it.each([
    'Where is breakfast?',
    '¿Dónde está el baño?',
    'Muchas gracias, señora',
    'Ist noch ein Zimmer frei?',
    'Kahvaltı saat kaçta?',
    '朝食は何時からですか',
    'トイレはどこですか',
    '请问早餐几点开始',
    'อาหารเช้ากี่โมง',
    'ຂໍກະແຈຫ້ອງແດ່',
    '아침 식사는 몇 시부터 시작합니까',
    'متى يقدم الإفطار؟',
    'नाश्ता कितने बजे है?',
    // In Japanese, endings count: a polite phrase is as many pieces as a sentence.
    'ありがとうございます',
  ])('that is more than a stray word: %s', (text) => {
    expect(isClear(text)).toBe(true);
  });

  it.each([
    '',
    ' … ?!',
    'Merci',
    'Merci, Madame!',
    "L'addition",
    'OK, OK',
    'Danke — bitte.',
    '4 1 2',
    'Room 412',
    'ありがとう',
    'すみません',
    'こんにちは',
    '谢谢',
    '谢谢你',
    '不好意思',
    'ขอบคุณครับ',
    'สวัสดีค่ะ',
    'ຂອບໃຈ',
    '감사합니다',
  ])('that is no more than that: "%s"', (text) => {
    expect(isClear(text)).toBe(false);
  });
});

describe('after an utterance', () => {
  const HOSTS = ['en', 'fr'];
  const unknown: Speakers = { host: 'en', guest: undefined, rival: undefined };
  const knowing = (code: string, by: GuestLanguage['by'] = 'detected'): Speakers => ({
    ...unknown,
    guest: { code, by },
  });
  const clear = (language: string): Heard => ({ language, clear: true });
  const stray = (language: string): Heard => ({ language, clear: false });
  /** @param heard one utterance after the other, with one button */
  const hearing = (before: Speakers, ...heard: Heard[]) =>
    heard.reduce((known, one) => afterHearing(known, HOSTS, one, undefined), before);

  it('an unknown guest speaks what was heard: surely if it was clear, else until something better is heard', () => {
    expect(hearing(unknown, clear('es')).guest).toEqual({ code: 'es', by: 'detected' });
    expect(hearing(unknown, stray('es')).guest).toEqual({ code: 'es', by: 'guessed' });
    expect(hearing(unknown, stray('es'), clear('es')).guest).toEqual({ code: 'es', by: 'detected' });
    expect(hearing(unknown, stray('es'), clear('de')).guest).toEqual({ code: 'de', by: 'detected' });
    expect(hearing(unknown, stray('es'), stray('de')).guest).toEqual({ code: 'es', by: 'guessed' });
  });

  it('another language takes the place of the one that is held when it is clear for the second time', () => {
    const once = hearing(knowing('es'), clear('de'));
    expect(once).toEqual({ ...knowing('es'), rival: 'de' });
    expect(hearing(once, clear('de'))).toEqual(knowing('de'));
  });

  it.each<[string, Heard]>([
    ['the host', clear('en')],
    ['a stray word of the guest', stray('es')],
    ['a stray word of a third language', stray('it')],
  ])('%s between the two does not part them', (_, between) => {
    expect(hearing(knowing('es'), clear('de'), between, clear('de')).guest?.code).toBe('de');
  });

  it.each<[string, Heard]>([
    ['the language that is held', clear('es')],
    ['a third one', clear('it')],
  ])('a clear utterance in %s between the two does', (_, between) => {
    expect(hearing(knowing('es'), clear('de'), between, clear('de')).guest?.code).toBe('es');
  });

  it('a language keeps its code, with its region, while it is the same', () => {
    expect(hearing(knowing('es-419'), clear('es'))).toEqual(knowing('es-419'));
    expect(hearing(knowing('es'), clear('pt'), clear('pt-BR')).guest?.code).toBe('pt-BR');
  });

  it("another of the host's languages is in use once it was heard clearly, and is nobody else's", () => {
    expect(hearing(knowing('es'), clear('fr-CA'))).toEqual({ ...knowing('es'), host: 'fr' });
    expect(hearing(knowing('es'), stray('fr'))).toEqual(knowing('es'));
    expect(hearing(unknown, clear('fr'))).toEqual({ ...unknown, host: 'fr' });
  });

  it("a press of one side's button changes nothing of the other, whatever is heard", () => {
    expect(afterHearing(knowing('es'), HOSTS, clear('fr'), 'guest')).toEqual(knowing('es'));
    const host = afterHearing(unknown, HOSTS, clear('de'), 'host');
    expect(afterHearing(host, HOSTS, clear('de'), 'host')).toEqual(unknown);
    expect(afterHearing(unknown, HOSTS, clear('fr'), 'host').host).toBe('fr');
    expect(afterHearing(unknown, HOSTS, clear('de'), 'guest').guest?.code).toBe('de');
  });

  const OTHERS = ['es', 'es-419', 'de', 'it', 'zh-Hans', 'cmn', 'nb', 'no'];
  const anyLanguage = fc.constantFrom(...HOSTS, 'en-GB', ...OTHERS);
  const anyHeard: fc.Arbitrary<Heard> = fc.record({ language: anyLanguage, clear: fc.boolean() });
  const anySide = fc.constantFrom('host' as const, 'guest' as const, undefined);
  const anyGuest = fc.option(
    fc.record({
      code: fc.constantFrom(...OTHERS),
      by: fc.constantFrom('guessed' as const, 'detected' as const, 'pinned' as const),
    }),
    { nil: undefined },
  );
  const anySpeakers: fc.Arbitrary<Speakers> = fc.record({
    host: fc.constantFrom(...HOSTS),
    guest: anyGuest,
    rival: fc.option(fc.constantFrom(...OTHERS), { nil: undefined }),
  });

  it('a pinned language is never changed', () => {
    const utterances = fc.array(fc.tuple(anyHeard, anySide));
    fc.assert(
      fc.property(anySpeakers, fc.constantFrom(...OTHERS), utterances, (before, code, heard) => {
        const pinned: Speakers = { ...before, guest: { code, by: 'pinned' } };
        const known = heard.reduce((now, [one, side]) => afterHearing(now, HOSTS, one, side), pinned);
        expect(known.guest).toEqual(pinned.guest);
      }),
    );
  });

  it('no number of stray words changes what was heard clearly', () => {
    const words = fc.array(fc.tuple(anyLanguage, anySide));
    fc.assert(
      fc.property(anySpeakers, fc.constantFrom(...OTHERS), words, (before, code, heard) => {
        const detected: Speakers = { ...before, guest: { code, by: 'detected' } };
        const known = heard.reduce(
          (now, [language, side]) => afterHearing(now, HOSTS, stray(language), side),
          detected,
        );
        expect(known).toEqual(detected);
      }),
    );
  });

  it('two clear utterances in succession always decide, unless somebody has chosen', () => {
    const guests = fc.constantFrom('guest' as const, undefined);
    fc.assert(
      fc.property(anySpeakers, fc.constantFrom(...OTHERS), guests, (before, language, side) => {
        fc.pre(before.guest?.by !== 'pinned');
        const once = afterHearing(before, HOSTS, clear(language), side);
        const twice = afterHearing(once, HOSTS, clear(language), side);
        expect(twice.guest?.by).toBe('detected');
        expect(sameLanguage(twice.guest?.code ?? '', language)).toBe(true);
        expect(twice.rival).toBeUndefined();
      }),
    );
  });

  it("the guest is never taken to speak one of the host's languages, nor the host any other", () => {
    fc.assert(
      fc.property(anySpeakers, fc.array(fc.tuple(anyHeard, anySide)), (before, heard) => {
        const known = heard.reduce((now, [one, side]) => afterHearing(now, HOSTS, one, side), before);
        expect(HOSTS).toContain(known.host);
        expect(HOSTS).not.toContain(primaryLanguage(known.guest?.code ?? 'es'));
      }),
    );
  });

  it('hearing the same again, clearly, in the language that is held changes nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...OTHERS), anySide, (language, side) => {
        expect(afterHearing(knowing(language), HOSTS, clear(language), side)).toEqual(knowing(language));
      }),
    );
  });
});
