import { Fault, type FaultCode } from '../../kiosk/faults.ts';

export type KeyPlace = 'header' | 'query';

/** What is asked with it: they are answered by different parts of the service. */
export type KeyUse = 'sessions' | 'requests';

/**
 * What is said where no key was seen, or one in a place where there should be another credential: it may be the place that
 * is wrong. "API key not valid", in the same place, was said of the key itself.
 */
const NOT_THERE = /unregistered callers|Expected OAuth 2|HTTP 401/;

/** What is only said of a key that was found. */
const OF_A_KNOWN_KEY: ReadonlySet<FaultCode> = new Set(['permission-denied', 'quota', 'credits-exhausted']);

/**
 * Where the service takes a key from. A header is the place for it: URLs end up in the logs of proxies. But keys of some
 * accounts are reported to be refused there and taken in the URL. So a key that is refused in the header as if it were not
 * there is tried in the URL once, and where it was taken is remembered.
 */
export class KeyPlaces {
  readonly #known = new Map<string, KeyPlace>();
  readonly #told: (use: KeyUse) => void;

  /** @param told called when a key turns out to be taken in the URL only */
  constructor(told: (use: KeyUse) => void = () => {}) {
    this.#told = told;
  }

  /**
   * Makes an attempt with the key where the service takes it.
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
      if (found && place === 'query' && this.#known.get(name) !== 'query') this.#told(use);
      if (found) this.#known.set(name, place);
    }
  }
}

function codeOf(error: unknown): FaultCode | undefined {
  return error instanceof Fault ? error.code : undefined;
}
