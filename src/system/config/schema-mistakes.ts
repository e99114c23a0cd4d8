import type { z } from 'zod';
import { withoutPassword } from '../../base/addresses.ts';
import { isObject } from '../../base/foreign-text.ts';
import { error, isNameOfKey, KEY_DOES_NOT_BELONG, type Remark } from './finding.ts';
import { isTable, type JsonSchema, placesNamed, schemaAt } from './json-schema.ts';
import { expected, meantBy, nearest, rightLine, toml } from './meant.ts';
import { valueAt } from './names.ts';

/** What the schema has found, for the author of the file. @param given as it is in the file */
export function schemaMistakes(issue: z.core.$ZodIssue, given: unknown): readonly Remark[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return error(path, unknownName(issue.path, key, valueAt(given, path)), 'name');
    });
  }
  if (issue.code === 'invalid_key') {
    return [error(issue.path, issue.issues[0]?.message ?? issue.message, 'name')];
  }
  return [error(issue.path, wrongValue(issue, valueAt(given, issue.path)))];
}

/** Messages of our own schema say all; those of the library are its own English. */
const OF_THE_LIBRARY = /^(Invalid|Too (small|big)|Unrecognized)/;

function wrongValue({ path, message }: z.core.$ZodIssue, found: unknown): string {
  const schema = schemaAt(path);
  if (schema === undefined) return message;
  const key = String(path.findLast((part) => typeof part === 'string'));
  if (isTable(schema) && !isObject(found)) return tableNeeded(path, schema, found);
  // An address may hold a password.
  const value = typeof found === 'string' ? withoutPassword(found) : found;
  const shown = `found ${found instanceof Date ? 'a date or time without quotes' : toml(value)}`;
  if (!OF_THE_LIBRARY.test(message)) {
    return isObject(found) || message.startsWith(`"${found}"`) ? message : `${shown}: ${message}`;
  }
  const why = reason(found, schema);
  const needs = `needs ${expected(schema, path)}`;
  const right = meant(found, schema, key);
  const whole = typeof path.at(-1) === 'number' ? '' : `, like ${rightLine(path, schema, undefined)}`;
  if (right === undefined) return `${shown}${why}; ${needs}${whole}`;
  const line = typeof path.at(-1) === 'number' ? toml(right) : rightLine(path, schema, right);
  return `${shown}${why}; ${needs}: write ${line}`;
}

function meant(found: unknown, schema: JsonSchema, key: string): unknown {
  if (Array.isArray(found)) return found.length === 1 ? meantBy(String(found[0]), schema, key) : undefined;
  if (typeof found === 'object') return undefined;
  const value = meantBy(String(found), schema, key);
  return value === found ? undefined : value;
}

function reason(found: unknown, { type }: JsonSchema): string {
  if (found === '' || (Array.isArray(found) && found.length === 0)) return ': must not be empty';
  if (Array.isArray(found)) return type === 'array' ? '' : ', a list where one value belongs';
  if (type === 'array') return ', one value where a list belongs';
  if (typeof found !== 'string') return '';
  if (type === 'boolean') return ': true and false stand without quotes';
  if (type !== 'integer' && type !== 'number') return '';
  return /^[\d.]+$/.test(found) ? ': a number stands without quotes' : '';
}

function tableNeeded(path: readonly PropertyKey[], schema: JsonSchema, found: unknown): string {
  const name = path.join('.');
  if (Array.isArray(found) && found.every((one) => typeof one === 'object'))
    return `found [[${name}]], a list of tables; needs one table: write [${name}]`;
  const settings = Object.entries(schema.properties ?? {}).filter(([, entry]) => !isTable(entry));
  const [key, setting] = settings.find(([, { default: value }]) => value !== undefined) ?? settings[0] ?? [];
  const like =
    key === undefined || setting === undefined
      ? ''
      : `, and below it lines like ${rightLine([...path, key], setting, undefined)}`;
  return `found ${toml(found)}; needs a table: write [${name}]${like}`;
}

/** Where it belongs what is not known here, or what known one was probably meant, or all that there are. */
function unknownName(path: readonly PropertyKey[], key: string, found: unknown): string {
  if (isNameOfKey(key)) return KEY_DOES_NOT_BELONG;
  if ([...path, key].join('.') === 'panel.leds.reconnect') {
    return 'is the old name of trouble, which is there as well: keep one of them';
  }
  const isTableHere = isObject(found);
  const named = (place: readonly PropertyKey[]) => `[${place.join('.')}]`;
  const is = `there is no such ${isTableHere ? 'table' : 'setting'}${path.length === 0 ? '' : ` in ${named(path)}`}`;
  const places = placesNamed(key).filter((place) => fits(found, schemaAt(place), key));
  if (places.length > 0) {
    const there = places.map((place) => named(isTableHere ? place : place.slice(0, -1))).join(' or ');
    return isTableHere ? `${is}; needs ${there}` : `${is}; ${key} belongs in ${there}`;
  }
  const known = Object.keys(schemaAt(path)?.properties ?? {});
  const shown = (name: string) => (isTableHere || path.length === 0 ? named([...path, name]) : name);
  const meant = nearest(key.toLowerCase(), known);
  if (meant === undefined && path.length === 0) return `${is}; dragoman config defaults lists all`;
  return meant === undefined
    ? `${is}; there is ${known.map(shown).join(', ')}`
    : `${is}; did you mean ${shown(meant)}?`;
}

/** Whether something like it may stand in a setting, or in a table. */
function fits(found: unknown, schema: JsonSchema | undefined, key: string): boolean {
  if (schema === undefined || isTable(schema) || isObject(found)) return isTable(schema) === isObject(found);
  return meantBy(toml(found), schema, key) !== undefined;
}
