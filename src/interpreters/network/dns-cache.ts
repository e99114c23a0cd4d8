import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type Clock, within } from '../../base/time.ts';

/** If the name server takes longer than this, in milliseconds, a confirmed address is used. */
const PATIENCE_MS = 1000;

/**
 * Addresses of the service. One at which the service has answered is kept for when the name server fails. (TLS still
 * proves that it is the service.) Concurrent lookups of a name are shared: those that hang would fill the four threads that
 * also read files.
 */
export class DnsCache {
  readonly #asking = new Map<string, Promise<LookupAddress[]>>();
  readonly #answered = new Map<string, LookupAddress[]>();
  readonly #good = new Map<string, LookupAddress[]>();
  readonly #ask: (name: string) => Promise<LookupAddress[]>;
  readonly #clock: Clock;

  /** @param ask for the addresses of a name */
  constructor(ask: (name: string) => Promise<LookupAddress[]>, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** The service has answered at the address that this name has now. */
  confirm(name: string): void {
    const answer = this.#answered.get(name);
    if (answer !== undefined) this.#good.set(name, answer);
  }

  /** For sockets, in place of dns.lookup. */
  readonly lookup: LookupFunction = (name, options, callback) => {
    this.#addresses(name).then(
      (found) => {
        const wanted = options.family === 4 || options.family === 6 ? options.family : undefined;
        const fitting = found.filter(({ family }) =>
          wanted === undefined ? family !== 6 || ipv6() : family === wanted,
        );
        const [first] = fitting;
        if (first === undefined) callback(noAddress(name), '', 0);
        else if (options.all === true) callback(null, fitting);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };

  async #addresses(name: string): Promise<LookupAddress[]> {
    const asked = this.#once(name);
    const good = this.#good.get(name);
    if (good === undefined) return asked;
    const orGood = asked.catch(() => good);
    return (await within(this.#clock, PATIENCE_MS, orGood)) ?? good;
  }

  #once(name: string): Promise<LookupAddress[]> {
    const running = this.#asking.get(name);
    if (running !== undefined) return running;
    const asking = this.#ask(name);
    this.#asking.set(name, asking);
    asking
      .then((answer) => this.#answered.set(name, answer))
      .catch(() => {}) // the caller gets the error
      .finally(() => this.#asking.delete(name));
    return asking;
  }
}

/** Whether this machine has IPv6. Names have IPv6 addresses even in networks without it. */
function ipv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses = []) =>
    addresses.some(({ family, address }) => family === 'IPv6' && !address.startsWith('fe80:')),
  );
}

function noAddress(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${name} has no address of the family wanted`), { code: 'ENOTFOUND' });
}
