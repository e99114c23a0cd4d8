import { createServer, type Server } from 'node:http';
import { type Duplex, pipeline } from 'node:stream';

/**
 * `allows`: connects; `asks`: only with user and password; `forbids`: never; `page`: a web page in place of the tunnel;
 * `hangs`: no answer; `garbles`: an answer that is no HTTP.
 */
export type ProxyPolicy = 'allows' | 'asks' | 'forbids' | 'page' | 'hangs' | 'garbles';

/** The user and the password of a proxy. They look like real ones, so that a search for them in logs means something. */
const PROXY_USER = 'desk';
export const PROXY_PASSWORD = 'Pa:ss/w@rd-of-the-proxy';

/** An HTTP proxy that takes CONNECT, over whatever network its server is in. */
export class ConnectProxy {
  readonly server: Server;
  policy: ProxyPolicy;
  /** What was asked for, as HOST:PORT. */
  readonly asked: string[] = [];
  readonly #open = new Set<Duplex>();

  /** @param reach opens a connection from the proxy to a host; fails for one that can't be reached */
  constructor(reach: (host: string, port: number) => Duplex, policy: ProxyPolicy = 'allows') {
    this.policy = policy;
    this.server = createServer((_, response) => response.writeHead(400).end());
    this.server.on('connect', ({ url = '', headers }, near: Duplex) => {
      this.asked.push(url);
      this.#keep(near);
      const refusal = this.#refusal(headers['proxy-authorization']);
      if (refusal === undefined) this.#connect(url, near, reach);
      else if (refusal !== '') near.end(refusal);
    });
  }

  /** Ends what goes through it. */
  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
    for (const stream of this.#open) stream.destroy();
  }

  /** Empty: no answer at all. */
  #refusal(credentials = ''): string | undefined {
    switch (this.policy) {
      case 'allows':
        return undefined;
      case 'asks':
        return credentials === EXPECTED ? undefined : answer('407 Proxy Authentication Required', WANTED);
      case 'forbids':
        return answer('403 Forbidden', HTML);
      case 'page':
        return answer('200 OK', HTML);
      case 'hangs':
        return '';
      case 'garbles':
        return 'SSH-2.0-OpenSSH_9.2\r\n';
    }
  }

  #connect(authority: string, near: Duplex, reach: (host: string, port: number) => Duplex): void {
    const { hostname, port } = new URL(`tcp://${authority}`);
    const far = reach(hostname.replaceAll(/^\[|\]$/g, ''), Number(port));
    this.#keep(far);
    const failed = () => near.end(answer('502 Bad Gateway', ''));
    far.once('error', failed);
    far.once('connect', () => {
      far.off('error', failed);
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      near.setMaxListeners(20); // those of TLS, of the HTTP server and of the pipeline
      pipeline(near, far, near, () => {}); // one that breaks ends the other
    });
  }

  #keep(stream: Duplex): void {
    this.#open.add(stream);
    stream.on('error', () => {});
    stream.once('close', () => this.#open.delete(stream));
  }
}

const PAGE = '<!DOCTYPE html><title>Proxy</title>';
const HTML = `content-type: text/html\r\ncontent-length: ${PAGE.length}\r\n`;
const WANTED = 'proxy-authenticate: Basic realm="proxy"\r\n';
const EXPECTED = `Basic ${Buffer.from(`${PROXY_USER}:${PROXY_PASSWORD}`).toString('base64')}`;

function answer(status: string, headers: string): string {
  return `HTTP/1.1 ${status}\r\n${headers}connection: close\r\n\r\n${headers === HTML ? PAGE : ''}`;
}

/** With user and password. @param url of the proxy */
export function withCredentials(url: string, password = PROXY_PASSWORD): string {
  const full = new URL(url);
  full.username = PROXY_USER;
  full.password = password;
  return full.href;
}
