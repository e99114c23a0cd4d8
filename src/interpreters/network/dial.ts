import { hostOf } from '../../base/addresses.ts';
import type { Clock } from '../../base/time.ts';
import type { KernelCount } from './acknowledgements.ts';
import { DnsCache } from './dns-cache.ts';
import type { Network, NetworkStream } from './network.ts';
import { NO_PROXIES, type Proxies, proxyText } from './proxies.ts';
import { Tunnel } from './tunnel.ts';
import { isName, isSecure, portOf } from './urls.ts';

/**
 * What the opening of a link waits for. Before `proxy`, the answer of the proxy, name and address are those of the proxy.
 * At `upgrade` it is open and waits for the first answer.
 */
export type OpeningStep = 'name' | 'address' | 'proxy' | 'tls' | 'upgrade';

/** The interval of TCP keep-alive on an idle link, in milliseconds. */
export const KEEP_ALIVE_MS = 10_000;

/** One byte stream to the service. */
export interface Link {
  readonly stream: NetworkStream;
  readonly step: OpeningStep;
  /** Its proxy, as it may be shown; undefined without one. */
  readonly proxy: string | undefined;
  /** Round trip of the TCP handshake, which may be with a proxy, in milliseconds; 0 before it. */
  readonly roundTripMs: number;
  /** Bytes handed to the operating system since the link was opened. */
  readonly writtenBytes: number;
  /** What the other end, or the proxy, has not acknowledged; undefined if that can't be known. */
  unacknowledged(): Promise<KernelCount | undefined>;
  /** Calls `then` when the stream is open and, if required, encrypted. */
  opened(then: () => void): void;
  /** The service itself has answered over it: keeps the address for when the name server fails. */
  confirm(): void;
}

/** The one way to open a connection to the service, for the sockets of sessions and for requests. */
export class Dialler {
  readonly #network: Network;
  readonly #clock: Clock;
  readonly #proxies: Proxies;
  readonly #dns: DnsCache;

  constructor(network: Network, clock: Clock, proxies: Proxies = NO_PROXIES) {
    this.#network = network;
    this.#clock = clock;
    this.#proxies = proxies;
    this.#dns = new DnsCache((name) => network.lookup(name), clock);
  }

  /** @param url http, https, ws or wss; its path does not matter */
  dial(url: URL): Link {
    const secure = isSecure(url);
    const network = this.#network;
    const clock = this.#clock;
    const to = { host: hostOf(url), port: portOf(url), secure, lookup: this.#dns.lookup };
    const proxy = this.#proxies(url);
    const tunnel = proxy === undefined ? undefined : new Tunnel(network, to, proxy);
    const stream = tunnel ?? network.connect(to);
    /** The host that is looked up. */
    const first = proxy?.url === undefined ? to.host : hostOf(proxy.url);
    let step: OpeningStep = isName(first) ? 'name' : 'address';
    let roundTripMs = 0;
    let startedMs = clock.now();
    const waiting: (() => void)[] = [];
    const open = () => {
      step = 'upgrade';
      for (const then of waiting.splice(0)) then();
    };
    stream.setKeepAlive(true, KEEP_ALIVE_MS);
    stream.once('lookup', () => {
      startedMs = clock.now();
      step = 'address';
    });
    const reached = () => {
      step = 'tls';
      if (!secure) open();
    };
    stream.once('connect', () => {
      roundTripMs = clock.now() - startedMs;
      if (tunnel === undefined) reached();
      else step = 'proxy';
    });
    stream.once('tunnel', reached);
    stream.once('secureConnect', open);
    const writtenBytes = () => stream.bytesWritten - stream.writableLength;
    return {
      stream,
      get step() {
        return step;
      },
      proxy: proxy && proxyText(proxy),
      get roundTripMs() {
        return roundTripMs;
      },
      get writtenBytes() {
        return writtenBytes();
      },
      unacknowledged: async () => {
        const sentBytes = writtenBytes();
        const unacknowledgedBytes = await network.unacknowledgedBytes(tunnel?.carrier ?? stream);
        if (unacknowledgedBytes === undefined) return undefined;
        return { sentBytes, unacknowledgedBytes, meanwhileBytes: writtenBytes() - sentBytes };
      },
      opened: (then) => {
        if (step === 'upgrade') then();
        else waiting.push(then);
      },
      confirm: () => this.#dns.confirm(first),
    };
  }
}
