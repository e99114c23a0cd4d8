import { readFileSync } from 'node:fs';
import { languageOf, writtenAlike } from '../../src/interpreters/language/language-of.ts';
import { primaryLanguage } from '../../src/kiosk/languages.ts';
import { wordsOf } from '../../src/words/index.ts';
import { HOTEL_SENTENCES, STRAY_WORDS } from '../rig/hotel-sentences.ts';

/**
 * How well the language of speech at a hotel desk is recognised by its text: right, wrong and undecided by the length of
 * the text, whole and broken off after each word, as it comes. node test/bench/languages.ts [LANGUAGE<TAB>TEXT file]
 */

interface Item {
  readonly language: string;
  readonly text: string;
  readonly whole: boolean;
}

type Tally = { right: number; wrong: number; undecided: number };

function texts(): [language: string, text: string][] {
  const file = process.argv[2];
  if (file !== undefined) {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.filter((line) => line.includes('\t')).map((line) => pair(line.trim().split('\t')));
  }
  const book: { phrases: { en: string; es: string }[] } = JSON.parse(
    readFileSync(new URL('../../src/phrasebook/book.json', import.meta.url), 'utf8'),
  );
  const each = (all: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(all).flatMap(([language, list]) => list.map((text) => [language, text] as const));
  return [
    ...each(STRAY_WORDS),
    ...each(HOTEL_SENTENCES),
    ...[wordsOf('prompts'), wordsOf('faultTitles')].flatMap((part) =>
      Object.entries(part).flatMap(([code, all]) =>
        Object.values<string>(all).map((text) => [code, text] as const),
      ),
    ),
    ...book.phrases.flatMap(({ en, es }) => [
      ['en', en],
      ['es', es],
    ]),
  ].map(pair);
}

function pair([language, text]: readonly (string | undefined)[]): [string, string] {
  return [primaryLanguage(language ?? ''), text ?? ''];
}

/** A text as it comes, word by word; letter by letter where words are not set apart. */
function growing(text: string): string[] {
  const pieces = /\s/.test(text) ? text.split(/(?<=\s)/) : [...text];
  return pieces.map((_, i) =>
    pieces
      .slice(0, i + 1)
      .join('')
      .trim(),
  );
}

function measured(items: readonly Item[], candidates: (language: string) => readonly string[] | undefined) {
  const sizes = [9, 14, 19, 29, 49, Number.POSITIVE_INFINITY];
  const tallies = new Map<number, Tally>();
  for (const { language, text } of items) {
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    const size = sizes.find((most) => letters <= most) ?? 0;
    const tally = tallies.get(size) ?? { right: 0, wrong: 0, undecided: 0 };
    tallies.set(size, tally);
    const told = languageOf(text, candidates(language));
    tally[!told?.confident ? 'undecided' : writtenAlike(told.language, language) ? 'right' : 'wrong'] += 1;
  }
  return sizes.map((size) => ({ size, ...(tallies.get(size) ?? { right: 0, wrong: 0, undecided: 0 }) }));
}

function print(
  title: string,
  items: readonly Item[],
  candidates: (language: string) => readonly string[] | undefined,
) {
  process.stdout.write(`\n${title}\n`);
  const row = (name: string, { right, wrong, undecided }: Tally) =>
    process.stdout.write(`| ${name} | ${right} | ${wrong} | ${undecided} |\n`);
  const all: Tally = { right: 0, wrong: 0, undecided: 0 };
  for (const tally of measured(items, candidates)) {
    row(Number.isFinite(tally.size) ? `up to ${tally.size} letters` : 'more', tally);
    for (const key of ['right', 'wrong', 'undecided'] as const) all[key] += tally[key];
  }
  row('all', all);
}

const all = texts();
const items = all.flatMap(([language, text]) => {
  // Of a file, which may be long, only the texts themselves.
  const pieces = process.argv[2] === undefined ? growing(text) : [text];
  return pieces.map((piece, i) => ({ language, text: piece, whole: i === pieces.length - 1 }));
});
const whole = items.filter((item) => item.whole);
process.stdout.write(`${whole.length} texts, ${items.length} with their beginnings, `);
process.stdout.write(`${new Set(all.map(([language]) => language)).size} languages\n`);
for (const [what, which] of [
  ['whole', whole],
  ['with their beginnings', items],
] as const) {
  print(`any language, ${what}`, which, () => undefined);
  const rival = (language: string) => (language === 'en' ? 'es' : 'en');
  print(`of two candidates, ${what}`, which, (language) => [rival(language), language]);
  print(`of two candidates, neither of which it is, ${what} (right is undecided)`, which, (language) =>
    ['en', 'es', 'it', 'ru'].filter((code) => code !== language).slice(0, 2),
  );
}
const beganMs = performance.now();
for (const { text } of items) languageOf(text);
process.stdout.write(`\n${(((performance.now() - beganMs) / items.length) * 1000).toFixed(0)} µs a text\n`);
