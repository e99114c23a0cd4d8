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
  /** Within one JSON value of an answer; undefined for the default of JsonBounds. */
  readonly maxValues?: number | undefined;
  /** Connections are kept for the next request. */
  readonly kept: boolean;
}

/**
 * All requests to the service, those of the SDK included. Node's fetch reports nothing about its connection, sends the key
 * to the redirects of captive portals, and has no time-out for connecting.
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

  /** Whether there is an idle connection for the next request. */
  get warm(): boolean {
    return Object.values(this.#agents).some(({ freeSockets }) => Object.keys(freeSockets).length > 0);
  }

  /** Closes idle connections. The next requests open new ones. */
  renew(): void {
    for (const { freeSockets } of Object.values(this.#agents)) {
      for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
    }
    this.#agents = this.#freshAgents();
  }

  /**
   * A fetch for one request. It rejects with a Fault. Aborting the signal closes the connection.
   * @param place where the key goes, which the caller gives in the header x-goog-api-key
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
          link?.confirm(); // the service itself answered
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
    // An agent sets keep-alive again on each connection that it keeps.
    const options = { keepAlive: this.#limits.kept, keepAliveMsecs: KEEP_ALIVE_MS };
    const dialled = <A extends HttpAgent>(agent: A, protocol: string): A => {
      // The documented way to change how an agent connects. The stream buffers the request until it is open.
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

  /** The service's own JSON. @throws Fault for anything else */
  async #responseOf(answer: IncomingMessage, key: string, verified: boolean): Promise<Response> {
    const status = answer.statusCode ?? 0;
    const type = answer.headers['content-type'] ?? '';
    if (status === 200 && /json|event-stream/.test(type)) {
      const checked = Readable.from(bounded(answer, this.#limits.maxValues), { objectMode: false });
      // Node and the DOM declare web streams differently.
      const body = Readable.toWeb(checked) as unknown as ReadableStream<Uint8Array>;
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

/** An answer has at most a minute of speech, at 64 kB a second. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** The pieces of an answer. @throws Fault service-garbled beyond the bounds of JSON */
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
