/** A key, or why what was given is none: in words that hold nothing of it, to follow "the key in FILE …". */
export type KeyText = { readonly key: string } | { readonly problem: string };

/** Longer is no key. Google's have 39 characters, or some 53. */
const MAX_LENGTH = 500;

/** Invisible marks: soft hyphen, zero-width characters, marks of direction, byte order mark. */
const INVISIBLE = /[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

const LINE_ENDS = /[\r\n\u2028\u2029]+/;

/** The value of a variable, a setting or a header: export GEMINI_API_KEY=…, api_key = …, x-goog-api-key: …, key=… */
const NAMED = /^(?:export\s+|set\s+|\$env:)?(?<name>(?:[a-z_][\w-]*)?key)\s*[=:](?<value>.*)$/i;

/** Of several names, the first that there is. */
const PREFERRED = ['GEMINI_API_KEY', 'GOOGLE_API_KEY'];

/** Opening marks, each with those that may close it, in the manners of several languages. */
const QUOTES = ['""', "''", '``', '“”“', '””', '„“”', '‘’‘', '’’', '‚‘’', '«»', '»«', '<>', '「」', '＂＂'];

/** Names in Unicode of what gets into a key by accident: from a word processor, a web page, a broken file. */
const NAMES: Readonly<Record<string, string>> = {
  '\0': 'NULL',
  '\t': 'TAB',
  ' ': 'SPACE',
  '\u00a0': 'NO-BREAK SPACE',
  '\u2010': 'HYPHEN',
  '\u2011': 'NON-BREAKING HYPHEN',
  '\u2012': 'FIGURE DASH',
  '\u2013': 'EN DASH',
  '\u2014': 'EM DASH',
  '\u2212': 'MINUS SIGN',
  '\u2018': 'LEFT SINGLE QUOTATION MARK',
  '\u2019': 'RIGHT SINGLE QUOTATION MARK',
  '\u201c': 'LEFT DOUBLE QUOTATION MARK',
  '\u201d': 'RIGHT DOUBLE QUOTATION MARK',
  '\u201e': 'DOUBLE LOW-9 QUOTATION MARK',
  '\u2022': 'BULLET',
  '\u2026': 'HORIZONTAL ELLIPSIS',
  '\ufffd': 'REPLACEMENT CHARACTER',
};

/** What else a character may be, by its Unicode properties. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Cyrillic}/u, 'a Cyrillic letter'],
  [/\p{Script=Greek}/u, 'a Greek letter'],
  [/\p{L}/u, 'a letter that is not ASCII'],
  [/\s/u, 'white space'],
  [/\p{Cc}/u, 'a control character'],
];

/**
 * The key in what was piped in, pasted, exported or stored: without quotation marks, its name, white space and
 * invisible marks. Comments and empty lines are passed over.
 * @returns undefined where nothing was given
 */
export function keyIn(text: string): KeyText | undefined {
  // Read as UTF-8, every second byte of a file in UTF-16 is NULL.
  if (/^(?:\ufffd\ufffd)?(?:[^\0]\0|\0[^\0]){2}/.test(text))
    return { problem: 'is text in UTF-16: save it as UTF-8' };
  const lines = text
    .replaceAll(INVISIBLE, '')
    .split(LINE_ENDS)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (/^[{[]/.test(lines[0] ?? '')) return { problem: 'is JSON, and a key is not' };
  const named = lines.flatMap((line) => {
    const { name, value } = NAMED.exec(line)?.groups ?? {};
    return name === undefined || value === undefined
      ? []
      : [{ name: name.toUpperCase(), value: unquoted(value) }];
  });
  const wanted = PREFERRED.find((name) => named.some((line) => line.name === name && line.value !== ''));
  const given = wanted === undefined ? named : named.filter(({ name }) => name === wanted);
  const values = named.length > 0 ? given.map(({ value }) => value) : lines.map(unquoted);
  const [key, ...others] = new Set(values.filter((value) => value !== ''));
  if (key === undefined) return undefined;
  if (others.length > 0)
    return { problem: `has ${others.length + 1} lines that may be the key, and there is one key` };
  const problem = problemOf(key);
  return problem === undefined ? { key } : { problem };
}

function problemOf(key: string): string | undefined {
  if (key.includes('://')) return 'is an address, and a key is not';
  if (key.length > MAX_LENGTH) return `has ${key.length} characters, and a key has ${MAX_LENGTH} at most`;
  const characters = [...key];
  const at = characters.findIndex((character) => !/^[\x21-\x7e]$/.test(character));
  if (at >= 0) {
    const place = `as character ${at + 1} of ${characters.length}`;
    return `has ${nameOf(characters[at] ?? '')} ${place}, and keys have letters, digits and ASCII signs only`;
  }
  return /["'`]/.test(key) ? 'has a quotation mark at one end only, or within' : undefined;
}

/** A character by its code point, with its name or kind where that is known. */
function nameOf(character: string): string {
  const point = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const name = NAMES[character] ?? KINDS.find(([pattern]) => pattern.test(character))?.[1];
  return name === undefined ? point : `${point} (${name})`;
}

/** Without white space, a pair of quotation marks, and what ends a statement after them. */
function unquoted(text: string): string {
  const value = text.trim().replace(/\s*[;,]$/, '');
  const closing = QUOTES.find((marks) => marks[0] === value[0])?.slice(1);
  const pair = value.length > 1 && closing?.includes(value.at(-1) ?? '') === true;
  return pair ? value.slice(1, -1).trim() : value;
}
