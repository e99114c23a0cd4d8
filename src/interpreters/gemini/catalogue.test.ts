import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { serviceRig } from '../../../test/rig/engines.ts';
import { sleep } from '../../base/time.ts';
import { Catalogue, type Listing } from './catalogue.ts';

const BAD = 'AIzaBAD';
const rig = serviceRig(() => ({ badKeys: [BAD] }));

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A catalogue whose key may be changed, and the lists that came. */
function catalogue(url = rig.standin.url) {
  const at = { apiKey: 'k1', apiVersion: 'v1beta', baseUrl: url };
  const lists: {
    readonly listing: Listing;
    readonly before: Listing | undefined;
    readonly apiKey: string;
  }[] = [];
  const made = new Catalogue(async () => ({ ...at }), rig.world);
  made.follow((listing, before, apiKey) => void lists.push({ listing, before, apiKey }));
  /** Asks for the list if that is due. @returns the lists that came in all */
  const looks = async (missing = false) => {
    made.look(missing);
    await sleep(rig.clock, 1000);
    return lists.length;
  };
  return { at, lists, looks, made };
}

/** A service whose list of models is whatever is given, page by page. */
const serving = (...pages: readonly (object | string)[]) =>
  rig.serve(
    'lists.test',
    createServer((request, response) => {
      const page = pages[Number(new URL(`http://x${request.url}`).searchParams.get('pageToken') ?? 0)];
      response.setHeader('content-type', 'application/json');
      response.end(typeof page === 'string' ? page : JSON.stringify(page));
    }),
  );

describe('the list of the service', () => {
  it('says which model can be asked for what', async () => {
    const { lists, looks } = catalogue();
    await looks();
    const { listing, before, apiKey } = lists[0] ?? {};
    expect(listing?.offers('gemini-3.8-live', 'bidiGenerateContent')).toBe(true);
    expect(listing?.offers('gemini-3.8-live', 'generateContent')).toBe(false);
    expect(listing?.offers('gemini-3.8-flash-lite-tts', 'generateContent')).toBe(true);
    expect(listing?.offers('gemini-9', 'generateContent')).toBe(false);
    expect({ before, apiKey }).toEqual({ before: undefined, apiKey: 'k1' });
  });

  it('is read to its last page', async () => {
    const model = (name: string) => ({
      name: `models/${name}`,
      supportedGenerationMethods: ['generateContent'],
    });
    const { lists, looks } = catalogue(
      serving({ models: [model('a')], nextPageToken: '1' }, { models: [model('b')], nextPageToken: '' }),
    );
    await looks();
    for (const name of ['a', 'b']) expect(lists[0]?.listing.offers(name, 'generateContent')).toBe(true);
  });

  it('is asked for again after an hour, where something is missing after a minute, and with another key at once', async () => {
    const { at, lists, looks } = catalogue();
    expect(await looks()).toBe(1);
    expect(await looks(true)).toBe(1);
    await sleep(rig.clock, MINUTE_MS);
    expect(await looks()).toBe(1);
    expect(await looks(true)).toBe(2);
    await sleep(rig.clock, HOUR_MS);
    expect(await looks()).toBe(3);
    expect(lists[2]?.before?.equals(lists[2].listing)).toBe(true);
    at.apiKey = 'k2';
    expect(await looks()).toBe(4);
    expect(lists[3]).toMatchObject({ before: undefined, apiKey: 'k2' });
  });

  it('is not waited for any more when the daemon ends', async () => {
    const { lists, looks, made } = catalogue(
      rig.serve(
        'mute.test',
        createServer(() => {}),
      ),
    );
    await looks();
    made.stop();
    await sleep(rig.clock, 0);
    expect(await looks()).toBe(0);
    expect(lists).toEqual([]);
  });

  it.each<[string, (made: ReturnType<typeof catalogue>) => void]>([
    ['the network refuses', () => rig.network.refuse()],
    ['the key is refused', ({ at }) => Object.assign(at, { apiKey: BAD })],
    ['it is not found', ({ at }) => Object.assign(at, { apiVersion: 'v1' })],
    ['it is empty', ({ at }) => Object.assign(at, { baseUrl: serving({}) })],
    ['it is none', ({ at }) => Object.assign(at, { baseUrl: serving({ models: [{ title: 'a' }] }) })],
    ['it is no JSON', ({ at }) => Object.assign(at, { baseUrl: serving('{') })],
    [
      'it has no end',
      ({ at }) => Object.assign(at, { baseUrl: serving({ models: [{ name: 'a' }], nextPageToken: '0' }) }),
    ],
  ])('says nothing where there is none: %s', async (_, breaks) => {
    const made = catalogue();
    breaks(made);
    expect(await made.looks()).toBe(0);
    await sleep(rig.clock, MINUTE_MS);
    expect(await made.looks()).toBe(0);
  });
});
