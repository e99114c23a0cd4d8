/** The system libraries and data that the phrasebook needs, and the packages to install where they are missing. */

import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Explained } from '../base/errors.ts';

/** Something that the phrasebook needs is not installed. The message names it and its package. */
export class MissingDependency extends Explained {}

/** Debian's names of multi-architecture library folders, by `process.arch`. */
const MULTIARCH: Readonly<Record<string, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  arm: 'arm-linux-gnueabihf',
  riscv64: 'riscv64-linux-gnu',
};

function folders(): string[] {
  const triplet = MULTIARCH[process.arch];
  const multiarch = triplet === undefined ? [] : [`/usr/lib/${triplet}`, `/lib/${triplet}`];
  return ['/usr/local/lib', ...multiarch, '/usr/lib', '/lib', '/usr/lib64'];
}

/**
 * The full path of a shared library whatever its version: libpocketsphinx.so.3 on Debian 12 and 13, the highest
 * number where there are several.
 * @throws MissingDependency when there is none.
 */
export function findLibrary(name: string, packages: string, places: readonly string[] = folders()): string {
  for (const folder of places) {
    if (!existsSync(folder)) continue;
    const found = readdirSync(folder)
      .filter((file) => file.startsWith(`${name}.so.`) && /^[0-9]+$/.test(file.slice(name.length + 4)))
      .sort((a, b) => Number(b.slice(name.length + 4)) - Number(a.slice(name.length + 4)))[0];
    if (found !== undefined) return join(folder, found);
  }
  throw new MissingDependency(
    `the library ${name}.so is not installed (looked in ${places.join(', ')}); run: apt-get install ${packages}`,
  );
}

/** The acoustic model (16 kHz, US English) and its dictionary, from Debian's pocketsphinx-en-us. */
export interface Model {
  readonly acoustic: string;
  readonly dictionary: string;
}

const MODEL_FOLDER = '/usr/share/pocketsphinx/model/en-us';

/** @throws MissingDependency when a part of the model is missing. */
export function findModel(folder: string = MODEL_FOLDER): Model {
  const model = { acoustic: join(folder, 'en-us'), dictionary: join(folder, 'cmudict-en-us.dict') };
  for (const path of [join(model.acoustic, 'mdef'), model.dictionary]) {
    if (!existsSync(path)) {
      throw new MissingDependency(
        `the speech model's ${path} is missing; run: apt-get install pocketsphinx-en-us`,
      );
    }
  }
  return model;
}

/** Places to search in place of Debian's. */
export interface Places {
  readonly libraries?: readonly string[];
  readonly model?: string;
  /** In the form of PATH. */
  readonly programs?: string;
}

/**
 * Looks for the libraries, the model and the program, without loading any.
 * @returns one sentence for each that is missing
 */
export function missingDependencies(places: Places = {}): string[] {
  const searches = [
    () => findLibrary('libpocketsphinx', 'libpocketsphinx3', places.libraries),
    () => findLibrary('libsphinxbase', 'libsphinxbase3', places.libraries),
    () => findLibrary('libespeak-ng', 'libespeak-ng1 espeak-ng-data', places.libraries),
    () => findModel(places.model),
    () => findProgram('espeak-ng', 'espeak-ng', places.programs),
  ];
  return searches.flatMap((search) => {
    try {
      search();
      return [];
    } catch (error) {
      if (error instanceof MissingDependency) return [error.message];
      throw error;
    }
  });
}

/** @param path in the form of PATH @throws MissingDependency when it is in none of its folders */
function findProgram(name: string, packages: string, path: string = process.env.PATH ?? ''): string {
  const found = path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new MissingDependency(`the program ${name} is not installed; run: apt-get install ${packages}`);
}
