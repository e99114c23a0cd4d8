import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { Clock } from '../../time.ts';
import { type OpeningStep, timeoutFault } from '../live/classify.ts';
import { isName, type Names } from '../live/names.ts';
import { MAX_REFUSAL_CHARACTERS, UpgradeRefused } from '../live/refusal.ts';
import { lostFault, refusalOf } from './faults.ts';

export interface LineEvents {
  /** There is a connection. @param roundTripMs of its TCP handshake, in milliseconds */
  connected(roundTripMs: number): void;
  /** The operating system has taken all of the request. */
  sent(): void;
}

/** A kept connection is asked for a sign of life this often while it is idle, in milliseconds. */
const KEEP_ALIVE_MS = 10_000;

/**
 * The way of the SDK's requests, in place of the fetch that it would use: that one tells nothing of the connection
 * below it, follows the redirects of captive portals with the key in hand, and waits for a connection as long as the
 * system likes. Connections are kept for the next request, so that only the first one pays for their opening.
 */
export class Line {
  readonly #names: Names;
  readonly #clock: Clock;
  readonly #connectTimeoutMs: number;
  readonly #roundTrips = new WeakMap<Socket, number>();
  #agents = freshAgents();

  /** @param connectTimeoutMs from the first packet to the open connection, in milliseconds */
  constructor(names: Names, clock: Clock, connectTimeoutMs: number) {
    this.#names = names;
    this.#clock = clock;
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  /** Whether there is a connection that waits for the next request. */
  get warm(): boolean {
    return Object.values(this.#agents).some(({ freeSockets }) => Object.keys(freeSockets).length > 0);
  }

  /** What comes next goes over fresh connections; those that wait are ended. */
  renew(): void {
    for (const { freeSockets } of Object.values(this.#agents)) {
      for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
    }
    this.#agents = freshAgents();
  }

  /** A fetch for one request of the SDK. It rejects with a Fault; the signal's abort ends the connection under it. */
  fetch(events: LineEvents): typeof fetch {
    return (input, init = {}) => this.#request(new URL(String(input)), init, events);
  }

  #request(url: URL, init: RequestInit, events: LineEvents): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const secure = url.protocol === 'https:';
    const headers = Object.fromEntries(new Headers(init.headers));
    const key = headers['x-goog-api-key'] ?? '';
    let step: OpeningStep = isName(url.hostname) ? 'name' : 'address';
    let established = false;
    const ask = secure ? httpsRequest : httpRequest;
    const asking = ask(
      url,
      {
        method: init.method ?? 'GET',
        headers,
        lookup: this.#names.lookup,
        agent: secure ? this.#agents.https : this.#agents.http,
        ...(init.signal ? { signal: init.signal } : {}),
      },
      (answer) => {
        stopWaiting();
        responseOf(answer, key).then((response) => {
          this.#names.confirm(url.hostname); // nobody else answered in its place
          resolve(response);
        }, reject);
      },
    );
    const stopWaiting = this.#clock.after(this.#connectTimeoutMs, () => {
      reject(timeoutFault(step, this.#connectTimeoutMs));
      asking.destroy();
    });
    const ready = (socket: Socket) => {
      stopWaiting();
      established = true;
      events.connected(this.#roundTrips.get(socket) ?? 0);
    };
    asking.on('socket', (socket) => {
      if (asking.reusedSocket) {
        ready(socket);
        return;
      }
      let startedMs = this.#clock.now();
      socket.once('lookup', () => {
        step = 'address';
        startedMs = this.#clock.now();
      });
      socket.once('connect', () => {
        this.#roundTrips.set(socket, this.#clock.now() - startedMs);
        step = secure ? 'tls' : 'upgrade';
        if (!secure) ready(socket);
      });
      socket.once('secureConnect', () => ready(socket));
    });
    asking.on('finish', () => events.sent());
    asking.on('error', (error: NodeJS.ErrnoException) => {
      stopWaiting();
      reject(init.signal?.aborted ? error : lostFault(error, established, key));
    });
    asking.end(typeof init.body === 'string' ? init.body : undefined);
    return promise;
  }
}

function freshAgents() {
  const options = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS };
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
}

/** What the SDK may read: the service's own JSON. @throws Fault for anything else */
async function responseOf(answer: IncomingMessage, key: string): Promise<Response> {
  const status = answer.statusCode ?? 0;
  const type = answer.headers['content-type'] ?? '';
  if (status === 200 && /json|event-stream/.test(type)) {
    // The two declarations of a web stream, Node's and the DOM's, differ in what nobody here uses.
    const body = Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>;
    return new Response(body, { status, headers: { 'content-type': type } });
  }
  let body = '';
  for await (const part of answer) {
    body += String(part);
    if (body.length >= MAX_REFUSAL_CHARACTERS) break;
  }
  throw refusalOf(new UpgradeRefused(status, body, type), key);
}
