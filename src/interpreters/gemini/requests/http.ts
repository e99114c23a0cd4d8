import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIPv6 } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import { Fault } from '../../../kiosk/faults.ts';
import { KEEP_ALIVE_MS, type Link } from '../../network/dial.ts';
import { JsonBounds } from '../../network/json-bounds.ts';
import { isSecure } from '../../network/urls.ts';
import { MAX_REFUSAL_CHARACTERS, timeoutFault, UpgradeRefused } from '../errors/classify.ts';
import { lostFault, refusalOf } from '../errors/request-faults.ts';
import type { KeyPlace } from '../key-places.ts';
import type { World } from '../world.ts';

export interface HttpEvents {
  /** There is a connection. @param roundTripMs of its TCP handshake, in milliseconds */
  connected(roundTripMs: number): void;
  /** The operating system has taken all of the request. */
  sent(): void;
}

export interface HttpLimits {
  /** From the first packet to the open connection, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Of one JSON value of an answer, with all that is in it; undefined for the usual number. */
  readonly maxValues?: number | undefined;
  /** Connections are kept for the next request, so that only the first one pays for their opening. */
  readonly kept: boolean;
}

/**
 * All requests to the service, the SDK's included, in place of Node's fetch: that one reports nothing of the connection
 * below it, follows the redirects of captive portals with the key in hand, and waits for a connection as long as the
 * system likes.
 */
export class Http {
  readonly #world: World;
  readonly #limits: HttpLimits;
  readonly #links = new WeakMap<Duplex, Link>();
  #agents: Readonly<Record<'http' | 'https', HttpAgent>>;

  constructor(world: World, limits: HttpLimits) {
    this.#world = world;
    this.#limits = limits;
    this.#agents = this.#freshAgents();
  }

  /** Whether there is a connection that waits for the next request. */
  get warm(): boolean {
    return Object.values(this.#agents).some(({ freeSockets }) => Object.keys(freeSockets).length > 0);
  }

  /** The next requests go over fresh connections; those that wait are ended. */
  renew(): void {
    for (const { freeSockets } of Object.values(this.#agents)) {
      for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
    }
    this.#agents = this.#freshAgents();
  }

  /**
   * A fetch for one request. It rejects with a Fault; the signal's abort ends the connection under it.
   * @param place where it sends the key, which is given in the header x-goog-api-key
   */
  fetch(events: HttpEvents, place: KeyPlace): typeof fetch {
    return (input, init = {}) => this.#request(new URL(String(input)), init, events, place);
  }

  #request(url: URL, init: RequestInit, events: HttpEvents, place: KeyPlace): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const { clock, confidentiality } = this.#world;
    const { connectTimeoutMs } = this.#limits;
    const secure = isSecure(url);
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
        this.#responseOf(answer, key, secure).then((response) => {
          link?.confirm(); // nobody else answered in its place
          resolve(response);
        }, reject);
      },
    );
    const stopWaiting = clock.after(connectTimeoutMs, () => {
      reject(timeoutFault(link, connectTimeoutMs));
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
      const lost = () => lostFault(error, established, key, clock.wallMs(), confidentiality.applies);
      reject(init.signal?.aborted ? error : lost());
    });
    asking.end(typeof init.body === 'string' ? init.body : undefined);
    return promise;
  }

  #freshAgents() {
    // An agent sets keep-alive anew on each connection that it keeps.
    const options = { keepAlive: this.#limits.kept, keepAliveMsecs: KEEP_ALIVE_MS };
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
      http: dialled(new HttpAgent(options), 'http:'),
      https: dialled(new HttpsAgent(options), 'https:'),
    };
  }

  /** What may be read: the service's own JSON. @throws Fault for anything else */
  async #responseOf(answer: IncomingMessage, key: string, verified: boolean): Promise<Response> {
    const status = answer.statusCode ?? 0;
    const type = answer.headers['content-type'] ?? '';
    if (status === 200 && /json|event-stream/.test(type)) {
      // The two declarations of a web stream, Node's and the DOM's, differ in what nobody here uses.
      const body = Readable.toWeb(
        Readable.from(bounded(answer, this.#limits.maxValues), { objectMode: false }),
      ) as unknown as ReadableStream<Uint8Array>;
      return new Response(body, { status, headers: { 'content-type': type } });
    }
    let body = '';
    for await (const part of answer.setEncoding('utf8')) {
      body += String(part);
      if (body.length >= MAX_REFUSAL_CHARACTERS) break;
    }
    const refused = new UpgradeRefused(status, body, type, verified);
    throw refusalOf(refused, key, this.#world.confidentiality.applies);
  }
}

/** An answer holds a minute's speech at most, of which a second takes 64 kB. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** What comes, as long as it may be parsed. @throws Fault service-garbled after that */
async function* bounded(
  answer: IncomingMessage,
  maxValues: number | undefined,
): AsyncGenerator<Buffer, void, void> {
  const bounds = new JsonBounds(MAX_ANSWER_BYTES, maxValues);
  for await (const piece of answer as AsyncIterable<Buffer>) {
    const exceeded = bounds.exceededBy(piece);
    if (exceeded !== undefined) throw new Fault('service-garbled', `an answer of ${exceeded}`);
    yield piece;
  }
}
