import fc from 'fast-check';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { describe, expect, it } from 'vitest';
import {
  alsaString,
  escapedJson,
  jsonText,
  markup,
  printable,
  printableLines,
  tomlString,
} from './foreign-text.ts';

/** Any string, often of what does harm. */
const foreign = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '\x1b[2J',
        '\x9b',
        '\r',
        '\n',
        '\u2028',
        '\u202e',
        '\u2066',
        '\ud800',
        '"',
        '\\',
        '\0',
        '𝔘',
        'a',
      ),
    )
    .map((parts) => parts.join('')),
);
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

describe('text of others on a terminal', () => {
  it('is one line without control characters, and no longer than it may be', () => {
    fc.assert(
      fc.property(foreign, fc.integer({ min: 1, max: 50 }), (text, most) => {
        const shown = printable(text, most);
        expect(shown).not.toMatch(UNPRINTABLE);
        expect([...shown].length).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('is left as it is where it can be printed', () => {
    const words = 'Gästehaus “Zur Post” 你好 שלום 👋🏽';
    expect(printable(words)).toBe(words);
  });

  it.each([
    ['an escape sequence', 'a\x1b[2Jb', 'a\ufffd[2Jb'],
    ['the same in one character', 'a\x9b2J', 'a\ufffd2J'],
    ['a line end', 'a\r\nb', 'a  b'],
    ['a change of direction', 'a\u202egpj.exe', 'a\ufffdgpj.exe'],
    ['half a character', 'a\ud83d', 'a\ufffd'],
  ])('has no longer %s', (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('shows that it was cut, between characters', () => {
    expect(printable('👋'.repeat(9), 4)).toBe('👋👋👋…');
    expect(printable('👋'.repeat(4), 4)).toBe('👋👋👋👋');
  });

  it('keeps its lines where it has several', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const lines = printableLines(text).split('\n');
        expect(lines).toHaveLength(text.split('\n').length);
        for (const line of lines) expect(line).not.toMatch(UNPRINTABLE);
      }),
    );
  });
});

describe('text of others in a language', () => {
  it('is what it was, read as JSON, and printable', () => {
    fc.assert(
      fc.property(foreign, fc.constantFrom(0, 2), (text, indent) => {
        const json = jsonText({ [text]: [text] }, indent);
        expect(JSON.parse(json)).toEqual({ [text]: [text] });
        expect(json.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
        expect(escapedJson(`${json}\n`)).toBe(`${json}\n`);
      }),
    );
  });

  it('is what it was, read as TOML', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const program = parseTOML(`x = ${tomlString(text)}`, { tomlVersion: '1.0.0' });
        expect(getStaticTOMLValue(program)).toEqual({ x: text.toWellFormed() });
      }),
    );
  });

  it("is one string of ALSA's configuration", () => {
    fc.assert(
      fc.property(foreign, (text) => {
        expect(alsaString(text)).toMatch(/^"(?:[^"\\\0]|\\["\\])*"$/);
      }),
    );
  });

  it('opens and ends nothing in markup', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        expect(markup(text)).not.toMatch(/[<>"]|&(?!(?:amp|lt|gt|quot);)/);
      }),
    );
  });
});
