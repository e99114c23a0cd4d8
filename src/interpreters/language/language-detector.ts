import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { eld } from 'eld/extrasmall';

/**
 * The library `eld` with its smallest database, in little memory: imported as a module, the 50,000 objects of the database
 * take 80 MB. Here the file stays text, with an index of 4 MB. The library's own detector works on it unchanged.
 */

type Detector = typeof eld;

/** The library's inner function by which its entries make a detector; `loadData` takes the database. */
type CreateEld = () => { readonly instance: Detector; readonly loadData: (database: object) => void };

/** A number and its value, as in {12:345,…} or {0:'am',…}. */
const PAIR = /(\d+):'?(\w+)/g;

/** The name of a piece of words, in quotation marks where it needs them, up to the weights that follow it. */
const PIECE = /(?:'((?:[^'\\]|\\.)*)'|([^'{}:,]+)):\{(?=\d)/g;

const manifest = findPackageJSON('eld', import.meta.url);
if (manifest === undefined) throw new Error('the package eld is missing');
const source = path.join(path.dirname(manifest), 'src');

const { createEld } = (await import(pathToFileURL(path.join(source, 'languageDetector.js')).href)) as {
  createEld: CreateEld;
};
const { instance, loadData } = createEld();
loadData(databaseIn(readFileSync(path.join(source, 'ngrams', 'extrasmall.js'), 'utf8')));

/** Identifies the language of a text, as `eld/extrasmall` does. */
export const detector: Detector = instance;

/**
 * The database from the text of its module. The detector looks up a piece by its name and iterates over its weights.
 * @throws Error when the text has another form
 */
function databaseIn(text: string): object {
  const type = /type:'(\w+)'/.exec(text)?.[1];
  const listed = /languages:(\{[^}]*\})/.exec(text)?.[1];
  const begin = text.indexOf('ngrams:{');
  if (type === undefined || listed === undefined || begin < 0 || !text.trimEnd().endsWith('}}};'))
    throw new Error('the database of eld has another form');
  const places = new Map<string, number>();
  for (const { 0: match, 1: quoted, 2: bare, index } of text.matchAll(PIECE)) {
    const name = bare ?? quoted?.replaceAll(/\\(.)/g, '$1') ?? '';
    if (index > begin) places.set(name, index + match.length);
  }
  /** The weights of a piece, by the number of the language. */
  const weights = (piece: string) => {
    const at = places.get(piece);
    return at === undefined ? undefined : objectIn(text.slice(at, text.indexOf('}', at)), Number);
  };
  const ngrams = new Proxy({}, { get: (_, piece) => weights(String(piece)) });
  return { type, languages: objectIn(listed, String), ngrams };
}

function objectIn<T>(text: string, parse: (value: string) => T): Record<string, T> {
  const pairs = text.matchAll(PAIR).map(([, number = '', value = '']) => [number, parse(value)] as const);
  return Object.fromEntries(pairs);
}
