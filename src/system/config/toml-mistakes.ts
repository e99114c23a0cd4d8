import { parseTOML } from 'toml-eslint-parser';
import { jsonText, tomlString } from '../../base/foreign-text.ts';
import { error, type Finding, isNameOfKey, KEY_DOES_NOT_BELONG } from './finding.ts';
import { isTable, schemaAt } from './json-schema.ts';
import { expected, meantBy, nearest, rightLine, THOUSANDS, TYPOGRAPHIC, tomlKey, unquoted } from './meant.ts';

/** What the parser says. */
export interface ParserError {
  readonly lineNumber: number;
  /** From 0. */
  readonly column: number;
  readonly message: string;
}

/** What is wrong with a text that is no TOML, for its author. */
export function tomlMistake(text: string, { lineNumber, column, message }: ParserError): Finding {
  const lines = text.split(/\r?\n/);
  if (message.startsWith('Defining a key multiple times')) return twice(lines, lineNumber, column);
  const at = culprit(lines, lineNumber);
  const line = lines[at - 1] ?? '';
  const column1 = at === lineNumber ? column + 1 : 1 + line.search(/\S|$/);
  const sentence =
    mistakeIn(line, tableAbove(lines, at)) ?? `is no TOML: ${message} (found ${jsonText(line.trim())})`;
  return { ...error([], sentence), key: '', place: { line: at, column: column1 } };
}

/** The parser stops where it does not know any further: the mistake may be in a line before. */
function culprit(lines: readonly string[], stopped: number): number {
  for (let at = stopped; at >= 1; at--) {
    if (!isToml(lines[at - 1] ?? '')) return at;
  }
  return stopped;
}

function isToml(text: string): boolean {
  try {
    parseTOML(text, { tomlVersion: '1.0.0' });
    return true;
  } catch {
    return false;
  }
}

const HEADER = /^\s*\[\s*([\w.-]+)\s*\]/;

function tableAbove(lines: readonly string[], at: number): readonly string[] {
  const header = lines.slice(0, at - 1).findLast((line) => HEADER.test(line));
  return HEADER.exec(header ?? '')?.[1]?.split('.') ?? [];
}

function twice(lines: readonly string[], at: number, column: number): Finding {
  const line = lines[at - 1]?.trim() ?? '';
  const header = HEADER.exec(line)?.[1];
  const place = { line: at, column: column + 1 };
  const mistake = (sentence: string) => ({ ...error([], sentence, 'name'), key: '', place });
  if (header !== undefined) {
    const first = lines.findIndex((one) => HEADER.exec(one)?.[1] === header) + 1;
    return mistake(`the table [${header}] is there twice, first in line ${first}: put its settings into one`);
  }
  const key = line.split('=')[0]?.trim() ?? '';
  const start = lines.slice(0, at - 1).findLastIndex((one) => HEADER.test(one)) + 1;
  const first = lines.slice(start, at - 1).findIndex((one) => one.split('=')[0]?.trim() === key);
  const where = first < 0 ? '' : `, first in line ${start + first + 1}`;
  return mistake(`${key} is there twice${where}: remove one`);
}

/** Signs that can't be seen, from web pages, chats and word processors. */
const INVISIBLE = /[\u00A0\u00AD\u2000-\u200F\u2028\u2029\u202A-\u202F\u2060\u3000\uFEFF]/;

