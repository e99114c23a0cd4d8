import { request } from 'node:http';
import { isIPv6 } from 'node:net';
import { Duplex } from 'node:stream';
import { hostOf } from '../../base/addresses.ts';
import type { Endpoint, Network, NetworkStream } from './network.ts';
import { type HttpProxy, proxyText } from './proxies.ts';
import { isSecure, portOf } from './urls.ts';

/** The code of an error that is the proxy's. */
export const PROXY_FAILED = 'EPROXY';

/**
 * A stream through an HTTP proxy (CONNECT). It emits the events of a NetworkStream, where `lookup` and `connect` are those
 * of the proxy; then `tunnel` when the proxy, which looks up the service's name itself, has connected to the service.
 */
export class Tunnel extends Duplex implements NetworkStream {
  readonly #network: Network;
  readonly #to: Endpoint;
  readonly #proxy: HttpProxy;
  /** The stream to the proxy. */
  #outer: NetworkStream | undefined;
  /** The stream to the service, inside the other; set when it is open. */
  #inner: NetworkStream | undefined;
  /** Called when `#inner` is set. */
  #waiting: (inner: NetworkStream) => void = () => {};
  /** The proxy has opened the tunnel: later errors are those of the service or the network. */
  #tunnelled = false;
  #writtenBytes = 0;

  constructor(network: Network, to: Endpoint, proxy: HttpProxy) {
    super({ allowHalfOpen: false });
    this.#network = network;
    this.#to = to;
    this.#proxy = proxy;
    // Later, when the caller listens for the error.
    if (proxy.url === undefined) queueMicrotask(() => this.#fail('has no address of an HTTP proxy'));
    else this.#ask(proxy.url);
  }

  /** The stream whose bytes the far end acknowledges. */
  get carrier(): NetworkStream {
    return this.#inner ?? this.#outer ?? this;
  }

  get bytesWritten(): number {
    return this.#writtenBytes + this.writableLength;
  }

  setKeepAlive(enable: boolean, initialDelayMs: number): this {
    this.#outer?.setKeepAlive(enable, initialDelayMs);
    return this;
  }

  setNoDelay(noDelay?: boolean): this {
    this.#outer?.setNoDelay(noDelay);
    return this;
  }

  /** Required by node:http; the users of a stream have their own time-outs. */
  setTimeout(): this {
    return this;
  }

  ref(): this {
    this.#outer?.ref();
    return this;
  }

  unref(): this {
    this.#outer?.unref();
    return this;
  }

  override _read(): void {
    this.#inner?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#whenOpen((inner) =>
      inner.write(chunk, (error) => {
        if (!error) this.#writtenBytes += chunk.length;
        done(error);
      }),
    );
  }

  override _final(done: () => void): void {
    this.#whenOpen((inner) => (inner.destroyed ? done() : inner.end(() => done())));
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#inner?.destroy();
    this.#outer?.destroy();
    done(error);
  }

  #ask(url: URL): void {
    const { host, port, lookup } = this.#to;
    const proxy = { host: hostOf(url), port: portOf(url), secure: isSecure(url), lookup };
    const outer = this.#network.connect(proxy);
    this.#outer = outer;
    for (const event of ['lookup', 'connect']) outer.once(event, () => this.emit(event));
    const failed = (error: NodeJS.ErrnoException) => {
      if (this.#tunnelled) this.destroy(error);
      else this.#fail(problemOf(error));
    };
    outer.on('error', failed);
    const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
    const asking = request({
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...credentialsIn(url) },
      createConnection: () => outer,
    });
    asking.on('error', failed);
    asking.once('connect', ({ statusCode = 0, headers }, _, more: Buffer) => {
      const refusal = this.#refusal(statusCode, headers['content-type'] ?? '', more.length > 0, authority);
      if (refusal === undefined) this.#startTunnel(outer);
      else this.#fail(refusal);
    });
    asking.end();
  }

  /** @param more data follows the answer, though the service never sends first */
  #refusal(status: number, type: string, more: boolean, authority: string): string | undefined {
    const { url } = this.#proxy;
    if (status === 407)
      return url?.username === ''
        ? 'requires a user name and a password (HTTP 407)'
        : 'rejects the user name or the password (HTTP 407)';
    const isPage = /html/i.test(type);
    if (status >= 300 && status < 400) return `redirects to a web page (HTTP ${status})`;
    if (status < 300) return isPage || more ? `answers with a web page (HTTP ${status})` : undefined;
    if (status >= 500) return `cannot reach ${authority} (HTTP ${status})`;
    return `refuses a connection to ${authority} (HTTP ${status})`;
  }

  #startTunnel(outer: NetworkStream): void {
    const { secure, host } = this.#to;
    this.#tunnelled = true;
    this.emit('tunnel');
    const inner = secure ? this.#network.encrypt(outer, host) : outer;
    inner.on('error', (error) => this.destroy(error));
    inner.once('close', () => {
      if (!inner.readableEnded) this.destroy();
    });
    if (!secure) this.#open(inner);
    else
      inner.once('secureConnect', () => {
        this.#open(inner);
        this.emit('secureConnect');
      });
  }

  #open(inner: NetworkStream): void {
    this.#inner = inner;
    inner.on('data', (bytes) => {
      if (!this.push(bytes)) inner.pause();
    });
    inner.once('end', () => this.push(null));
    this.#waiting(inner);
  }

  #whenOpen(then: (inner: NetworkStream) => void): void {
    if (this.#inner === undefined) this.#waiting = then;
    else then(this.#inner);
  }

  #fail(problem: string): void {
    const error = new Error(`${proxyText(this.#proxy)} ${problem}`);
    this.destroy(Object.assign(error, { code: PROXY_FAILED }));
  }
}

/** The problem of a proxy that does not answer. */
function problemOf({ code = '', message, name }: NodeJS.ErrnoException): string {
  if (/^(ENOTFOUND|EAI_)/.test(code)) return `has a name that cannot be resolved: ${message}`;
  if (code.startsWith('HPE_')) return `does not speak HTTP: ${message}`;
  if (message === 'socket hang up') return 'closed the connection without an answer';
  return `cannot be reached: ${message || code || name}`;
}

function credentialsIn({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const credentials = Buffer.from(`${plain(username)}:${plain(password)}`).toString('base64');
  return { 'proxy-authorization': `Basic ${credentials}` };
}

/** Decodes a part of a URL, which may contain a bare percent sign. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
