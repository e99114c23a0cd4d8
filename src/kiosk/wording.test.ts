import { describe, expect, it } from 'vitest';
import { wordsOf } from '../words/index.ts';
import { FAULT_CODES, FAULTS } from './faults.ts';
import { FAST, flashes } from './shown/looks.ts';
import { wordingOf, wordsFor } from './wording.ts';

describe('the ids of faults', () => {
  it('are unique', () => {
    const ids = FAULT_CODES.map((code) => FAULTS[code].id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('name the light by their first digit', () => {
    for (const code of FAULT_CODES) {
      const { id, look } = FAULTS[code];
      expect(id, 'where a group has no two digits left, use three: D410').toMatch(/^D[1-7]\d{1,2}$/);
      const group = Number(id[1]);
      expect(look, id).toEqual(group <= 5 ? flashes(group) : FAST);
    }
  });
});

describe('the wording of a fault', () => {
  it('is found whatever the region of the language, and is English where there is none', () => {
    expect(wordingOf('muted', 'pt-BR')).toEqual(wordingOf('muted', 'pt'));
    expect(wordingOf('muted', 'DE_AT')).toEqual(wordingOf('muted', 'de'));
    expect(wordingOf('muted', 'ko')).toEqual({ title: FAULTS.muted.title, hint: FAULTS.muted.hint });
    expect(wordsFor('faultHints', 'en-GB')).toBeDefined();
    expect(wordsFor('faultHints', 'fr')).toBeDefined();
    expect(wordsFor('faultHints', 'ko')).toBeUndefined();
    expect(wordsFor('faultHints', '')).toBeUndefined();
  });

  const translations = Object.keys(wordsOf('faultHints')).filter((language) => language !== 'en');

  describe.each(translations)('in %s', (language) => {
    it('keeps what is to be typed', () => {
      for (const code of FAULT_CODES) {
        expect(literals(wordingOf(code, language).hint), code).toEqual(literals(FAULTS[code].hint));
      }
    });

    it('is not the English one', () => {
      for (const code of FAULT_CODES) {
        const { title, hint } = wordingOf(code, language);
        expect(title, code).not.toBe(FAULTS[code].title);
        if (!onlyCommand(FAULTS[code].hint)) expect(hint, code).not.toBe(FAULTS[code].hint);
      }
    });

    it('is a title without and a hint with a full stop', () => {
      for (const code of FAULT_CODES) {
        const { title, hint } = wordingOf(code, language);
        expect(title, code).toMatch(/[^.。\s]$/);
        if (!onlyCommand(hint)) expect(hint, code).toMatch(/[.。]$/);
        expect(`${title}|${hint}`, code).not.toMatch(/\s\s|^\s|\|\s/);
      }
    });

    it('has another title for each fault', () => {
      const titles = FAULT_CODES.map((code) => wordingOf(code, language).title);
      expect(new Set(titles).size).toBe(titles.length);
    });
  });
});

/** A hint that is nothing but a line to type is the same in every language. */
function onlyCommand(hint: string): boolean {
  return /^(apt-get|scripts)[\w /-]*$/.test(hint);
}

/** Commands in backticks, keys, sections, variables, paths and packages: the same in every language, in any order. */
function literals(hint: string): string[] {
  const found = hint.match(
    /`[^`]+`|\[[a-z]+\]|\b[a-z]+\.[a-z_]+\b(?: = "[^"]*")?|\b[A-Z]+(?:_[A-Z]+)+\b|\bscripts\/\w+|apt-get install [a-z][\w-]*|\d+ kbit\/s/g,
  );
  return (found ?? []).toSorted();
}
