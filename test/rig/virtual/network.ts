import type { LookupAddress } from 'node:dns';
import type { Server } from 'node:http';
import { type Clock, sleep } from '../../../src/base/time.ts';
import type { Endpoint, Network, NetworkStream } from '../../../src/interpreters/network/network.ts';
import { isName } from '../../../src/interpreters/network/urls.ts';
import type { CertificateKind } from '../real/certificates.ts';
import { VirtualSocket } from './socket.ts';
import type { Path } from './way.ts';

/**
 * `silent`: nothing is answered; `servfail`, `nxdomain`: the errors of those names; `hijacked`: every name leads to
 * the portal.
 */
export type DnsMode = 'answers' | 'silent' | 'servfail' | 'nxdomain' | 'hijacked';

/** Node's names of certificate errors. */
const CERTIFICATE_ERRORS: Readonly<Record<Exclude<CertificateKind, 'good'>, string>> = {
  expired: 'CERT_HAS_EXPIRED',
  'not yet valid': 'CERT_NOT_YET_VALID',
  'self-signed': 'DEPTH_ZERO_SELF_SIGNED_CERT',
  'other name': 'ERR_TLS_CERT_ALTNAME_INVALID',
};

/** Certificates are valid from then on: with an earlier wall clock they are rejected. */
export const CERTIFICATES_FROM = new Date('2026-01-01T00:00:00Z');

/** How long glibc waits for a name server, and how often it asks (resolv.conf(5)). */
const RESOLVER_MS = 5000;
const RESOLVER_ATTEMPTS = 2;
/** TCP sends its first packet again after 1 s, then 2 s, 4 s … (RFC 6298). */
const SYN_RETRY_MS = 1000;

export interface VirtualNetworkOptions {
  /** One way, in milliseconds. */
  readonly latencyMs?: number;
  /** How long an answer of the name server is waited for, in milliseconds; it is asked twice. */
  readonly resolverMs?: number;
}

interface Host {
  readonly address: string;
  readonly server: Server;
}

/**
 * A network in memory, under the real `dial()`, `ws` and `node:http`. Its faults have the names of those of the real
 * rig's network; they add up until `heal()`.
 */
export class VirtualNetwork implements Network {
  readonly #clock: Clock;
  readonly #resolverMs: number;
  readonly #hosts = new Map<string, Host>();
  readonly #connections = new Set<readonly [VirtualSocket, VirtualSocket]>();
  /** Ends of connections that have not been closed, whether the other end has been or not. */
  readonly #ends = new Set<VirtualSocket>();
  #portal: Server | undefined;
  #latencyMs: number;
  #blocked = false;
  #linkDown = false;
  #refuses = false;
  #loss = 0;
  #kbitUp: number | undefined;
  #kbitDown: number | undefined;
  #dns: DnsMode = 'answers';
  #certificate: CertificateKind = 'good';
  /** The one host that can be reached; undefined for all. */
  #only: string | undefined;
  /** How many names were asked for. */
  questions = 0;

