/**
 * Escapes untrusted text: names of devices and files, values of a configuration, texts of the service, pages of proxies.
 */

/** Control characters, lone surrogates, and what changes the direction or the line of the text around it. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const LINE_OR_TAB = /[\s\u0085]/u;

/** The most characters that are shown of a text of others by default. */
const MOST = 200;

/**
 * One line for a terminal: a line end or a tab becomes a space, any other control character U+FFFD. Marks for a change of
 * direction count as control characters.
 * @param most a longer text is cut and ends with "…", in code points
 */
export function printable(text: string, most: number = MOST): string {
  // A code point has two units at most: of an endless text no more is looked at.
  const shown = [...withoutControls(text.slice(0, 2 * most + 2))];
  return shown.length <= most ? shown.join('') : `${shown.slice(0, most - 1).join('')}…`;
}

/** The same for a text of several lines, which is not cut. */
export function printableLines(text: string): string {
  return text.split('\n').map(withoutControls).join('\n');
}

function withoutControls(line: string): string {
  return line.replaceAll(UNPRINTABLE, (char) => (LINE_OR_TAB.test(char) ? ' ' : '\ufffd'));
}

/**
 * JSON that is printable as it stands: what `JSON.stringify` leaves of the unprintable characters is escaped, too.
 * @param indent spaces for each level; 0 for a single line
 */
export function jsonText(value: unknown, indent = 0): string {
  return escapedJson(JSON.stringify(value, null, indent));
}

/** The same of what is JSON already: outside of its strings there is nothing to escape but line ends, which stay. */
export function escapedJson(json: string): string {
  return json.replaceAll(UNPRINTABLE, (char) =>
    char === '\n' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The value that a text in JSON stands for; undefined where it is no JSON. */
export function valueOfJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value that was read has named fields: an object of JSON or a table of TOML. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string of TOML: as in JSON, but for the character DEL, and without lone surrogates. */
export function tomlString(text: string): string {
  return jsonText(text.toWellFormed());
}

/** A string of ALSA's configuration (alsa-lib, src/conf.c), which may hold line ends; a NUL would end its file. */
export function alsaString(text: string): string {
  return `"${text.replaceAll('\0', '').replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Text and attributes of SVG and HTML; XML has no control characters, however they are written. */
export function markup(text: string): string {
  return printableLines(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
