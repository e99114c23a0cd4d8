import leven from 'leven';
import { tomlString } from '../../base/foreign-text.ts';
import { lineAt } from '../header.ts';
import { exampleOf, isTable, type JsonSchema } from './json-schema.ts';

/** Quotation marks of all kinds: TOML has the first two. */
export const TYPOGRAPHIC = /[“”„‟‘’‚‛«»‹›`´]/;
const QUOTES = `["'${TYPOGRAPHIC.source.slice(1, -1)}]`;
const QUOTED = new RegExp(`^${QUOTES}*(.*?)${QUOTES}*$`, 's');

/** Units of time, and the seconds in each. */
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(ms|milliseconds?)$/, 0.001],
  [/^(s|secs?|seconds?)$/, 1],
  [/^(mins?|minutes?)$/, 60],
  [/^(h|hours?)$/, 3600],
];

/** "1,000", where the comma is none of a decimal. */
export const THOUSANDS = /\b[1-9]\d{0,2}(,\d{3})+(?!\d)/;

const YES = new Set(['true', 'yes', 'on', 'y', '1', 'ja', 'oui', 'si', 'sí']);
const NO = new Set(['false', 'no', 'off', 'n', '0', 'nein', 'non']);

/**
 * The value that the author probably meant by a text.
 * @param text as it is in the file: with or without quotes of any kind, a unit, a comma
 * @param key the setting's own name, which has its unit at its end
 * @returns undefined where it is unknown, or not allowed
 */
export function meantBy(text: string, schema: JsonSchema, key: string): unknown {
  const bare = unquoted(text.trim().replace(/[;,\s]+$/, ''));
  if (schema.type === 'array' || (schema.anyOf !== undefined && /[,[]/.test(text))) {
    return listMeant(text, schema, key);
  }
  if (schema.type === 'boolean') {
    const word = bare.toLowerCase();
    if (YES.has(word)) return true;
    return NO.has(word) ? false : undefined;
  }
  if (schema.type === 'integer' || schema.type === 'number') return numberMeant(bare, schema, key);
  if (schema.enum !== undefined) return nearest(bare.toLowerCase(), schema.enum);
  return bare === '' ? undefined : bare;
}

function listMeant(text: string, schema: JsonSchema, key: string): unknown {
  const items = schema.items ?? schema.anyOf?.find((one) => one.items !== undefined)?.items;
  if (items === undefined) return undefined;
  const parts = text.replaceAll(/[[\]]/g, ' ').split(/[,;\s]+/);
  const values = parts.filter((part) => part !== '').map((part) => meantBy(part, items, key));
  return values.length === 0 || values.includes(undefined) ? undefined : values;
}

function numberMeant(text: string, { type, minimum, maximum }: JsonSchema, key: string): number | undefined {
  const pin = /^pin\s*(\d+)$/i.exec(text.trim());
  if (pin !== null) return lineAt(Number(pin[1]));
  const plain = text.trim().replace(THOUSANDS, (digits) => digits.replaceAll(',', ''));
  const amount = /^(?:gpio|bcm|[$€£])?\s*([-+]?[\d_]+(?:[.,]\d+)?)\s*(\D*)$/i.exec(plain);
  if (amount === null) return undefined;
  const [, digits = '', unit = ''] = amount;
  const number = Number(digits.replace(',', '.').replaceAll('_', ''));
  const written = unit.trim().toLowerCase().replace('.', '');
  const seconds = UNITS.find(([names]) => names.test(written))?.[1];
  const converted = seconds === undefined ? number : inUnitOf(key, number * seconds, number);
  const inPerCent = maximum === 1 && converted >= 10;
  const candidates = [
    converted,
    ...(key.endsWith('_s') ? [converted / 1000] : []),
    ...(inPerCent ? [converted / 100] : []),
  ];
  const fits = (value: number) =>
    value >= (minimum ?? -Infinity) &&
    value <= (maximum ?? Infinity) &&
    (type === 'number' || Number.isInteger(value));
  // 30000 where seconds are wanted was milliseconds, 80 where a share is wanted was per cent.
  return candidates.find(fits);
}

function inUnitOf(key: string, seconds: number, number: number): number {
  if (key.endsWith('_ms')) return Math.round(seconds * 1000);
  return key.endsWith('_s') ? seconds : number;
}

export function unquoted(text: string): string {
  return (QUOTED.exec(text)?.[1] ?? text).trim();
}

/** The word that was probably meant; undefined where all are too far away. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const first = known.toSorted((a, b) => leven(a, word) - leven(b, word))[0];
  // Beyond half of its letters it is another word.
  return first !== undefined && leven(first, word) <= Math.max(2, word.length / 2) ? first : undefined;
}

/** "a whole number of milliseconds from 0 to 2000". */
export function expected(schema: JsonSchema, path: readonly PropertyKey[]): string {
  if (isTable(schema)) return `a table: [${path.join('.')}]`;
  if (schema.title !== undefined) return schema.title;
  if (schema.enum !== undefined) {
    const words = schema.enum.map((word) => `"${word}"`);
    return words.length === 1 ? `${words[0]}` : `one of ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  }
  switch (schema.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
    case 'number':
      return `${schema.type === 'integer' ? 'a whole number' : 'a number'}${unit(path)}${range(schema)}`;
    case 'array':
      return 'a list';
    default:
      return schema.anyOf === undefined ? 'text in quotes' : 'text in quotes, or a list of them';
  }
}

function unit(path: readonly PropertyKey[]): string {
  const key = String(path.at(-1));
  if (key.endsWith('_ms')) return ' of milliseconds';
  if (key.endsWith('_s')) return ' of seconds';
  if (key.endsWith('_kib')) return ' of KiB';
  if (key.endsWith('_percent') || key === 'volume') return ' in per cent';
  if (key.endsWith('_budget')) return ' of dollars';
  return '';
}

function range({ minimum, maximum }: JsonSchema): string {
  const most = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const least = minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  if (least === undefined) return most === undefined ? '' : ` up to ${most}`;
  return most === undefined ? ` from ${least} on` : ` from ${least} to ${most}`;
}

/** The line as it should be. @param value undefined: an example stands for it */
export function rightLine(path: readonly PropertyKey[], schema: JsonSchema, value: unknown): string {
  const key = path.findLast((part) => typeof part === 'string') ?? '';
  if (isTable(schema)) return `[${path.join('.')}]`;
  return `${tomlKey(String(key))} = ${toml(value ?? exampleOf(schema, path))}`;
}

export function tomlKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : tomlString(key);
}

/** A value as TOML: JSON has the same form for what occurs here, but for tables. */
export function toml(value: unknown): string {
  if (typeof value === 'string')
    return value.includes('\\') && !/['\p{Cc}\p{Cs}]/u.test(value) ? `'${value}'` : tomlString(value);
  if (Array.isArray(value)) return `[${value.map(toml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, entry]) => `${tomlKey(key)} = ${toml(entry)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return JSON.stringify(value);
}
