import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { eld } from 'eld/extrasmall';

/**
 * The library `eld` with its smallest database, kept small: as a module, the database's 50,000 objects cost 80 MB and
 * this reads the same file into 5. The library's own detector works on it, without knowing.
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
  const places = new Map<string, number>();
  // For each piece how many pairs there are, and the pairs: the number of a language and its weight.
  const pairs = new Uint8Array(text.length - begin);
  let end = 0;
  let at = begin;
  while (text[at] !== '}' && at < text.length) {
    const [name, listAt] = nameAt(text, at);
    places.set(name, end);
    const countAt = end++;
    let number = 0;
    for (at = listAt + 2; text[at - 1] !== '}' && at < text.length; at++) {
      const digit = text.charCodeAt(at) - ZERO;
      if (digit >= 0 && digit <= 9) number = 10 * number + digit;
      else {
        pairs[end++] = number;
        number = 0;
      }
    }
    pairs[countAt] = (end - countAt - 1) / 2;
    if (text[at] === ',') at++;
  }
  if (!text.startsWith('}}', at)) throw new Error(`the database of eld can not be read at ${at}`);
  const kept = pairs.slice(0, end);
  return (piece) => {
    const place = places.get(piece);
    if (place === undefined) return undefined;
    const weights: Record<number, number> = {};
    const after = place + 1 + 2 * (kept[place] ?? 0);
    for (let i = place + 1; i < after; i += 2) weights[kept[i] ?? 0] = kept[i + 1] ?? 0;
    return weights;
  };
}

/** The name that begins there, in quotation marks where it needs them, and the place of the colon behind it. */
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
