import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { wordsDocument } from '../cli/commands/development/words.ts';
import { knownLanguage } from '../kiosk/languages.ts';
import { EN } from './en.ts';
import { PARTS, WORDS, wordsOf } from './index.ts';

/** The texts of a part, by the path of their keys. */
function textsIn(value: unknown, path = ''): readonly (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value ?? {}).flatMap(([key, inner]) => textsIn(inner, `${path}.${key}`));
}

const JAPANESE = '[\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Han}ー]';

/** What the texts of a language must have, and what must not stand in them. */
const PUNCTUATION: Readonly<Record<string, { readonly letters: RegExp; readonly foreign: RegExp }>> = {
  ar: { letters: /\p{sc=Arabic}/u, foreign: /[,;?]/ },
  ja: {
    letters: new RegExp(JAPANESE, 'u'),
    foreign: new RegExp(`${JAPANESE}[ ,.:;?!()]|[ ,;?!()]${JAPANESE}`, 'u'),
  },
};

describe.each(Object.entries(WORDS))('the words in %s', (code, words) => {
  it('have a language of that code, and a part at least', () => {
    expect(knownLanguage(code)).toBe(code);
    expect(words.name).not.toBe('');
    expect(PARTS.some((part) => words[part] !== undefined)).toBe(true);
  });

  it('have in each part what English has, no more, no less, and nothing empty', () => {
    for (const part of PARTS) {
      const own = words[part];
      if (own === undefined || part === 'notUnderstood') continue;
      expect(
        textsIn(own)
          .map(([path]) => path)
          .toSorted(),
      ).toEqual(
        textsIn(EN[part])
          .map(([path]) => path)
          .toSorted(),
      );
    }
    for (const [path, text] of textsIn(words)) expect(text, path).toMatch(/^\S(?:.*\S)?$/);
  });

  it('have the letters and the punctuation of their script, except in what is to be typed', () => {
    const rules = PUNCTUATION[code];
    if (rules === undefined) return;
    const { notice, sheet, card, faultTitles, faultHints } = words;
    for (const [path, text] of textsIn({ notice, sheet, card, faultTitles, faultHints })) {
      const read = text.replaceAll(/`[^`]*`/g, 'x');
      if (/^apt-get /.test(text)) continue;
      expect(read, path).toMatch(rules.letters);
      expect(read, path).not.toMatch(rules.foreign);
    }
  });

  it('name who interprets, and the other fault, where English does', () => {
    if (words.card !== undefined) expect(words.card.see).toContain('{id}');
    if (words.notice !== undefined) expect(words.notice.sent).toContain('{service}');
  });

  it('have a notice if they have a line on the sheet, hints if titles, and a card only with both', () => {
    expect(words.sheet === undefined).toBe(words.notice === undefined);
    expect(words.faultTitles === undefined).toBe(words.faultHints === undefined);
    if (words.card !== undefined) expect(words.faultTitles).toBeDefined();
  });
});

describe('a part of the words', () => {
  it('is found in the languages that have it, those of the sheet first', () => {
    expect(Object.keys(wordsOf('sheet'))).toEqual('en de fr es it pt nl pl ru zh ja ar'.split(' '));
    expect(wordsOf('card').en).toBe(EN.card);
    expect(Object.keys(wordsOf('card'))).toEqual('en de fr es it pt nl ja ar'.split(' '));
    expect(wordsOf('notUnderstood')).toHaveProperty('bg');
    expect(wordsOf('prompts')).not.toHaveProperty('bg');
  });
});

describe('docs/operator/languages-table.md', () => {
  it('is in step with the words', async () => {
    const page = await readFile(new URL('../../docs/operator/languages-table.md', import.meta.url), 'utf8');
    expect(page, 'regenerate it: node src/cli/dragoman.ts words > docs/operator/languages-table.md').toBe(await wordsDocument());
  });

  it('says of each language what it has', async () => {
    const page = await wordsDocument();
    expect(page).toMatch(/^\| de \| German \| ✓ \| ✓ \| ✓ \| ✓ \| ✓ \| ✓ \| {2}\|$/m);
    expect(page).toMatch(/^\| bg \| Bulgarian \| {2}\| ✓ \| {2}\| {2}\| {2}\| {2}\| {2}\|$/m);
    for (const code of Object.keys(WORDS)) expect(page).toContain(`| ${code} |`);
  });
});
