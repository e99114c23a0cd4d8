import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLibrary, findModel, MissingDependency, missingDependencies } from './libraries.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dragoman-libraries-'));
  for (const file of ['libx.so.3', 'libx.so.3.0.0', 'libx.so.12', 'libx.so', 'libxy.so.99', 'libx.so.old']) {
    await writeFile(join(folder, file), '');
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe('a library', () => {
  it('is found whatever its version, the highest first', () => {
    expect(findLibrary('libx', 'x', ['/nowhere', folder])).toBe(join(folder, 'libx.so.12'));
  });

  it('that is missing is named with what to install', () => {
    expect(() => findLibrary('libz', 'libz3 z-data', [folder])).toThrow(MissingDependency);
    expect(() => findLibrary('libz', 'libz3 z-data', [folder])).toThrow(
      /libz\.so.*apt-get install libz3 z-data/,
    );
  });
});

describe('the model', () => {
  it('that is missing is named with what to install', () => {
    expect(() => findModel(folder)).toThrow(/mdef is missing; run: apt-get install pocketsphinx-en-us/);
  });

  it('of Debian is found', () => {
    expect(findModel().dictionary).toMatch(/cmudict/);
  });
});

describe('all that is needed', () => {
  it('is found', () => {
    expect(missingDependencies()).toEqual([]);
  });

  it.each([
    [
      'the libraries',
      { libraries: ['/nowhere'] },
      [/libpocketsphinx\.so/, /libsphinxbase\.so/, /libespeak-ng\.so/],
    ],
    ['the model', { model: '/nowhere' }, [/speech model.*apt-get install pocketsphinx-en-us/]],
    ['the program', { programs: '/nowhere:/elsewhere' }, [/program espeak-ng .*apt-get install espeak-ng/]],
  ])('is named where it is missing: %s', (_, places, messages) => {
    expect(missingDependencies(places)).toEqual(messages.map((message) => expect.stringMatching(message)));
  });
});
