import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { eld } from 'eld/extrasmall';

/**
 * The library `eld` with its smallest database, kept small: as a module, the database's 50,000 objects cost 80 MB and
 * this reads the same file into 1. The library's own detector works on it, without knowing.
 */

type Detector = typeof eld;

/** The library's inner function by which its entries make a detector; `loadData` takes the database. */
type CreateEld = () => { readonly instance: Detector; readonly loadData: (database: object) => void };

/** With this the weights of all pieces of words begin: {'piece':{language:weight,…},…}. */
const PIECES = 'ngrams:{';

const ZERO = '0'.charCodeAt(0);

const manifest = findPackageJSON('eld', import.meta.url);
if (manifest === undefined) throw new Error('the package eld is not there');
const source = path.join(path.dirname(manifest), 'src');

const { createEld } = (await import(pathToFileURL(path.join(source, 'languageDetector.js')).href)) as {
  createEld: CreateEld;
};
const { instance, loadData } = createEld();
loadData(databaseIn(readFileSync(path.join(source, 'ngrams', 'extrasmall.js'), 'utf8')));

/** Tells the language of a text, as `eld/extrasmall` does. */
export const detector: Detector = instance;

/**
 * The database from the text of its module. The detector looks a piece up by its name and goes through what it finds.
 * @throws Error when the text is not what it was
 */
function databaseIn(text: string): object {
  const type = /type:'(\w+)'/.exec(text)?.[1];
  const listed = /languages:\{([^}]*)\}/.exec(text)?.[1] ?? '';
  const languages = Object.fromEntries(
    [...listed.matchAll(/(\d+):'(\w+)'/g)].map(([, number = '', code = '']) => [Number(number), code]),
  );
  const begin = text.indexOf(PIECES);
  if (type === undefined || begin < 0) throw new Error('the database of eld has another form');
  const weights = weightsIn(text, begin + PIECES.length);
  const ngrams = new Proxy({}, { get: (_, piece) => weights(String(piece)) });
  return { type, languages, ngrams };
}

/** @returns the weights of a piece, by the number of the language */
function weightsIn(text: string, begin: number): (piece: string) => Record<number, number> | undefined {
  // For each piece: the length of its name, the name, how many pairs there are, and the pairs: the number of a language
  // and its weight. Nothing begins at 0: that is the mark of a free place in the table.
  const entries = new Uint8Array(text.length - begin);
  let end = 1;
  let count = 0;
  let at = begin;
  for (; text[at] !== '}' && at < text.length; count++) {
    const [name, listAt] = nameAt(text, at);
    entries[end++] = name.length;
    for (let i = 0; i < name.length; i++) entries[end++] = name.charCodeAt(i);
    const pairsAt = end++;
    let number = 0;
    for (at = listAt + 2; text[at - 1] !== '}' && at < text.length; at++) {
      const digit = text.charCodeAt(at) - ZERO;
      if (digit >= 0 && digit <= 9) number = 10 * number + digit;
      else {
        entries[end++] = number;
        number = 0;
      }
    }
    entries[pairsAt] = (end - pairsAt - 1) / 2;
    if (text[at] === ',') at++;
  }
  if (!text.startsWith('}}', at)) throw new Error(`the database of eld can not be read at ${at}`);
  return lookUp(entries.slice(0, end), count);
}

/** A hash table with open addressing (Knuth, TAOCP 6.4, algorithm L), at most half full: a Map of names costs 2 MB more. */
function lookUp(entries: Uint8Array, count: number): (piece: string) => Record<number, number> | undefined {
  const byte = (at: number) => entries[at] ?? 0;
  const table = new Uint32Array(2 ** Math.ceil(Math.log2(2 * count)));
  const mask = table.length - 1;
  for (let entry = 1; entry < entries.length; ) {
    const pairsAt = entry + 1 + byte(entry);
    let place = hashOf(byte(entry), (i) => byte(entry + 1 + i)) & mask;
    while (table[place] !== 0) place = (place + 1) & mask;
    table[place] = entry;
    entry = pairsAt + 1 + 2 * byte(pairsAt);
  }
  const isAt = (entry: number, piece: string) => {
    if (byte(entry) !== piece.length) return false;
    for (let i = 0; i < piece.length; i++) if (byte(entry + 1 + i) !== piece.charCodeAt(i)) return false;
    return true;
  };
  return (piece) => {
    let place = hashOf(piece.length, (i) => piece.charCodeAt(i)) & mask;
    while (table[place] !== 0 && !isAt(table[place] ?? 0, piece)) place = (place + 1) & mask;
    const entry = table[place] ?? 0;
    if (entry === 0) return undefined;
    const weights: Record<number, number> = {};
    const pairsAt = entry + 1 + piece.length;
    const after = pairsAt + 1 + 2 * byte(pairsAt);
    for (let i = pairsAt + 1; i < after; i += 2) weights[byte(i)] = byte(i + 1);
    return weights;
  };
}

/** FNV-1a, 32 bits (draft-eastlake-fnv). */
function hashOf(length: number, byteAt: (i: number) => number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ byteAt(i), 0x01000193);
  return hash >>> 0;
}

/** The name that begins there, in quotation marks where it needs them, and the place of the colon after it. */
function nameAt(text: string, at: number): [name: string, colonAt: number] {
  if (text[at] !== "'") {
    const colonAt = text.indexOf(':', at);
    return [text.slice(at, colonAt), colonAt];
  }
  let end = at + 1;
  while (end < text.length && text[end] !== "'") end += text[end] === '\\' ? 2 : 1;
  const name = text.slice(at + 1, end);
  return [name.includes('\\') ? name.replaceAll(/\\(.)/g, '$1') : name, end + 1];
}
