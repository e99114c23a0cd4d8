import { describe, expect, it } from 'vitest';
import { Listing, type Method } from './catalogue.ts';
import { Models, type Purpose } from './models.ts';

const METHOD: Method = 'bidiGenerateContent';
const PURPOSE: Purpose = { engine: 'dialogue', setting: 'live.models', method: METHOD };
const models = (...names: string[]) => new Models(names, PURPOSE);
const listing = (...names: string[]) => new Listing(new Map(names.map((name) => [name, [METHOD]])));

describe('of the configured models', () => {
  it('the first is used, and the next when it is refused', () => {
    const list = models('a', 'b');
    expect(list.current).toBe('a');
    list.refuse('a', 'closed with 1008');
    expect(list.current).toBe('b');
    expect(list.refusal).toBeUndefined();
    expect(list.notes).toEqual([
      'dialogue: a is refused by the service (closed with 1008): b is used; take a out of live.models',
    ]);
  });

  it('one that is refused twice takes no other with it', () => {
    const list = models('a', 'b', 'c');
    list.refuse('a', '');
    list.refuse('a', '');
    expect(list.current).toBe('b');
  });

  it('none is asked for when all are refused, however long that lasts', () => {
    const list = models('a', 'b');
    list.refuse('a', 'x');
    list.refuse('b', 'y');
    expect(list.refusal).toMatchObject({
      code: 'model-gone',
      detail: expect.stringContaining('in live.models'),
    });
  });

  it.each<[string, (list: Models) => void, string]>([
    ['the key is another one', (list) => void list.useKey('k2'), 'a'],
    ['the key is the same', (list) => void list.useKey('k1'), 'b'],
    [
      'the list of the service has changed',
      (list) => list.listed(listing('a', 'b', 'c'), listing('a', 'b')),
      'a',
    ],
    [
      'the list has changed, and it is not in it',
      (list) => list.listed(listing('b'), listing('a', 'b')),
      'b',
    ],
    ['the list is as it was', (list) => list.listed(listing('a', 'b'), listing('b', 'a')), 'b'],
    ['the list comes for the first time', (list) => list.listed(listing('a', 'b'), undefined), 'b'],
  ])('when %s, a refused one is asked for again only if that may help', (_, happens, current) => {
    const list = models('a', 'b');
    list.useKey('k1');
    list.refuse('a', 'x');
    happens(list);
    expect(list.current).toBe(current);
  });

  it('the first that is listed is used', () => {
    const list = models('a', 'b');
    list.listed(listing('b'), undefined);
    expect(list.current).toBe('b');
    expect(list.notes).toEqual([
      "dialogue: a is not in the service's list of models for bidiGenerateContent: b is used; take a out of live.models",
    ]);
    expect(list.firstNote).toBe(list.notes[0]);
    list.listed(listing('a', 'b'), listing('b'));
    expect(list.current).toBe('a');
    expect(list.notes).toEqual([]);
  });

  it('one that is listed for another method is not offered', () => {
    const list = models('a', 'b');
    list.listed(
      new Listing(
        new Map([
          ['a', ['generateContent']],
          ['b', [METHOD]],
        ]),
      ),
      undefined,
    );
    expect(list.current).toBe('b');
  });

  it('one that is not listed is asked for when no other is left: only a refusal takes it out', () => {
    const list = models('a', 'b');
    list.listed(listing('c'), undefined);
    expect(list.missing).toMatchObject({ code: 'model-gone' });
    expect(list.refusal).toBeUndefined();
    expect(list.current).toBe('a');
    list.refuse('a', 'x');
    expect(list.current).toBe('b');
    expect(list.works('b')).toBe(true);
    expect(list.missing).toBeUndefined();
  });

  it('one that serves without being listed stays in use; one that leaves the list is passed over', () => {
    const list = models('a', 'b');
    list.works('a');
    list.listed(listing('b'), undefined);
    expect(list.current).toBe('a');
    list.listed(listing('a', 'b'), listing('b'));
    list.listed(listing('b'), listing('a', 'b'));
    expect(list.current).toBe('b');
  });

  it('that an alternative is missing is noted, and no fault', () => {
    const list = models('a', 'b');
    list.listed(listing('a'), undefined);
    expect(list.firstNote).toBeUndefined();
    expect(list.notes).toHaveLength(1);
  });
});
