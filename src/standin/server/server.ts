/** The stand-in: a server on the loopback that implements the Live API strictly and gives real answers. */

import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { WebSocketServer } from 'ws';
import { Explained } from '../../base/errors.ts';
import { type Clock, REAL_TIME, sleep } from '../../base/time.ts';
import type { Answerer } from '../answerer.ts';
import { type Action, actionsAt, type ConnectionStep, refusalAtUpgrade, Script } from '../faults/script.ts';
import { askedBy, generate } from '../generate/generator.ts';
import { badRequest, googleError, type HttpAnswer, jsonOf, NOT_JSON } from '../protocol/errors.ts';
import { messageType } from '../protocol/schema.ts';
import {
  type ConnectionRecord,
  type EventOf,
  type EventType,
  Recorder,
  type RequestRecord,
  type StandinEvent,
} from '../record.ts';
import { DEFAULT_TIMING, type Services, type Timing } from '../services.ts';
import { SessionConnection } from './connection.ts';
import { type GivenKey, judgeKey, type KeyOptions, keyOf, withoutSecrets } from './keys.ts';
import { type Limits, MEASURED_LIMITS } from './limits.ts';
import { Link } from './link.ts';
import { answerModels } from './model-list.ts';
import { SessionStore } from './resumption.ts';
import { TokenStore } from './tokens.ts';

export interface StandinOptions extends KeyOptions {
  readonly answerer: Answerer;
  /** The IPv4 address that it listens on: the loopback, 127.0.0.1, unless given. 0.0.0.0 is all of them. */
  readonly host?: string;
  /** 0, the default, takes any free one. */
  readonly port?: number;
  /** Instead of listening: called with the server, whose `connection` events make it serve. @returns its base URL */
  readonly serve?: (server: Server) => string;
  /** For limits, delays and the pace of sound: the real time unless given. */
  readonly clock?: Clock;
  readonly timing?: Partial<Timing>;
  readonly limits?: Partial<Limits>;
  /** The service sends its JSON in binary frames. */
  readonly frames?: 'binary' | 'text';
  /** Whether `v1` serves Live is not known; it is not among the defaults. */
  readonly versions?: readonly string[];
  /** The names of the models that it offers: all that it knows unless given. A script may change them. */
  readonly models?: readonly string[];
}

/** The stand-in can't start. The message says what to do. */
class StandinError extends Explained {}

const LOOPBACK = '127.0.0.1';
const DEFAULT_VERSIONS = ['v1beta', 'v1alpha'];
const LIVE_PATH =
  /^\/ws\/google\.ai\.generativelanguage\.(\w+)\.GenerativeService\.BidiGenerateContent(Constrained)?$/;

/** Starts a stand-in; it listens when this resolves. @throws StandinError when it can't; what the answerer's start throws */
export async function startStandin(options: StandinOptions): Promise<Standin> {
  const standin = new Standin(options);
  await standin.start();
  return standin;
}

export class Standin {
  readonly script = new Script();
  readonly #options: StandinOptions;
  readonly #host: string;
  readonly #services: Services;
  readonly #http: Server;
  readonly #ws = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false });
  readonly #tokens: TokenStore;
  readonly #sockets = new Set<Socket>();
  readonly #links = new Map<ConnectionRecord, Link>();
  #port = 0;
  #url: string | undefined;

