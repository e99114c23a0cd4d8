import { type Clock, REAL_TIME } from '../../time.ts';
import type { KernelCount } from './acknowledgements.ts';
import { KeyPlaces } from './key-places.ts';
import { isName, Names } from './names.ts';
import { type Network, type NetworkStream, SYSTEM_NETWORK } from './network.ts';

/** What the opening of a link waits for; `upgrade`: it is open, and an answer is waited for. */
export type OpeningStep = 'name' | 'address' | 'tls' | 'upgrade';

/** An idle link is asked for a sign of life this often, in milliseconds. */
export const KEEP_ALIVE_MS = 10_000;

/** One byte stream to the service. */
export interface Link {
  readonly stream: NetworkStream;
  readonly step: OpeningStep;
  /** Round trip of the TCP handshake in milliseconds; 0 before it. */
  readonly roundTripMs: number;
  /** Bytes handed to the operating system since the link was opened. */
  readonly writtenBytes: number;
  /** What the other end has not acknowledged yet; undefined where that can't be known. */
  unacknowledged(): Promise<KernelCount | undefined>;
  /** Calls `then` when the stream is open, encrypted where it is to be. */
  opened(then: () => void): void;
  /** The service itself has answered over it: its address is kept for the time when the name server fails. */
  confirm(): void;
}

/** The one way to open a connection to the service, for the sockets of sessions and for requests. */
export class Dialler {
  readonly #network: Network;
  readonly #clock: Clock;
  readonly #names: Names;

  constructor(network: Network, clock: Clock) {
    this.#network = network;
    this.#clock = clock;
    this.#names = new Names((name) => network.lookup(name), clock);
  }

  /** @param url http, https, ws or wss; its path does not matter */
  dial(url: URL): Link {
    const secure = url.protocol === 'https:' || url.protocol === 'wss:';
    const host = url.hostname.replaceAll(/^\[|\]$/g, '');
    const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
    const network = this.#network;
    const clock = this.#clock;
    const stream = network.connect({ host, port, secure, lookup: this.#names.lookup });
    let step: OpeningStep = isName(host) ? 'name' : 'address';
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
    stream.once('connect', () => {
      roundTripMs = clock.now() - startedMs;
      step = 'tls';
      if (!secure) open();
    });
    stream.once('secureConnect', open);
    const writtenBytes = () => stream.bytesWritten - stream.writableLength;
    return {
      stream,
      get step() {
        return step;
      },
      get roundTripMs() {
        return roundTripMs;
      },
      get writtenBytes() {
        return writtenBytes();
      },
      unacknowledged: async () => {
        const sentBytes = writtenBytes();
        const unacknowledgedBytes = await network.unacknowledgedBytes(stream);
        if (unacknowledgedBytes === undefined) return undefined;
        return { sentBytes, unacknowledgedBytes, meanwhileBytes: writtenBytes() - sentBytes };
      },
      opened: (then) => {
        if (step === 'upgrade') then();
        else waiting.push(then);
      },
      confirm: () => this.#names.confirm(host),
    };
  }
}

/** What an engine needs of the world outside. */
export interface World {
  readonly clock: Clock;
  /** Shared by the engines, so that an address that one has confirmed serves all. */
  readonly dialler: Dialler;
  readonly keyPlaces: KeyPlaces;
}

export function worldOf(
  clock: Clock,
  network: Network = SYSTEM_NETWORK,
  keyPlaces: KeyPlaces = new KeyPlaces(),
): World {
  return { clock, dialler: new Dialler(network, clock), keyPlaces };
}

/** The time and the network of this machine. */
export function realWorld(): World {
  return worldOf(REAL_TIME);
}
