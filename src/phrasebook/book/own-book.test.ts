import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { type Book, BookError, bookOf, dataOf } from './book.ts';
import { loadBook } from './book-file.ts';
import { addedTo, loadDeskBook } from './own-book.ts';

const folder = temporaryFolders();

let book: Book;
beforeAll(async () => {
  book = await loadBook();
});

const french = { fr: { notUnderstood: "Je n'ai pas compris." } };
const add = (file: object) => addedTo(book, JSON.stringify(file), 'own.json');

const bus = { id: 'late-bus', en: 'The bus is late today.', es: 'El autobús llega tarde hoy.' };

describe("the desk's own phrases", () => {
  it('are read from its file', async () => {
    const file = path.join(folder(), 'own.json');
    await writeFile(file, JSON.stringify({ phrases: [bus] }));
    const desk = await loadDeskBook(file);
    expect(desk.translate('The bus is late today', 'en', 'es')).toBe('El autobús llega tarde hoy.');
    expect(desk.phrases.length).toBe(book.phrases.length + 1);
    expect((await loadDeskBook(undefined)).phrases).toEqual(book.phrases);
  });

  it('are read from a file that an editor or a shell of Windows has saved', async () => {
    const file = path.join(folder(), 'own.json');
    const text = `\uFEFF${JSON.stringify({ phrases: [bus] })}`;
    for (const bytes of [Buffer.from(text), Buffer.from(text, 'utf16le')]) {
      await writeFile(file, bytes);
      expect((await loadDeskBook(file)).find(bus.id)?.texts).toEqual(expect.objectContaining({ en: bus.en }));
    }
    await writeFile(file, Buffer.from('{ "phrases": "Gästehaus" }', 'latin1'));
    await expect(loadDeskBook(file)).rejects.toThrow(
      /own[.]json has a character in line 1 .*: save it as UTF-8/,
    );
  });

  it('may be in some of the languages only, and are used between those', () => {
    const desk = add({
      languages: french,
      phrases: [{ id: 'sea-view', en: 'The room looks out on the sea.', fr: 'La chambre donne sur la mer.' }],
    });
    expect(desk.translate('la chambre donne sur la mer', 'fr', 'en')).toBe('The room looks out on the sea.');
    expect(desk.translate('la chambre donne sur la mer', 'fr', 'es')).toBeUndefined();
    expect(desk.findText('The room looks out on the sea', 'en')?.id).toBe('sea-view');
  });

  it('bring a known phrase into a further language', () => {
    const desk = add({
      languages: french,
      phrases: [{ id: 'allergic-nuts', fr: 'Je suis allergique aux noix.', also: { fr: ['Pas de noix.'] } }],
    });
    expect(desk.translate('pas de noix', 'fr', 'es')).toBe('Tengo alergia a los frutos secos.');
    expect(desk.find('allergic-nuts')?.also).toEqual({
      ...book.find('allergic-nuts')?.also,
      fr: ['Pas de noix.'],
    });
  });

  it('replace a known phrase, with all ways to say the old one', () => {
    const desk = add({
      phrases: [
        {
          id: 'top-floor',
          en: 'Your room is on the first floor.',
          es: 'Su habitación está en el primer piso.',
        },
      ],
    });
    expect(desk.translate('your room is on the first floor', 'en', 'es')).toBe(
      'Su habitación está en el primer piso.',
    );
    expect(desk.findText('Your room is on the top floor.', 'en')).toBeUndefined();
    expect(desk.findText('Su habitación está en la última planta.', 'es')).toBeUndefined();
    expect(desk.phrases.length).toBe(book.phrases.length);
  });

  it('are no longer refused', () => {
    const sentence = 'Does the hotel have a gym?';
    expect(book.language('en').refused).toContain(sentence);
    const desk = add({ phrases: [{ id: 'gym', en: sentence, es: '¿El hotel tiene gimnasio?' }] });
    expect(desk.language('en').refused).toEqual(
      book.language('en').refused.filter((refused) => refused !== sentence),
    );
  });
});

describe("the desk's own languages", () => {
  it('are heard by their IPA, spoken by their voice, and asked about, unless the file says otherwise', () => {
    const desk = add({ languages: french });
    expect(desk.languages).toEqual(['en', 'es', 'fr']);
    expect(desk.language('fr-CH')).toEqual({
      language: 'fr',
      notUnderstood: "Je n'ai pas compris.",
      voice: 'fr',
      pronunciation: 'espeak',
      acceptUpTo: 0.6,
      rejects: false,
      rivals: [],
      refused: [],
    });
    const own = { notUnderstood: 'Quoi ?', voice: 'fr+f2', acceptUpTo: 0.4, rejects: true };
    expect(add({ languages: { fr: own } }).language('fr')).toMatchObject(own);
  });

  it('change the properties of a known one, and add rivals and refused sentences', () => {
    const before = book.language('en');
    const rivals = [['bus', 'boat']];
    const after = add({ languages: { en: { voice: 'en-gb', rivals, refused: ['Is this a bus?'] } } });
    expect(after.language('en')).toEqual({
      ...before,
      voice: 'en-gb',
      rivals: [...before.rivals, ['bus', 'boat']],
      refused: [...before.refused, 'Is this a bus?'],
    });
  });

  it('are asked about again with a threshold above the measured one', () => {
    expect(add({ languages: { en: { acceptUpTo: 0.7 } } }).language('en').rejects).toBe(false);
    expect(add({ languages: { en: { acceptUpTo: 0.4 } } }).language('en').rejects).toBe(true);
  });
});

