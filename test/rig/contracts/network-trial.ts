import type { Duplex } from 'node:stream';
import { afterEach, beforeEach } from 'vitest';
import type { ConnectProxy } from '../connect-proxy.ts';
import type { NetworkFaults } from '../counter.ts';
import type { CertificateKind } from '../real/certificates.ts';
import type { LinkState } from './caller.ts';

/** What stands below the real `Dialler`: the system's network in a namespace, or the simulated one. */
export interface NetworkRig {
  readonly faults: NetworkFaults;
  /** A server of streams, through TLS if it has a certificate. @returns its URL, with a name */
  serve(accept: (stream: Duplex) => void, certificate?: CertificateKind): Promise<string>;
  /** The same URL with the address in place of the name. */
  byAddress(url: string): string;
  /** A command of the `Caller` in this network. */
  ask(command: string): void;
  /** The next line of the caller that fits; those passed over are not seen again. @throws Error after `timeoutMs` */
  next(fits: (line: string) => boolean, timeoutMs?: number): Promise<string>;
  /** Everything that the caller has said since this rig was made. */
  said(): readonly string[];
  /** Milliseconds on the caller's clock. */
  now(): number;
  passes(ms: number): Promise<void>;
  /** A proxy, with a name, through TLS if it has a certificate. @returns its URL */
  proxy(connectProxy: ConnectProxy, certificate?: CertificateKind): Promise<string>;
  /** A connection of the proxy's to a server of this rig; to any other name it fails. */
  reach(host: string, port: number): Duplex;
  stop(): Promise<void>;
}

/** One end of a connection, as the server sees it. */
export interface Accepted {
  readonly stream: Duplex;
  /** What it has heard: the text, or the number of bytes of more than that. */
  text: string;
  bytes: number;
  readonly errors: string[];
  ended: boolean;
  closed: boolean;
}

const LONGEST_TEXT = 1000;
const LOOK_MS = 20;
export const OPENED = 'opened, waits for upgrade';

/** What the statements on a network have in common. Each test has a rig of its own. */
export function networkTrial(start: () => Promise<NetworkRig>) {
  let current: NetworkRig;
  beforeEach(async () => {
    current = await start();
  });
  afterEach(() => current.stop());
  const rig: NetworkRig = {
    get faults() {
      return current.faults;
    },
    serve: (accept, certificate) => current.serve(accept, certificate),
    byAddress: (url) => current.byAddress(url),
    ask: (command) => current.ask(command),
    next: (fits, timeoutMs) => current.next(fits, timeoutMs),
    said: () => current.said(),
    now: () => current.now(),
    passes: (ms) => current.passes(ms),
    proxy: (connectProxy, certificate) => current.proxy(connectProxy, certificate),
    reach: (host, port) => current.reach(host, port),
    stop: () => current.stop(),
  };

  /** A server that remembers what it heard, and answers short texts with the same. */
  async function served(certificate?: CertificateKind) {
    const accepted: Accepted[] = [];
    const url = await rig.serve((stream) => {
      const end: Accepted = { stream, text: '', bytes: 0, errors: [], ended: false, closed: false };
      accepted.push(end);
      stream.on('data', (data: Buffer) => {
        end.bytes += data.length;
        if (end.bytes > LONGEST_TEXT) return;
        end.text += data;
        stream.write(data);
      });
      stream.on('end', () => {
        end.ended = true;
        stream.end();
      });
      stream.on('error', (error: NodeJS.ErrnoException) => end.errors.push(error.code ?? error.message));
      stream.on('close', () => {
        end.closed = true;
      });
    }, certificate);
    return { accepted, url };
  }

  /** Until link `link` says so. */
  const says = (what: string, link = 1, timeoutMs = 10_000) =>
    rig.next((line) => line === `${link} ${what}`, timeoutMs);
  /** The next time that link `link` says anything that begins so. */
  const saysLike = (beginning: string, link = 1, timeoutMs = 30_000) =>
    rig.next((line) => line.startsWith(`${link} ${beginning}`), timeoutMs);
  const saidOf = (link: number) =>
    rig
      .said()
      .filter((line) => line.startsWith(`${link} `) && !line.includes(' state '))
      .map((line) => line.slice(2));

  async function state(link = 1): Promise<LinkState> {
    rig.ask(`${link} state`);
    const line = await saysLike('state', link);
    return JSON.parse(line.slice(line.indexOf('{'))) as LinkState;
  }

  /** Until it holds; it is looked at again and again. */
  async function until(holds: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
    const givenUpMs = rig.now() + timeoutMs;
    while (!(await holds())) {
      if (rig.now() > givenUpMs) throw new Error(`did not come true within ${timeoutMs} ms: ${holds}`);
      await rig.passes(LOOK_MS);
    }
  }

  /** A link that is open, and the server's end of it. @param proxy through which it is dialled */
  async function opened(certificate?: CertificateKind, proxy = '') {
    const { accepted, url } = await served(certificate);
    rig.ask(`dial ${url} ${proxy}`);
    await says(OPENED);
    await until(() => accepted.length === 1);
    return { url, accepted, far: accepted[0] as Accepted };
  }

  return { rig, served, says, saysLike, saidOf, state, until, opened };
}
