import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type ServerResponse, STATUS_CODES } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { googleError } from '../../src/standin/http.ts';
import { EventLog } from '../rig/real/event-log.ts';
import {
  Authority,
  type Certificate,
  type CertificateKind,
  type CertificateOptions,
} from './certificates.ts';
import { Visit } from './door-visit.ts';

/**
 * What a door does. To new connections:
 * - `open`: passes everything on, both ways;
 * - `closed`: nobody listens, ECONNREFUSED; the connections that exist are reset;
 * - `silent`: accepts and never answers; the connections that exist freeze. When the door opens, all of them go on;
 * - `reset`: accepts and resets;
 * - `portal`: answers any request, an upgrade too, as a captive portal: a redirect to its log-in page, or the page;
 * - `status`: answers any request with that HTTP status and an error in Google's JSON, or a page of HTML.
 *
 * With the last three, the connections that exist are left alone; cut() resets them.
 */
export type DoorMode =
  | 'open'
  | 'closed'
  | 'silent'
  | 'reset'
  | { readonly portal: 'redirect' | 'page' }
  | { readonly status: number; readonly as?: 'json' | 'html' };

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface DoorOptions {
  /** Where it listens: 127.0.0.1 when not given. */
  readonly host?: string;
  /** TLS towards the clients, plain towards the target. */
  readonly tls?: CertificateOptions;
}

/** A door before a server, behind which a test can make faults that a client takes for the network's or the service's. */
export interface Door {
  /** `http://HOST:PORT`, `https:` with TLS; it stays the same. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly mode: DoorMode;
  /** The certificate of who signs the door's own. Throws without TLS. */
  readonly caFile: string;
  /** How many connections were accepted so far. */
  readonly connections: number;
  /** The next connection that is accepted, or was since the last one waited for: its number, from 1. */
  nextConnection(timeoutMs?: number): Promise<number>;

  /** Resolves when it is so. */
  become(mode: DoorMode): Promise<void>;
  /** What passes from now on takes so long, each way. The order is kept. */
  latency(ms: number): void;
  /** Resets all connections, whatever the mode. */
  cut(): void;
  /** What new connections get to see. Rejects without TLS. */
  certificate(kind: CertificateKind): Promise<void>;
  stop(): Promise<void>;
}

/** Rejects when openssl fails, or when it can't listen at that host. */
export async function openDoor(target: Address, options: DoorOptions = {}): Promise<Door> {
  const authority = options.tls && (await Authority.start(options.tls));
  const door = new PipingDoor(target, options.host ?? '127.0.0.1', authority);
  try {
    if (authority) await door.certificate('good');
    await door.start();
    return door;
  } catch (error) {
    await door.stop();
    throw error;
  }
}

/** Below those that the kernel gives away (32768 and up): nobody takes the port while the door is closed. */
const PORTS = [20_000, 32_000] as const;
const LOGIN_PAGE =
  '<!DOCTYPE html><title>Guest Wi-Fi</title><h1>Welcome</h1><form>Room number <input></form>';
const WORDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

function errorOf(status: number, as: 'json' | 'html'): [contentType: string, body: string] {
  if (as === 'json') {
    const { body } = googleError(status, WORDS[status] ?? 'UNKNOWN', `The door answers ${status}.`);
    return ['application/json; charset=UTF-8', JSON.stringify(body, null, 2)];
  }
  // As Google's front ends say it where no service has been reached.
  const page = `<!DOCTYPE html><html lang=en><title>Error ${status} (${STATUS_CODES[status]})!!1</title>`;
  return ['text/html; charset=UTF-8', `${page}<p><b>${status}.</b> <ins>That’s an error.</ins>`];
}

class PipingDoor implements Door {
  readonly host: string;
  port = 0;
  mode: DoorMode = 'open';
  readonly #target: Address;
  readonly #authority: Authority | undefined;
  readonly #listener = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) =>
    this.#accept(socket),
  );
  /** Never listens: it is handed connections. */
  readonly #http = createHttpServer((_request, response) => this.#answer(response));
  readonly #arrivals = new EventLog<number>('connections at the door', (number) => `${number}`);
  readonly #visits = new Set<Visit>();
  #certificate: Certificate | undefined;
  #latencyMs = 0;

  constructor(target: Address, host: string, authority: Authority | undefined) {
    this.#target = target;
    this.host = host;
    this.#authority = authority;
  }

  get url(): string {
    return `${this.#authority ? 'https' : 'http'}://${this.host}:${this.port}`;
  }

  get caFile(): string {
    return this.#signer().caFile;
  }

  get connections(): number {
    return this.#arrivals.all.length;
  }

  nextConnection(timeoutMs?: number): Promise<number> {
    return this.#arrivals.next(undefined, timeoutMs);
  }

  /** At the first port that is free. */
  async start(): Promise<void> {
    for (let attempts = 100; this.port === 0; attempts--) {
      const port = randomInt(...PORTS);
      try {
        await this.#listen(port);
        this.port = port;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempts === 0) throw error;
      }
    }
  }

  async become(mode: DoorMode): Promise<void> {
    this.mode = mode;
    if (mode === 'closed') await this.#close();
    else if (!this.#listener.listening) await this.#listen(this.port);
    for (const visit of this.#visits) {
      if (mode === 'silent') visit.freeze();
      else this.#admit(visit);
    }
  }

  latency(ms: number): void {
    this.#latencyMs = ms;
  }

  cut(): void {
    for (const visit of this.#visits) visit.reset();
  }

  async certificate(kind: CertificateKind): Promise<void> {
    this.#certificate = await this.#signer().certificate(kind);
  }

  async stop(): Promise<void> {
    await this.#close();
    await this.#authority?.stop();
  }

  async #listen(port: number): Promise<void> {
    await once(this.#listener.listen(port, this.host), 'listening');
  }

  async #close(): Promise<void> {
    if (!this.#listener.listening) return;
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    this.cut();
    await closed;
  }

  #accept(socket: Socket): void {
    const visit = new Visit(socket);
    this.#visits.add(visit);
    socket.once('close', () => this.#visits.delete(visit));
    this.#arrivals.push(this.#arrivals.all.length + 1);
    if (this.mode !== 'silent') this.#admit(visit);
  }

  /** Does to a connection what the mode says, unless that was done before: then it goes on. */
  #admit(visit: Visit): void {
    if (visit.admitted) visit.thaw();
    else if (this.mode === 'open') visit.pass(this.#target, this.#certificate, () => this.#latencyMs);
    else if (this.mode === 'reset') visit.reset();
    else {
      const socket = visit.enter(this.#certificate);
      this.#http.emit('connection', socket);
      socket.resume();
    }
  }

  #answer(response: ServerResponse): void {
    const { mode } = this;
    response.setHeader('connection', 'close');
    if (typeof mode === 'object' && 'status' in mode) {
      const [type, body] = errorOf(mode.status, mode.as ?? 'json');
      response.writeHead(mode.status, { 'content-type': type }).end(body);
    } else if (typeof mode === 'object' && mode.portal === 'redirect') {
      response.writeHead(302, { location: 'http://login.hotel.test/' }).end();
    } else {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(LOGIN_PAGE);
    }
  }

  #signer(): Authority {
    if (this.#authority === undefined) throw new Error('this door was opened without TLS');
    return this.#authority;
  }
}
