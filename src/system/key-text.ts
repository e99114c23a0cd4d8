/** A key, or why what was given is none: in words that hold nothing of it, to follow "the key in FILE …". */
export type KeyText = { readonly key: string } | { readonly problem: string };

/** Longer is no key. Google's have 39 characters, or some 53. */
const MAX_LENGTH = 500;

/** Marks that nobody sees: soft hyphen, zero-width characters, marks of direction, byte order mark. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

const LINE_ENDS = /[\r\n\u2028\u2029]+/;

/** The value of a variable, a setting or a header: export GEMINI_API_KEY=…, api_key = …, x-goog-api-key: … */
const NAMED = /^(?:export\s+|set\s+)?(?<name>[a-z_][\w-]*key)\s*[=:](?<value>.*)$/i;

/** Of several names, the first that there is. */
const PREFERRED = ['GEMINI_API_KEY', 'GOOGLE_API_KEY'];

/** Opening marks with those that may close them, in the manners of several languages. */
const QUOTES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”“',
  '”': '”',
  '„': '“”',
  '‘': '’‘',
  '’': '’',
  '‚': '‘’',
  '«': '»',
  '»': '«',
};

/**
 * The key in what somebody piped in, pasted, exported or stored: without quotation marks, its name, white space and
 * marks that nobody sees. Comments and empty lines are passed over.
 */
export function keyIn(text: string): KeyText {
  const lines = text
    .replaceAll(INVISIBLE, '')
    .split(LINE_ENDS)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) return { problem: 'is empty' };
  if (/^[{[]/.test(lines[0] ?? '')) return { problem: 'is JSON, and a key is not' };
  const named = lines.flatMap((line) => {
    const { name, value } = NAMED.exec(line)?.groups ?? {};
    return name === undefined || value === undefined ? [] : [{ name, value: value.trim() }];
  });
  const chosen = PREFERRED.flatMap((wanted) =>
    named.filter(({ name, value }) => name.toUpperCase() === wanted && value !== ''),
  );
  const first = chosen.filter(({ name }) => name === chosen[0]?.name);
  const given = first.length > 0 ? first : named;
  const values = [...new Set(given.length > 0 ? given.map(({ value }) => value) : lines)];
  if (values.length > 1) return { problem: `has ${values.length} lines that may be the key, and there is one key` };
  return checked(values[0] ?? '');
}

function checked(quoted: string): KeyText {
  const key = unquoted(quoted);
  if (key === undefined) return { problem: 'has a quotation mark at one end only' };
  if (key === '') return { problem: 'is empty' };
  if (/\s/.test(key)) return { problem: 'has white space in the middle' };
  const odd = /[^\x21-\x7e]/u.exec(key)?.[0].codePointAt(0);
  if (odd !== undefined) {
    const name = `U+${odd.toString(16).toUpperCase().padStart(4, '0')}`;
    return { problem: `has the character ${name}, and keys have letters, digits and ASCII signs only` };
  }
  if (key.length > MAX_LENGTH) return { problem: `has ${key.length} characters, and a key has ${MAX_LENGTH} at most` };
  return { key };
}

/** @returns undefined where a mark at one end has none at the other */
function unquoted(text: string): string | undefined {
  const [open = ''] = text;
  const last = text.at(-1) ?? '';
  const closing = QUOTES[open];
  const marks = Object.entries(QUOTES).flat().join('');
  if (closing === undefined) return marks.includes(last) && last !== '' ? undefined : text;
  if (text.length < 2 || !closing.includes(last)) return undefined;
  return text.slice(1, -1).trim();
}