describe('a book', () => {
  it('finds a language whatever region is asked for or named', () => {
    const desk = add({ languages: { 'pt-BR': { notUnderstood: 'Não entendi.' } } });
    expect(['pt', 'pt-PT', 'pt-br', 'es-419', 'de'].map((code) => desk.codeOf(code))).toEqual([
      'pt-BR',
      'pt-BR',
      'pt-BR',
      'es',
      undefined,
    ]);
  });

  it('is the same after it went through another process', () => {
    const again = bookOf(structuredClone(dataOf(book)));
    expect(dataOf(again)).toEqual(dataOf(book));
    expect(again.translate('One moment, please.', 'en', 'es')).toBe('Un momento, por favor.');
  });
});

describe("a mistake in the desk's file is reported:", () => {
  const gym = { id: 'gym', en: 'The gym is over there.', es: 'El gimnasio está allí.' };
  it.each([
    ['nothing in it', {}, /the file: found neither phrases nor languages; needs/],
    ['another part', { words: [] }, /the file: .*"words" is not known here; needs languages, phrases/],
    [
      'a language without its sentence',
      { languages: { fr: { voice: 'fr' } } },
      /languages › fr › notUnderstood: found nothing; needs the sentence/,
    ],
    [
      "English's dictionary for another language",
      { languages: { fr: { notUnderstood: 'Quoi ?', pronunciation: 'cmudict' } } },
      /languages › fr › pronunciation: found "cmudict", which is for English; needs "espeak"/,
    ],
    [
      'an unknown setting of a language',
      { languages: { en: { voices: 'en' } } },
      /languages › en: found .*"voices" is not known here; needs notUnderstood, voice/,
    ],
    [
      'an odd threshold',
      { languages: { en: { acceptUpTo: 2 } } },
      /languages › en › acceptUpTo: found 2; .*<=1/,
    ],
    [
      'a text in one language',
      { phrases: [{ id: 'gym', en: 'The gym.' }] },
      /\("gym"\): has a text in "en" only/,
    ],
    [
      'no text',
      { phrases: [{ id: 'gym' }] },
      /phrase 1 \("gym"\): has a text in no language; needs at least two/,
    ],
    [
      'a language that is not in the book',
      { phrases: [{ ...gym, fr: 'La salle de sport est là-bas.' }] },
      /phrase 1 \("gym"\): "fr" is not one of the book's languages \(en, es\)/,
    ],
    [
      'another way to say nothing',
      { languages: french, phrases: [{ ...gym, also: { fr: ['La gym'] } }] },
      /phrase 1 \("gym"\) › also: .* in "fr", and no text; needs a text in "fr"/,
    ],
    [
      'an id that occurs twice',
      { phrases: [gym, { ...gym, en: 'The gym.' }] },
      /phrase 2 \("gym"\): there is an/,
    ],
    [
      'a text of the built-in book',
      { phrases: [{ ...gym, en: 'one moment please' }] },
      /phrase 1 \("gym"\): "one moment please" \(en\) is also a text of the built-in phrase "one-moment"/,
    ],
    [
      'a phrase that says itself twice',
      { phrases: [{ ...gym, also: { en: ['the gym is over there'] } }] },
      /phrase 1 \("gym"\): "the gym is over there" \(en\) occurs twice/,
    ],
    [
      'a price that is changed in one language',
      { phrases: [{ id: 'breakfast-price', en: 'Breakfast costs twelve euros per person.' }] },
      /"breakfast-price"\): has another text in "en" than the built-in phrase, and none in "es"; needs one in each/,
    ],
    [
      'a built-in phrase that is refused',
      { languages: { en: { refused: ['One moment, please.'] } } },
      /language "en": the refused sentence "One moment, please." is a text of the built-in phrase "one-moment"/,
    ],
  ])('%s', (_, file, message) => {
    expect(() => add(file)).toThrow(BookError);
    expect(() => add(file)).toThrow(message);
    expect(() => add(file)).toThrow(/the phrasebook own\.json has mistakes/);
  });

  it('a missing file', async () => {
    await expect(loadDeskBook('/nowhere/own.json')).rejects.toThrow(
      /\/nowhere\/own\.json cannot be read.*ENOENT/,
    );
  });
});
