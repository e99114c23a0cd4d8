import { beforeEach, describe, expect, it } from 'vitest';
import { Fault, type FaultCode } from '../../kiosk/faults.ts';
import { type KeyPlace, KeyPlaces, type KeyUse } from './key-places.ts';

/** A service that takes keys in some places, and what it was asked. */
describe('a key', () => {
  let asked: KeyPlace[];
  let told: KeyUse[];
  let places: KeyPlaces;
  beforeEach(() => {
    asked = [];
    told = [];
    places = new KeyPlaces((use) => told.push(use));
  });

  const attempt = (
    takenIn: readonly KeyPlace[],
    { key = 'k', use = 'sessions' as KeyUse, fault = 'key-refused' as FaultCode } = {},
  ) =>
    places
      .attempt(use, key, async (place) => {
        asked.push(place);
        if (!takenIn.includes(place)) throw new Fault(fault, `HTTP 401 for the ${place}`);
        return place;
      })
      .catch((error: Fault) => `${error.code} ${error.detail}`);

  it('that is accepted in the header is never tried in the URL, even if it is refused later', async () => {
    expect(await attempt(['header', 'query'])).toBe('header');
    expect(await attempt(['query'])).toBe('key-refused HTTP 401 for the header');
    expect(asked).toEqual(['header', 'header']);
    expect(told).toEqual([]);
  });

  it('that is accepted only in the URL is detected once, and reported', async () => {
    expect(await attempt(['query'])).toBe('query');
    expect(await attempt(['query'])).toBe('query');
    expect(asked).toEqual(['header', 'query', 'query']);
    expect(told).toEqual(['sessions']);
  });

  it('that is refused in both is tried in the URL once', async () => {
    expect(await attempt([])).toBe('key-refused HTTP 401 for the header');
    expect(await attempt([])).toBe('key-refused HTTP 401 for the header');
    expect(asked).toEqual(['header', 'query', 'header']);
    expect(await attempt(['header'])).toBe('header');
  });

  it.each(['permission-denied', 'quota', 'credits-exhausted'] as const)(
    'of which the service says %s is known to it where it was',
    async (fault) => {
      expect(await attempt(['query'], { fault })).toBe(`${fault} HTTP 401 for the header`);
      expect(await attempt(['query'])).toBe('key-refused HTTP 401 for the header');
      const refusedInHeader = places.attempt('requests', 'k', async (place) => {
        throw new Fault(place === 'header' ? 'key-refused' : fault, 'HTTP 401');
      });
      await expect(refusedInHeader).rejects.toMatchObject({ code: fault });
      expect(await attempt(['query'], { use: 'requests' })).toBe('query');
      expect(asked).toEqual(['header', 'header', 'query']);
      expect(told).toEqual(['requests']);
    },
  );

  it.each(['model-gone', 'network-unreachable', 'service-error'] as const)(
    'is not tried in the URL after %s, which says nothing about it',
    async (fault) => {
      expect(await attempt(['query'], { fault })).toBe(`${fault} HTTP 401 for the header`);
      expect(asked).toEqual(['header']);
      expect(await attempt(['query'])).toBe('query');
    },
  );

  it.each<[string, boolean]>([
    ["HTTP 403 in place of an answer: Method doesn't allow unregistered callers (callers without", true],
    [
      'closed with 1008: Request had invalid authentication credentials. Expected OAuth 2 access token, login',
      true,
    ],
    ['HTTP 401 in place of an answer', true],
    ['HTTP 400: API key not valid. Please pass a valid API key.', false],
    ['closed with 1007: API key expired. Please renew the API key.', false],
    ['HTTP 403: Your API key was reported as leaked. Please use another API key.', false],
  ])('of which the service says "%s" is tried in the URL: %s', async (detail, tried) => {
    const refused = places.attempt('sessions', 'k', async (place) => {
      asked.push(place);
      throw new Fault('key-refused', detail);
    });
    await expect(refused).rejects.toMatchObject({ code: 'key-refused' });
    expect(asked.includes('query')).toBe(tried);
  });

  it('whose second try meets another trouble is tried again later', async () => {
    const first = places.attempt('sessions', 'k', async (place) => {
      throw new Fault(place === 'header' ? 'key-refused' : 'network-unreachable', 'HTTP 401');
    });
    await expect(first).rejects.toMatchObject({ code: 'key-refused' });
    expect(await attempt(['query'])).toBe('query');
  });

  it('is found out once by several attempts at a time, and one that was refused meanwhile uses what was found', async () => {
    const refused = Promise.withResolvers<never>();
    const slow = places.attempt('sessions', 'k', async (place) => {
      asked.push(place);
      return place === 'header' ? refused.promise : place;
    });
    expect(await attempt(['query'])).toBe('query');
    refused.reject(new Fault('key-refused', 'HTTP 401'));
    expect(await slow).toBe('query');
    expect(asked).toEqual(['header', 'header', 'query', 'query']);
    expect(told).toEqual(['sessions']);
  });

  it('is found out for each key, and for sessions and requests each', async () => {
    await attempt(['query']);
    await attempt(['header'], { key: 'another' });
    await attempt(['header'], { use: 'requests' });
    expect(asked).toEqual(['header', 'query', 'header', 'header']);
  });

  it('is not looked for any more when the wait for it is given up', async () => {
    const givenUp = places.attempt('sessions', 'k', async (place) => {
      throw place === 'header' ? new Fault('key-refused', 'HTTP 401') : new Error('given up');
    });
    await expect(givenUp).rejects.toThrow('given up');
  });
});