  constructor(clock: Clock, { latencyMs = 20, resolverMs = RESOLVER_MS }: VirtualNetworkOptions = {}) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.#resolverMs = resolverMs;
  }

  /** Makes a server known. It must not listen anywhere else. @returns its URL */
  serve(name: string, server: Server, protocol: 'http' | 'https' = 'http'): string {
    this.#hosts.set(name, { address: `198.18.0.${this.#hosts.size + 1}`, server });
    return `${protocol}://${name}`;
  }

  /** From now on there is nothing at this name's address. */
  remove(name: string): void {
    this.#hosts.delete(name);
  }

  /** @throws Error if nothing was served under that name */
  addressOf(name: string): string {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new Error(`there is no ${name} in this network`);
    return host.address;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#connections.size;
  }

  // ---- Faults

  /** Nothing comes through any more, in either direction, and neither end is notified. What is sent again after heal() does. */
  halfOpen(): void {
    this.#blocked = true;
  }

  /** Connections that exist now end with ECONNRESET. New ones work. */
  reset(): void {
    for (const [, answering] of [...this.#connections]) answering.resetAndDestroy();
  }

  /** Ends whatever is left of connections, at once: when the simulation ends. */
  destroy(): void {
    for (const end of [...this.#ends]) end.destroy();
  }

  /** New connections fail with ECONNREFUSED. Those that exist work. */
  refuse(): void {
    this.#refuses = true;
  }

  /** The desk's own interface is down: what is open hears nothing, what is new fails with ENETUNREACH. */
  linkDown(): void {
    this.#linkDown = true;
    this.#blocked = true;
  }

  /** So many percent of the segments are lost, each way. */
  loss(percent: number): void {
    this.#loss = percent / 100;
  }

  /** The bandwidth in kbit/s. `up`: from the desk. */
  bandwidth(kbit: number, way?: 'up' | 'down'): void {
    if (way !== 'down') this.#kbitUp = kbit;
    if (way !== 'up') this.#kbitDown = kbit;
  }

  /** One way, in milliseconds. Stays after heal(). */
  latency(ms: number): void {
    this.#latencyMs = ms;
  }

  dns(mode: DnsMode): void {
    this.#dns = mode;
  }

  /** Of secure connections that are opened from now on. */
  certificate(is: CertificateKind): void {
    this.#certificate = is;
  }

  /** Whatever is asked for, this server answers, with a certificate of its own. */
  portal(server: Server): void {
    this.#portal = server;
  }

  /** Nothing else than this can be reached or resolved from the desk. @param url of a proxy */
  onlyThrough(url: string): void {
    this.#only = new URL(url).hostname;
  }

  /** All is well again. */
  heal(): void {
    this.#blocked = false;
    this.#linkDown = false;
    this.#refuses = false;
    this.#loss = 0;
    this.#kbitUp = undefined;
    this.#kbitDown = undefined;
    this.#dns = 'answers';
    this.#certificate = 'good';
    this.#portal = undefined;
    this.#only = undefined;
  }

  /** Whether this machine has a network, by its interfaces. */
  get up(): boolean {
    return !this.#linkDown;
  }

  // ---- The port

  async lookup(name: string): Promise<LookupAddress[]> {
    this.questions += 1;
    for (let attempt = 0; this.#linkDown || this.#blocked || this.#dns === 'silent'; attempt += 1) {
      if (this.#linkDown || attempt === RESOLVER_ATTEMPTS) throw dnsError('EAI_AGAIN', name);
      await sleep(this.#clock, this.#resolverMs);
    }
    await sleep(this.#clock, 2 * this.#latencyMs);
    if (this.#dns === 'servfail') throw dnsError('EAI_AGAIN', name);
    if (this.#dns === 'hijacked') return [{ address: PORTAL_ADDRESS, family: 4 }];
    const host = this.#hosts.get(name);
    if (host === undefined || this.#dns === 'nxdomain' || (this.#only ?? name) !== name)
      throw dnsError('ENOTFOUND', name);
    return [{ address: host.address, family: 4 }];
  }

  connect({ host, secure, lookup }: Endpoint): NetworkStream {
    const socket = new VirtualSocket(false);
    // As with a real one, nothing happens before the caller has its socket.
    if (!isName(host)) {
      this.#clock.after(0, () => this.#dial(socket, host, secure, 0));
      return socket;
    }
    lookup(host, { all: true }, (error, found) => {
      if (socket.destroyed) return;
      if (error !== null) {
        socket.destroy(error);
        return;
      }
      const address = Array.isArray(found) ? found[0]?.address : found;
      socket.emit('lookup', null, address, 4, host);
      this.#dial(socket, address ?? '', secure, 0);
    });
    return socket;
  }

  /** Its certificate is checked; what is sent is the same as before. */
  encrypt(stream: NetworkStream): NetworkStream {
    if (!(stream instanceof VirtualSocket)) throw new TypeError('it is a stream of another network');
    this.#handshake(stream, this.#certificateSeen(), () => {}, 0);
    return stream;
  }

  /** A connection from elsewhere in this network, past all that is wrong at the desk: as a proxy opens one. */
  reach(name: string): VirtualSocket {
    const socket = new VirtualSocket(false);
    this.#clock.after(2 * this.#latencyMs, () => {
      const host = this.#hosts.get(name);
      if (socket.destroyed) return;
      if (host === undefined) socket.fail('ENOTFOUND', `getaddrinfo ENOTFOUND ${name}`);
      else {
        const path = () => ({ latencyMs: this.#latencyMs, blocked: false, loss: 0, kbit: undefined });
        this.#connect(socket, host.server, path, path);
        socket.emit('connect');
      }
    });
    return socket;
  }

  async unacknowledgedBytes(stream: NetworkStream): Promise<number | undefined> {
    return stream instanceof VirtualSocket && stream.connected && !stream.destroyed
      ? stream.unacknowledgedBytes
      : undefined;
  }

  #dial(socket: VirtualSocket, address: string, secure: boolean, attempt: number): void {
    if (socket.destroyed) return;
    if (this.#linkDown) {
      socket.fail('ENETUNREACH', `connect ENETUNREACH ${address}`);
      return;
    }
    if (this.#blocked || (this.#loss > 0 && this.#clock.random() < this.#loss)) {
      const again = () => this.#dial(socket, address, secure, attempt + 1);
      this.#clock.after(SYN_RETRY_MS * 2 ** attempt, again);
      return;
    }
    this.#clock.after(2 * this.#latencyMs, () => {
      if (socket.destroyed) return;
      const server = this.#serverAt(address);
      if (this.#refuses || server === undefined)
        socket.fail('ECONNREFUSED', `connect ECONNREFUSED ${address}`);
      else this.#join(socket, server, secure);
    });
  }

  #join(socket: VirtualSocket, server: Server, secure: boolean): void {
    socket.emit('connect');
    const path = (kbit: () => number | undefined) => (): Path => ({
      latencyMs: this.#latencyMs,
      blocked: this.#blocked,
      loss: this.#loss,
      kbit: kbit(),
    });
    const accept = () => {
      const [up, down] = [path(() => this.#kbitUp), path(() => this.#kbitDown)];
      this.#connect(socket, server, up, down);
    };
    if (secure) this.#handshake(socket, this.#certificateSeen(), accept, 0);
    else accept();
  }

  #connect(socket: VirtualSocket, server: Server, up: () => Path, down: () => Path): void {
    const far = new VirtualSocket(true);
    const pair = [socket, far] as const;
    this.#connections.add(pair);
    for (const end of pair) {
      this.#ends.add(end);
      end.once('close', () => {
        this.#connections.delete(pair);
        this.#ends.delete(end);
      });
    }
    server.emit('connection', far);
    VirtualSocket.connect(this.#clock, socket, far, up, down);
  }

  #certificateSeen(): CertificateKind {
    if (this.#portal !== undefined) return 'self-signed';
    return this.#clock.wallMs() < CERTIFICATES_FROM.getTime() ? 'not yet valid' : this.#certificate;
  }

  /** TLS 1.3: one more round trip. */
  #handshake(socket: VirtualSocket, certificate: CertificateKind, accept: () => void, attempt: number): void {
    this.#clock.after(this.#blocked ? SYN_RETRY_MS * 2 ** attempt : 2 * this.#latencyMs, () => {
      if (socket.destroyed) return;
      if (this.#blocked) this.#handshake(socket, certificate, accept, attempt + 1);
      else if (certificate === 'good') {
        socket.emit('secureConnect');
        accept();
      } else {
        const code = CERTIFICATE_ERRORS[certificate];
        socket.fail(code, `the certificate is not valid: ${code}`);
      }
    });
  }

  #serverAt(address: string): Server | undefined {
    if (this.#portal !== undefined || address === PORTAL_ADDRESS) return this.#portal;
    const [name, host] = [...this.#hosts].find(([, { address: its }]) => its === address) ?? [];
    return [name, address].includes(this.#only ?? address) ? host?.server : undefined;
  }
}

const PORTAL_ADDRESS = '198.18.1.1';

function dnsError(code: string, name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`getaddrinfo ${code} ${name}`), { code, hostname: name });
}
