import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pronouncer, readDictionary } from './lexicon.ts';

let folder = '';
let path = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dragoman-lexicon-'));
  path = join(folder, 'dict');
  await writeFile(path, 'a AH\na(2) EY\nabacus AE B AH K AH S\nthe DH AH\n');
});
afterAll(() => rm(folder, { recursive: true }));

describe('a dictionary', () => {
  it('gives all pronunciations of the words that are wanted, and no others', () => {
    expect(readDictionary(path, new Set(['a', 'the', 'zebra']))).toEqual(
      new Map([
        ['a', [['AH'], ['EY']]],
        ['the', [['DH', 'AH']]],
      ]),
    );
  });
});

describe('a word', () => {
  it('is pronounced as in the dictionary, otherwise as in IPA', () => {
    const pronounce = pronouncer(new Map([['a', [['AH']]]]), new Map([['wifi', 'wˈaɪfaɪ']]), 'en');
    expect(pronounce('a')).toEqual([['AH']]);
    expect(pronounce('wifi')).toEqual([['W', 'AY', 'F', 'AY']]);
  });

  it('without a pronunciation is named', () => {
    expect(() => pronouncer(new Map(), new Map(), 'en')('hm')).toThrow(/"hm" \(en\) has no pronunciation/);
  });
});
