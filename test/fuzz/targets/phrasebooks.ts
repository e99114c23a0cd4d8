import { ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Book, BookError, dataOf } from '../../../src/phrasebook/book/book.ts';
import { DEFAULT_BOOK, parseBook } from '../../../src/phrasebook/book/book-file.ts';
import { addedTo } from '../../../src/phrasebook/book/own-book.ts';
import { nothingInherited, resultOr } from '../invariants.ts';
import { anyJson, anyText, damaged } from '../mutate.ts';
import { target } from '../target.ts';

const SHIPPED = parseBook(readFileSync(DEFAULT_BOOK, 'utf8'), 'book.json');
const [PHRASE] = SHIPPED.phrases;

const language = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('en', 'es', 'de', 'fr', 'pt-BR') },
  { weight: 1, arbitrary: anyText },
);
const said = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'Good morning.',
      'Where?',
      'a',
      'a b',
      'No!',
      ...(PHRASE === undefined ? [] : Object.values(PHRASE.texts)),
    ),
  },
  { weight: 1, arbitrary: anyText },
);
const entriesOf = <T>(value: fc.Arbitrary<T>, maxLength: number) =>
  fc.array(fc.tuple(language, value), { maxLength }).map((entries) => Object.fromEntries(entries));
const phrase = fc
  .tuple(
    fc.constantFrom('a', 'lost-key', PHRASE?.id ?? '', 'A b', '__proto__'),
    entriesOf(fc.oneof({ weight: 9, arbitrary: said }, { weight: 1, arbitrary: anyJson }), 4),
    fc.option(entriesOf(fc.array(said, { maxLength: 3 }), 2), { nil: undefined }),
  )
  .map(([id, texts, also]) => ({ id, ...texts, ...(also === undefined ? {} : { also }) }));
const toldOfLanguage = fc.record(
  {
    notUnderstood: said,
    voice: anyText,
    pronunciation: fc.constantFrom('espeak', 'cmudict', 'x'),
    acceptUpTo: fc.constantFrom(0, 0.5, 1, 1.5, -1),
    rejects: fc.boolean(),
    rivals: fc.array(fc.array(said, { maxLength: 3 }), { maxLength: 2 }),
    refused: fc.array(said, { maxLength: 2 }),
    more: anyJson,
  },
  { requiredKeys: [] },
);
const book = fc
  .record(
    {
      languages: entriesOf(toldOfLanguage, 3),
      phrases: fc.array(fc.oneof({ weight: 9, arbitrary: phrase }, { weight: 1, arbitrary: anyJson }), {
        maxLength: 4,
      }),
      more: anyJson,
    },
    { requiredKeys: [], noNullPrototype: true },
  )
  .map(({ more, ...rest }) => JSON.stringify(more === undefined ? rest : { ...rest, more }));
/** A valid book: each phrase is in both languages. */
const complete = fc.record({ id: fc.constantFrom('a', 'b', 'lost-key'), en: said, es: said });
const whole = fc
  .array(fc.oneof(complete, complete, phrase), { minLength: 1, maxLength: 3 })
  .map((phrases) => {
    const of = (code: string) => ({
      notUnderstood: 'What?',
      voice: code,
      pronunciation: 'espeak',
      acceptUpTo: 0.5,
    });
    return JSON.stringify({ languages: { en: of('en'), es: of('es') }, phrases });
  });

/** A book answers every request; each text leads to its phrase and its translations. */
function isSound(read: Book): void {
  ok(read.languages.length >= 2);
  for (const { id, texts, also } of read.phrases) {
    ok(/^[a-z0-9-]+$/.test(id));
    const codes = Object.keys(texts);
    ok(codes.length >= 2, id);
    for (const code of [...codes, ...Object.keys(also)]) ok(read.languages.includes(code), code);
    for (const from of codes)
      for (const to of codes)
        ok(read.translate(texts[from] ?? '', from, to) === texts[to], `${id} ${from} ${to}`);
  }
  structuredClone(dataOf(read)); // it goes to another process
}

/** A book, or all mistakes of the file. */
export const phrasebook = target(
  'phrasebook',
  30_000,
  fc.oneof(
    { weight: 3, arbitrary: book },
    { weight: 2, arbitrary: whole },
    { weight: 2, arbitrary: damaged(fc.oneof(book, whole)) },
  ),
  (text) => {
    for (const read of [
      resultOr(BookError, () => parseBook(text, 'x.json')),
      resultOr(BookError, () => addedTo(SHIPPED, text, 'x.json')),
    ]) {
      nothingInherited();
      if ('value' in read) isSound(read.value);
      else ok(read.error.message.startsWith('the phrasebook x.json '), read.error.message);
    }
  },
);
