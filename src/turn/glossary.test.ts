import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkGlossary, glossaryLines, glossaryTokens, MAX_GLOSSARY_TOKENS } from './glossary.ts';

it('a glossary has a line for each term, with its meaning if there is one', () => {
  const terms = [{ term: 'Seeblick' }, { term: 'Spätzle', meaning: 'small egg noodles' }];
  expect(glossaryLines(terms).slice(1)).toEqual(['"Seeblick"', '"Spätzle" (small egg noodles)']);
});

it('without terms nothing is sent and paid', () => {
  expect(glossaryLines([])).toEqual([]);
  expect(glossaryTokens([])).toBe(0);
});

it('a term cannot break out of its line, its quotation or its brackets', () => {
  // Not the unit "binary", which takes seconds to make.
  const unit = fc.oneof(
    fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
    fc.constantFrom(...'"“”„«»`()\n\r\u2028\u2029'),
  );
  fc.assert(
    fc.property(fc.string({ unit }), fc.string({ unit }), (term, meaning) => {
      const [, line = ''] = glossaryLines([{ term: `x${term}`, meaning: `y${meaning}` }]);
      expect(line).toMatch(/^"[^"“”„«»`\n\r\u2028\u2029]*" \([^()"\n\r\u2028\u2029]*\)$/u);
    }),
  );
});

it('a glossary that is too long is refused with its size and the reason', () => {
  const long = Array.from({ length: 100 }, (_, i) => ({ term: `Room number ${i}`, meaning: 'with a view' }));
  expect(glossaryTokens(long)).toBeGreaterThan(MAX_GLOSSARY_TOKENS);
  expect(() => checkGlossary(long)).toThrow(/about \d+ tokens long, at most 400.*billed in every turn/);
  expect(() => checkGlossary(long.slice(0, 20))).not.toThrow();
});

it('a term or a meaning without a letter is refused', () => {
  expect(() => checkGlossary([{ term: 'Seeblick' }, { term: ' \n' }])).toThrow('term 2');
  expect(() => checkGlossary([{ term: 'Seeblick', meaning: '' }])).toThrow('"Seeblick"');
});
