import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIPv6 } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import { Fault } from '../../kiosk/faults.ts';
import type { Confidentiality } from '../confidentiality.ts';
import { timeoutFault } from '../live/classify.ts';
import { MAX_REFUSAL_CHARACTERS, UpgradeRefused } from '../live/refusal.ts';
import { KEEP_ALIVE_MS, type Link, type World } from '../network/dial.ts';
import { JsonBounds } from '../network/json-bounds.ts';
import type { KeyPlace } from '../network/key-places.ts';
import { lostFault, refusalOf } from './faults.ts';

export interface LineEvents {
  /** There is a connection. @param roundTripMs of its TCP handshake, in milliseconds */
  connected(roundTripMs: number): void;
  /** The operating system has taken all of the request. */
  sent(): void;
}

type Agents = Readonly<Record<'http' | 'https', HttpAgent>>;

/**
 * The way of the SDK's requests, in place of the fetch that it would use: that one tells nothing of the connection
 * below it, follows the redirects of captive portals with the key in hand, and waits for a connection as long as the
 * system likes. Connections are kept for the next request, so that only the first one pays for their opening.
 */
export class Line {
  readonly #world: World;
  readonly #connectTimeoutMs: number;
  readonly #links = new WeakMap<Duplex, Link>();
  #agents: Agents;

  /** @param connectTimeoutMs from the first packet to the open connection, in milliseconds */
  constructor(world: World, connectTimeoutMs: number) {
    this.#world = world;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#agents = this.#freshAgents();
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
    this.#agents = this.#freshAgents();
  }

  /**
   * A fetch for one request of the SDK. It rejects with a Fault; the signal's abort ends the connection under it.
   * @param place where it sends the key, which the SDK puts into a header
   */
  fetch(events: LineEvents, place: KeyPlace): typeof fetch {
    return (input, init = {}) => this.#request(new URL(String(input)), init, events, place);
  }

  #request(url: URL, init: RequestInit, events: LineEvents, place: KeyPlace): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const secure = url.protocol === 'https:';
    const headers = Object.fromEntries(new Headers(init.headers));
    const key = headers['x-goog-api-key'] ?? '';
    if (place === 'query') {
      url.searchParams.set('key', key);
      delete headers['x-goog-api-key'];
    }
    let link: Link | undefined;
    let established = false;
    const ask = secure ? httpsRequest : httpRequest;
    const asking = ask(
      url,
      {
        method: init.method ?? 'GET',
        headers,
        agent: secure ? this.#agents.https : this.#agents.http,
        ...(init.signal ? { signal: init.signal } : {}),
      },
      (answer) => {
        stopWaiting();
        responseOf(answer, key, secure, this.#world.confidentiality).then((response) => {
          link?.confirm(); // nobody else answered in its place
          resolve(response);
        }, reject);
      },
    );
    const stopWaiting = this.#world.clock.after(this.#connectTimeoutMs, () => {
      reject(timeoutFault(link, this.#connectTimeoutMs));
      asking.destroy();
    });
    asking.on('socket', (socket) => {
      link = this.#links.get(socket);
      link?.opened(() => {
        stopWaiting();
        established = true;
        events.connected(link?.roundTripMs ?? 0);
      });
    });
    asking.on('finish', () => events.sent());
    asking.on('error', (error: NodeJS.ErrnoException) => {
      stopWaiting();
      const { clock, confidentiality } = this.#world;
      const lost = () => lostFault(error, established, key, clock.wallMs(), confidentiality.applies);
      reject(init.signal?.aborted ? error : lost());
    });
    asking.end(typeof init.body === 'string' ? init.body : undefined);
    return promise;
  }

  #freshAgents(): Agents {
    // An agent sets it anew on each connection that it keeps.
    const kept = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS };
    const dialled = <A extends HttpAgent>(agent: A, protocol: string): A => {
      // Node's own way to replace how an agent connects; a request waits in the stream until it is open.
      agent.createConnection = ({ host, port }) => {
        const name = isIPv6(host ?? '') ? `[${host}]` : host;
        const link = this.#world.dialler.dial(new URL(`${protocol}//${name}:${port}`));
        this.#links.set(link.stream, link);
        return link.stream;
      };
      return agent;
    };
    return {
      http: dialled(new HttpAgent(kept), 'http:'),
      https: dialled(new HttpsAgent(kept), 'https:'),
    };
  }
}

/** What the SDK may read: the service's own JSON. @throws Fault for anything else */
async function responseOf(
  answer: IncomingMessage,
  key: string,
  verified: boolean,
  confidentiality: Confidentiality,
): Promise<Response> {
  const status = answer.statusCode ?? 0;
  const type = answer.headers['content-type'] ?? '';
  if (status === 200 && /json|event-stream/.test(type)) {
    // The two declarations of a web stream, Node's and the DOM's, differ in what nobody here uses.
    const body = Readable.toWeb(
      Readable.from(bounded(answer), { objectMode: false }),
    ) as unknown as ReadableStream<Uint8Array>;
    return new Response(body, { status, headers: { 'content-type': type } });
  }
  let body = '';
  for await (const part of answer.setEncoding('utf8')) {
    body += String(part);
    if (body.length >= MAX_REFUSAL_CHARACTERS) break;
  }
  throw refusalOf(new UpgradeRefused(status, body, type, verified), key, confidentiality.applies);
}

/** An answer holds a minute's speech at most, of which a second takes 64 kB. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** What comes, as long as it may be parsed. @throws Fault service-garbled after that */
async function* bounded(answer: IncomingMessage): AsyncGenerator<Buffer, void, void> {
  const bounds = new JsonBounds(MAX_ANSWER_BYTES);
  for await (const piece of answer as AsyncIterable<Buffer>) {
    const exceeded = bounds.exceededBy(piece);
    if (exceeded !== undefined) throw new Fault('service-garbled', `an answer of ${exceeded}`);
    yield piece;
  }
}