/** @returns undefined where the line shows nothing that is known */
function mistakeIn(line: string, table: readonly string[]): string | undefined {
  const text = line.trim();
  const invisible = INVISIBLE.exec(line)?.[0];
  if (invisible !== undefined && isToml(line.replaceAll(new RegExp(INVISIBLE, 'g'), ' '))) {
    const code = invisible.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return `has a sign that can't be seen (U+${code}, as in text from a web page): type the blank anew`;
  }
  if (/^(<{7}|={7}|>{7}|\|{7})/.test(text))
    return 'is the mark of a merge conflict: keep one of the two versions';
  if (/^(\/\/|\/\*|;|--|<!--|%|')/.test(text)) return 'a comment begins with #';
  if (/^[{}]/.test(text)) return 'is JSON: this file is TOML, with lines like host = "de" below [languages]';
  if (/^([[(<]|[\w.-]+\]+$)/.test(text)) return header(text);
  const parts = /^(.*?)\s*(:=|=>|==|=|:)\s*(.*)$/.exec(splitAtEquals(text));
  return parts === null ? noEquals(text, table) : setting(parts, table);
}

/** Where there is "=", a colon before it belongs to the name. */
function splitAtEquals(text: string): string {
  return /^[^=]*:[^=]*=/.test(text) && !/^[^:=]*(:=|:\s)/.test(text) ? text.replaceAll(':', ';') : text;
}

function header(text: string): string {
  const [inside = ''] = text.replace(/^[[(<\s]+/, '').split(/[\])>#=]/, 1);
  const name = inside
    .trim()
    .split(/[\s./:]+/)
    .map((part) => unquoted(part).toLowerCase())
    .filter((part) => part !== '')
    .join('.');
  const rest = /\]+\s*([^#\]\s].*)$/.exec(text)?.[1];
  if (rest !== undefined) return `what follows [${name}] belongs on a line of its own: ${rest}`;
  if (!/^\[/.test(text)) return `a table has brackets around its name: write [${name}]`;
  if (!/\]\s*(#.*)?$/.test(text)) return `the closing bracket is missing: write [${name}]`;
  return `is no name of a table: write [${name}]`;
}

function noEquals(text: string, table: readonly string[]): string {
  const [, key = text, value = ''] = /^([^\s]+)\s+(.*)$/.exec(text) ?? [];
  if (key === '') return 'is no setting: needs a line like host = "de"';
  const schema = schemaAt([...table, key]);
  if (schema === undefined && isNameOfKey(key)) return KEY_DOES_NOT_BELONG;
  if (schema !== undefined && isTable(schema) && value === '') {
    return `a table has brackets around its name: write [${[...table, key].join('.')}]`;
  }
  if (schema === undefined && value === '') return `${key} is no setting: it has no = and no value`;
  return `there is no = between setting and value: ${advice([...table, key], value)}`;
}

function setting([, name = '', sign = '=', raw = '']: readonly string[], table: readonly string[]): string {
  const key = unquoted(name);
  const path = [...table, ...(/^[\w.-]+$/.test(name) ? name.split('.') : [key])];
  const value = withoutComment(raw);
  const schema = schemaAt(path);
  if (schema === undefined && isNameOfKey(key)) return KEY_DOES_NOT_BELONG;
  if (sign === ':' && value === '') {
    return `a table has brackets around its name, and no colon: write [${[...table, key].join('.')}]`;
  }
  const right = advice(path, value);
  if (sign !== '=') return `found ${sign} where TOML has = between setting and value: ${right}`;
  if (TYPOGRAPHIC.test(name)) return `${typographic(name)}: ${right}`;
  if (!isToml(`${name} = 0`)) return `a name with blanks or signs in it needs quotes: ${right}`;
  if (value === '') return `${key} has no value: ${right}`;
  return `${wrongValue(value, schema, path)}: ${right}`;
}

type Known = ReturnType<typeof schemaAt>;

/** What is wrong with a value that TOML does not take. */
function wrongValue(value: string, schema: Known, path: readonly string[]): string {
  if (TYPOGRAPHIC.test(value)) return typographic(value);
  const [first = ''] = value;
  const plain = value.replace(/[;,]+$/, '');
  if (plain !== value && isToml(`x = ${plain}`))
    return `nothing may follow a value (found ${value.slice(plain.length)})`;
  if (first === '[') {
    return value.includes(']')
      ? `found ${value}: in a list, text needs quotes and commas stand between`
      : 'the closing bracket of the list is missing';
  }
  if (schema?.type === 'array') return `found ${value}: a list needs brackets around it`;
  if (first === '"' && value.includes('\\')) return 'in "…" a backslash begins a sign of its own';
  if (/^(true|false)$/i.test(value)) return `found ${value}: true and false are in lower case`;
  if (first === '"' || first === "'") {
    return value.indexOf(first, 1) < 0
      ? `the quotation mark at the end is missing (found ${value})`
      : `found ${value}: nothing may follow the text in quotes`;
  }
  if (/["']$/.test(value)) return `the quotation mark at the beginning is missing (found ${value})`;
  const needs = schema === undefined || isTable(schema) ? '' : `; needs ${expected(schema, path)}`;
  switch (schema?.type) {
    case 'boolean':
      return `found ${value}${needs}`;
    case 'integer':
    case 'number':
      return `found ${value}: ${numberReason(value)}${needs}`;
    default:
      return `found ${value}: text needs quotes`;
  }
}

function numberReason(value: string): string {
  if (THOUSANDS.test(value)) return 'a number has no comma';
  if (/^\d+,\d+$/.test(value)) return 'a decimal has a point, and no comma';
  if (/^0\d/.test(value)) return 'a number does not begin with 0';
  return 'a number stands alone, without a unit or a sign';
}

function typographic(text: string): string {
  return `${TYPOGRAPHIC.exec(text)?.[0]} is a typographic quotation mark, and TOML has the plain " only`;
}

function withoutComment(value: string): string {
  return value.replace(/\s+#[^"']*$/, '').trim();
}

/** The line as it should be; where the value that was meant is unknown, one like it. */
function advice(path: readonly string[], value: string): string {
  const schema = schemaAt(path);
  const key = path.at(-1) ?? '';
  if (schema !== undefined) {
    const meant = value === '""' && schema.type === 'string' ? '' : meantBy(value, schema, key);
    return `${value === '' || meant !== undefined ? 'write' : 'like'} ${rightLine(path, schema, meant)}`;
  }
  const known = nearest(key.toLowerCase(), Object.keys(schemaAt(path.slice(0, -1))?.properties ?? {}));
  const bare = value.replace(/[;,]+$/, '');
  const plain = bare !== '' && isToml(`x = ${bare}`) ? bare : tomlString(unquoted(bare) || '…');
  return `write ${tomlKey(known ?? key)} = ${plain}`;
}
