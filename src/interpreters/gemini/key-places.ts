import { Fault, type FaultCode } from '../../kiosk/faults.ts';

export type KeyPlace = 'header' | 'query';

/** They are served by different parts of the service, which may accept the key in different places. */
export type KeyUse = 'sessions' | 'requests';

/**
 * The service found no key, or took it for another credential: the place may be wrong. "API key not valid" is about the
 * key itself.
 */
const NOT_THERE = /unregistered callers|Expected OAuth 2|HTTP 401/;

/** Faults that show that the service found the key. */
const OF_A_KNOWN_KEY: ReadonlySet<FaultCode> = new Set(['permission-denied', 'quota', 'credits-exhausted']);

/**
 * Where the service accepts a key. It belongs in a header, since proxies log URLs. But users report keys that are refused
 * in the header, as if missing, and accepted in the URL. Such a key is tried in the URL once, and the right place is
 * remembered.
 */
export class KeyPlaces {
  readonly #known = new Map<string, KeyPlace>();
  readonly #inUrl: (use: KeyUse) => void;

  /** @param inUrl called when a key turns out to be accepted in the URL only */
  constructor(inUrl: (use: KeyUse) => void = () => {}) {
    this.#inUrl = inUrl;
  }

  /**
   * Makes an attempt with the key where the service accepts it.
   * @throws what the attempt throws; of two errors, the more specific one
   */
  async attempt<T>(use: KeyUse, key: string, make: (place: KeyPlace) => Promise<T>): Promise<T> {
    const name = `${use} ${key}`;
    const known = this.#known.get(name);
    if (known !== undefined) return make(known);
    try {
      return await this.#at('header', use, name, make);
    } catch (first) {
      if (!(first instanceof Fault) || first.code !== 'key-refused' || !NOT_THERE.test(first.detail))
        throw first;
      // A concurrent attempt may have found the place.
      const found = this.#known.get(name);
      if (found === 'header') throw first;
      if (found === 'query') return make(found);
      try {
        return await this.#at('query', use, name, make);
      } catch (second) {
        if (!(second instanceof Fault)) throw second;
        // A key that is refused in both places is not sent in the URL again.
        if (second.code === 'key-refused') this.#known.set(name, 'header');
        throw this.#known.get(name) === 'query' ? second : first;
      }
    }
  }

  /** Makes the attempt there, and remembers the place if the key was found. */
  async #at<T>(
    place: KeyPlace,
    use: KeyUse,
    name: string,
    make: (place: KeyPlace) => Promise<T>,
  ): Promise<T> {
    const found = () => {
      if (place === 'query' && this.#known.get(name) !== 'query') this.#inUrl(use);
      this.#known.set(name, place);
    };
    try {
      const made = await make(place);
      found();
      return made;
    } catch (error) {
      if (error instanceof Fault && OF_A_KNOWN_KEY.has(error.code)) found();
      throw error;
    }
  }
}
