import fc from 'fast-check';

/** Damage to samples of text or bytes. Bytes are texts with a byte in each character (latin1). */

/** Known harmful texts: for terminals, parsers and objects. */
const PIECES = [
  ...['\u001b[2J', '\u001b]0;x\u0007', '\u009b31m', '\u007f', '\0', '\r', '\n', '\t', '\u0085', '\u2028'],
  ...[
    '\u202e',
    '\u2066',
    '\u200f',
    '\ufeff',
    '\ud800',
    '\udfff',
    '\udc00\ud800',
    '\u{1f600}',
    'e\u0301',
    '\u00a0',
  ],
  ...[
    '"',
    "'",
    '\\',
    '\\u0000',
    '{',
    '}',
    '[',
    ']',
    '[[',
    ']]',
    '(',
    ',',
    ':',
    ';',
    '=',
    '#',
    '@',
    '!',
    '%s',
    '$(x)',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'null',
    'true',
    'NaN',
    'undefined',
  ],
  ...['../', '/', '//', 'http://', '<confdir:../x>', '</svg>', '&amp;', ' : ', ' - ', '\n\n', '\r\n', '   '],
];

/** Numbers at the limits of their types. */
const NUMBERS = [
  ...[
    '0',
    '-0',
    '-1',
    '1',
    '2',
    '127',
    '128',
    '255',
    '256',
    '32767',
    '32768',
    '65535',
    '65536',
    '99999999999',
  ],
  ...['2147483647', '2147483648', '4294967295', '4294967296', '9007199254740991', '9007199254740993'],
  ...[
    '9223372036854775807',
    '18446744073709551616',
    '1e308',
    '1e999',
    '-1e999',
    '1e-400',
    '0.1',
    '3.5',
    '007',
  ],
  ...['0x7fffffff', '0b1', '0o7', '1_000', '+5', '-', '.', '1e', '٣', '123456789012345678901234567890'],
];

export const extremeNumber = fc.constantFrom(...NUMBERS);

const unit = fc.nat(0xffff).map((code) => String.fromCharCode(code));

/** A short text that is likely to be harmful. */
export const nasty: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 2, arbitrary: extremeNumber },
  { weight: 2, arbitrary: unit },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom('a', 'word', 'x'.repeat(300), 'é'.repeat(3000)) },
);

/** Any text. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(nasty, fc.string({ maxLength: 8 })), { maxLength: 4 })
  .map((parts) => parts.join(''));

/** Any JSON, including keys that objects inherit, and values of every kind. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1e308, '', 'a'),
    fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()),
    anyText,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(anyText, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

const place = fc.nat(2 ** 20);
const length = fc.oneof(fc.nat(8), fc.nat(100));

type Edit = (text: string) => string;

/** The place in a text for a number. */
const within = (text: string, at: number) => (text.length === 0 ? 0 : at % (text.length + 1));
const replaced = (text: string, at: number, count: number, by: string) =>
  text.slice(0, at) + by + text.slice(at + count);

/** A kind of edit: how often, and its function of places, lengths and so on. */
function kind<T>(weight: number, values: fc.Arbitrary<T>, make: (value: T) => Edit) {
  return { weight, arbitrary: values.map(make) };
}

const edit: fc.Arbitrary<Edit> = fc.oneof(
  kind(2, place, (at) => (text) => text.slice(0, within(text, at))),
  kind(
    3,
    fc.tuple(place, length),
    ([at, count]) =>
      (text) =>
        replaced(text, within(text, at), count, ''),
  ),
  kind(2, fc.tuple(place, length, fc.integer({ min: 1, max: 40 })), ([at, count, times]) => (text) => {
    const from = within(text, at);
    return replaced(text, from, 0, text.slice(from, from + count).repeat(times));
  }),
  kind(3, fc.tuple(place, fc.nat(7)), ([at, bit]) => (text) => {
    const from = within(text, at);
    const code = text.charCodeAt(from);
    return Number.isNaN(code) ? text : replaced(text, from, 1, String.fromCharCode(code ^ (1 << bit)));
  }),
  kind(
    4,
    fc.tuple(place, nasty, fc.nat(3)),
    ([at, piece, count]) =>
      (text) =>
        replaced(text, within(text, at), count, piece),
  ),
  kind(3, fc.tuple(place, extremeNumber), ([at, by]) => nextBecomes(/-?\d[\d.]*/g, at, by)),
  kind(2, fc.tuple(place, nasty), ([at, by]) => nextBecomes(/[\p{L}_]+/gu, at, by)),
  // A piece is moved somewhere else, and a line is repeated there.
  kind(2, fc.tuple(place, length, place), ([at, count, to]) => (text) => {
    const from = within(text, at);
    const rest = replaced(text, from, count, '');
    return replaced(rest, within(rest, to), 0, text.slice(from, from + count));
  }),
  kind(2, fc.tuple(place, place), ([one, other]) => (text) => {
    const lines = text.split('\n');
    return lines.toSpliced(other % lines.length, 0, lines[one % lines.length] ?? '').join('\n');
  }),
  kind(
    1,
    fc.tuple(place, fc.constantFrom('[', '{"a":', '{', '(', '"'), fc.constantFrom(10, 40, 3000)),
    ([at, piece, times]) =>
      (text) =>
        replaced(text, within(text, at), 0, piece.repeat(times)),
  ),
);

/** The next number, or the next word, becomes something else. */
function nextBecomes(what: RegExp, at: number, by: string): Edit {
  return (text) => {
    what.lastIndex = within(text, at);
    const found = what.exec(text);
    return found === null ? text : replaced(text, found.index, found[0].length, by);
  };
}

/** Samples damaged in a few places, cut, or joined of two. */
export function damaged(samples: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const whole = fc.oneof(
    { weight: 6, arbitrary: samples },
    {
      weight: 1,
      arbitrary: fc
        .tuple(samples, samples, place, place)
        .map(([a, b, end, start]) => a.slice(0, within(a, end)) + b.slice(within(b, start))),
    },
  );
  return fc
    .tuple(whole, fc.array(edit, { maxLength: 6 }))
    .map(([text, edits]) => edits.reduce((now, change) => change(now), text));
}

/** The same for bytes. */
export function damagedBytes(samples: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Buffer> {
  const text = samples.map((bytes) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'),
  );
  return damaged(text).map((bytes) => Buffer.from(bytes, 'latin1'));
}