  constructor(options: StandinOptions) {
    const clock = options.clock ?? REAL_TIME;
    this.#options = options;
    this.#tokens = new TokenStore(clock);
    this.#host = options.host ?? LOOPBACK;
    if (options.models !== undefined) this.script.offer(...options.models);
    this.#services = {
      clock,
      timing: { ...DEFAULT_TIMING, ...options.timing },
      limits: { ...MEASURED_LIMITS, ...options.limits },
      answerer: options.answerer,
      script: this.script,
      recorder: new Recorder(),
      sessions: new SessionStore(clock),
    };
    this.#http = createServer((request, response) => {
      this.#answerHttp(request, response).catch((error: unknown) => {
        // A client that leaves in the middle of its request is not an error.
        if (!request.complete) return;
        this.#services.recorder.emit({ type: 'trouble', message: String(error) });
        response.destroy();
      });
    });
  }

  get port(): number {
    return this.#port;
  }

  /** `http://127.0.0.1:PORT`, or with its host: the base URL for clients. */
  get url(): string {
    return this.#url ?? `http://${this.#host === '0.0.0.0' ? LOOPBACK : this.#host}:${this.#port}`;
  }

  /** The last thousand, oldest first. */
  get connections(): readonly ConnectionRecord[] {
    return this.#services.recorder.connections;
  }

  /** Single requests that passed the check; the last thousand, oldest first. */
  get requests(): readonly RequestRecord[] {
    return this.#services.recorder.requests;
  }

  /** The first event of its type that no earlier call has returned: already there, or the next to come. */
  next<T extends EventType>(type: T): Promise<EventOf<T>> {
    return this.#services.recorder.next(type);
  }

  /** Calls `listener` for every event. @returns ends that */
  on(listener: (event: StandinEvent) => void): () => void {
    return this.#services.recorder.on(listener);
  }

  /** Acts on an open connection now, by default the newest. @returns false when nothing can follow */
  act(actions: Action | readonly Action[], connection?: ConnectionRecord): Promise<boolean> {
    const link = connection === undefined ? [...this.#links.values()].at(-1) : this.#links.get(connection);
    if (link === undefined) return Promise.resolve(false);
    return link.act(Array.isArray(actions) ? actions : [actions]);
  }

  /** Listens first, so that a taken port is an error before anything else is started. */
  async start(): Promise<void> {
    messageType('BidiGenerateContentClientMessage'); // loads the definition before the first client comes
    this.#http.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#http.on('upgrade', (request, socket: Socket, head) => {
      socket.on('error', () => socket.destroy());
      this.#upgrade(request, socket, head).catch((error: unknown) => {
        this.#services.recorder.emit({ type: 'trouble', message: String(error) });
        socket.destroy();
      });
    });
    this.#url = this.#options.serve?.(this.#http);
    if (this.#url === undefined) await this.#listen();
    try {
      await this.#options.answerer.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #listen(): Promise<void> {
    const { port = 0 } = this.#options;
    this.#http.listen(port, this.#host);
    await once(this.#http, 'listening').catch((error: NodeJS.ErrnoException) => {
      throw cannotListen(this.#host, port, error);
    });
    this.#port = (this.#http.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const link of this.#links.values()) link.terminate();
    const closed = new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await this.#options.answerer.stop();
  }

  async #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const { clock, recorder } = this.#services;
    const url = urlOf(request);
    const match = LIVE_PATH.exec(url.pathname);
    const version = match?.[1];
    const given = this.#asked(url, request);
    const refuse = (answer: HttpAnswer) => {
      recorder.emit({ type: 'refused', path: url.pathname, status: answer.status });
      writeRefusal(socket, answer.status, JSON.stringify(answer.body));
    };
    if (version === undefined || !this.#serves(version)) {
      refuse(notFound(url));
      return;
    }
    const constrained = match?.[2] !== undefined;
    const token = url.searchParams.get('access_token') ?? '';
    // The place of a token is the URL, wherever keys are looked for.
    const refused = judgeKey(constrained ? { key: token, in: this.#options.keyIn } : given, this.#options);
    if (refused !== undefined && this.#options.keyRefusal !== 'close') {
      refuse(refused.answer);
      return;
    }
    const admitted = constrained ? this.#tokens.admit(token) : { setup: undefined };
    if ('refused' in admitted) {
      refuse(admitted.refused);
      return;
    }
    const steps = this.script.connections.take();
    if (!(await this.#atUpgrade(steps, socket, url.pathname))) return;
    this.#ws.handleUpgrade(request, socket, head, (ws) => {
      const link = new Link(ws, socket, clock, this.#options.frames ?? 'binary');
      const record = recorder.connection(url.pathname, clock.now());
      this.#links.set(record, link);
      ws.once('close', () => this.#links.delete(record));
      const facts = { version, record, steps, lockedSetup: admitted.setup };
      new SessionConnection(ws, link, this.#services, facts).start();
      if (refused !== undefined) link.close(refused.close.code, refused.close.reason);
    });
  }

  /** Records a request and where its key was. */
  #asked(url: URL, request: IncomingMessage): GivenKey {
    const given = keyOf(url, request);
    const { method = '' } = request;
    this.#services.recorder.emit({
      type: 'asked',
      method,
      url: withoutSecrets(request.url ?? ''),
      keyIn: given.in,
    });
    return given;
  }

  /** Follows the script before the handshake is answered. @returns whether it is answered at all */
  async #atUpgrade(steps: readonly ConnectionStep[], socket: Socket, path: string): Promise<boolean> {
    const { clock, recorder } = this.#services;
    const over = (status: number) => {
      recorder.emit({ type: 'refused', path, status });
      return false;
    };
    for (const action of actionsAt(steps, 'upgrade')) {
      if (action.do === 'delay') await sleep(clock, action.ms);
      else if (action.do === 'reset') socket.resetAndDestroy();
      else if (action.do === 'close') socket.end();
      if (action.do === 'hang' || action.do === 'reset' || action.do === 'close') return over(0);
    }
    const refusal = refusalAtUpgrade(steps);
    if (refusal === undefined) return !socket.destroyed;
    const { status, body = JSON.stringify(googleError(status, 'UNKNOWN', 'Refused by the script.').body) } =
      refusal;
    writeRefusal(socket, status, body);
    return over(status);
  }

  async #answerHttp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#httpAnswer(request, response);
    if (answer === undefined) return;
    response.writeHead(answer.status, { 'content-type': 'application/json; charset=UTF-8' });
    response.end(`${JSON.stringify(answer.body, null, 2)}\n`);
  }

  /** @returns undefined when it has been answered already */
  async #httpAnswer(request: IncomingMessage, response: ServerResponse): Promise<HttpAnswer | undefined> {
    const url = urlOf(request);
    const [, version = '', ...rest] = url.pathname.split('/');
    const given = this.#asked(url, request);
    if (!this.#serves(version)) return notFound(url);
    const refused = judgeKey(given, this.#options);
    if (refused !== undefined) return refused.answer;
    const path = rest.join('/');
    if (request.method === 'POST' && path === 'auth_tokens') {
      const json = jsonOf(await text(request));
      return json === undefined ? badRequest(NOT_JSON) : this.#tokens.mint(json);
    }
    const asked = request.method === 'POST' ? askedBy(path) : undefined;
    if (asked !== undefined) {
      const http = { request, response, body: await buffer(request) };
      return await generate(this.#services, asked, version, url, http);
    }
    if (request.method !== 'GET') return notFound(url);
    return answerModels(version, path, url.searchParams, this.script.offers) ?? notFound(url);
  }

  #serves(version: string): boolean {
    return (this.#options.versions ?? DEFAULT_VERSIONS).includes(version);
  }
}

/** The SDK's base URL keeps its trailing slash, so its paths begin with two. */
function urlOf(request: IncomingMessage): URL {
  return new URL(`http://127.0.0.1${request.url?.replace(/^\/+/, '/')}`);
}

function notFound({ pathname }: URL): HttpAnswer {
  return googleError(404, 'NOT_FOUND', `The requested URL ${pathname} was not found on this server.`);
}

function cannotListen(host: string, port: number, error: NodeJS.ErrnoException): StandinError {
  const why =
    error.code === 'EADDRINUSE'
      ? `port ${port} on ${host} is already in use; choose another, or 0 for any that is free`
      : `port ${port} on ${host} cannot be listened on: ${error.message}`;
  return new StandinError(why, { cause: error });
}

function writeRefusal(socket: Socket, status: number, body: string): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n` +
      'Content-Type: application/json; charset=UTF-8\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
