import { Fault, type FaultCode } from '../../kiosk/faults.ts';

export type KeyPlace = 'header' | 'query';

/** Different parts of the service answer these. */
export type KeyUse = 'sessions' | 'requests';

/**
 * The service has seen no key, or one in a place for another credential: the place may be wrong. "API key not valid", in
 * the same place, is about the key itself.
 */
const NOT_THERE = /unregistered callers|Expected OAuth 2|HTTP 401/;

/** Only about a key that was found. */
const OF_A_KNOWN_KEY: ReadonlySet<FaultCode> = new Set(['permission-denied', 'quota', 'credits-exhausted']);

/**
 * Where the service accepts a key. A header is the place for it: URLs end up in the logs of proxies. But keys of some
 * accounts are reported to be refused there and accepted in the URL. So a key that is refused in the header as if it were
 * missing is tried in the URL once, and the right place is remembered.
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
   * @throws what the attempt throws; of two, what says more
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
      // Another attempt may have found it meanwhile.
      const found = this.#known.get(name);
      if (found === 'header') throw first;
      if (found === 'query') return make(found);
      try {
        return await this.#at('query', use, name, make);
      } catch (second) {
        // Refused in both places, it need not be shown in the worse one again.
        if (codeOf(second) === 'key-refused') this.#known.set(name, 'header');
        throw second instanceof Fault && this.#known.get(name) !== 'query' ? first : second;
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
    let found = false;
    try {
      const made = await make(place);
      found = true;
      return made;
    } catch (error) {
      const code = codeOf(error);
      found = code !== undefined && OF_A_KNOWN_KEY.has(code);
      throw error;
    } finally {
      if (found && place === 'query' && this.#known.get(name) !== 'query') this.#inUrl(use);
      if (found) this.#known.set(name, place);
    }
  }
}

function codeOf(error: unknown): FaultCode | undefined {
  return error instanceof Fault ? error.code : undefined;
}
