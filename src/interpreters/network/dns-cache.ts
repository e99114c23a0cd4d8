import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type Clock, within } from '../../base/time.ts';

/** A name server that has not answered after this is passed over, where an older answer is known to be good. */
const PATIENCE_MS = 1000;

/**
 * Names of the service and their addresses. An address at which the service has answered is kept: when the name server
 * of the network fails later, nobody at the desk notices. (TLS still proves that it is the service.)
 * A name is looked up once at a time: lookups that hang would fill the four threads that also read files.
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
    return (
      (await within(
        this.#clock,
        PATIENCE_MS,
        asked.catch(() => good),
      )) ?? good
    );
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

/** Whether this machine could reach an IPv6 address at all: a name has one in networks that don't, too. */
function ipv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses = []) =>
    addresses.some(({ family, address }) => family === 'IPv6' && !address.startsWith('fe80:')),
  );
}

function noAddress(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${name} has no address of the family wanted`), { code: 'ENOTFOUND' });
}
