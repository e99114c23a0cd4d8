import { once } from 'node:events';
import { lstatSync, mkdirSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { EXIT, Explained } from '../base/errors.ts';
import type { ControlPort } from './port.ts';
import { failed, type Reply, replyTo } from './routes.ts';

/** The socket's owner and its group may command the desk. */
const MODE = 0o660;

/** Much more than any command needs. */
const BODY_LIMIT_BYTES = 4096;

/** A request that is not complete by then is dropped, in milliseconds. */
const REQUEST_LIMIT_MS = 5000;

/** Connections at a time: commands are short. */
const CONNECTIONS_LIMIT = 16;

/** Another daemon has the control socket. The message says which, and what to do. */
export class DaemonRuns extends Explained {
  override readonly exit = EXIT.daemonRuns;
}

/** The control socket: HTTP over a unix socket, for commands and whatever else asks. */
export class ControlServer {
  readonly #file: string;
  readonly #server: http.Server;

  /**
   * @param file the path of the socket
   * @param port answers the requests, which wait until it is there
   * @param bug called with what should not happen; the daemon continues
   */
  constructor(file: string, port: ControlPort | Promise<ControlPort>, bug: (error: unknown) => void) {
    this.#file = file;
    this.#server = http.createServer(
      {
        requestTimeout: REQUEST_LIMIT_MS,
        headersTimeout: REQUEST_LIMIT_MS,
        connectionsCheckingInterval: 1000,
      },
      (request, response) => void handle(port, request, response, bug),
    );
    this.#server.maxConnections = CONNECTIONS_LIMIT;
    this.#server.on('error', (error) => {
      if (this.#server.listening) bug(error);
    });
  }

  /**
   * Listens. Replaces the socket of a daemon that has ended.
   * @throws DaemonRuns when another daemon listens there; Error when the path can't be used
   */
  async start(): Promise<void> {
    mkdirSync(path.dirname(this.#file), { recursive: true });
    try {
      await this.#listen();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      await removeDeadSocket(this.#file);
      await this.#listen();
    }
    try {
      await chmod(this.#file, MODE);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Ends, and removes the socket. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#file);
    await once(this.#server, 'listening');
  }
}

/** Never rejects. */
async function handle(
  port: ControlPort | Promise<ControlPort>,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  bug: (error: unknown) => void,
): Promise<void> {
  try {
    const body = await bodyOf(request);
    const answers = await port;
    // Act and answer in one step: a restart closes the connection in the next.
    send(
      response,
      body === undefined
        ? failed(413, `at most ${BODY_LIMIT_BYTES} bytes`)
        : replyTo(answers, request.method ?? '', request.url ?? '', body),
    );
  } catch (error) {
    if (request.errored) return; // the client has left
    bug(error);
    send(response, failed(500, 'a bug: the log of the daemon says more'));
  }
}

/** @returns undefined when it is longer than BODY_LIMIT_BYTES */
async function bodyOf(request: http.IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Reads and drops the excess, so that the client can read the answer.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_LIMIT_BYTES) chunks.push(chunk);
  }
  return bytes > BODY_LIMIT_BYTES ? undefined : Buffer.concat(chunks).toString();
}

function send(response: http.ServerResponse, { code, body, allow }: Reply): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(code, {
    'content-type': 'application/json',
    connection: 'close',
    ...(allow === undefined ? {} : { allow }),
  });
  response.end(text);
}

/** @throws DaemonRuns when a daemon listens there, or the socket is another user's; Error when it is something else */
async function removeDeadSocket(file: string): Promise<void> {
  if (!lstatSync(file).isSocket()) throw new Error('there is a file that is no socket');
  const connection = net.connect(file);
  const error = await once(connection, 'connect').then(
    () => undefined,
    (failure: NodeJS.ErrnoException) => failure,
  );
  connection.destroy();
  if (error === undefined) throw new DaemonRuns('another daemon listens there');
  if (error.code === 'EACCES') throw new DaemonRuns(`${file} is another user's`);
  if (error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT') throw error;
  await rm(file, { force: true });
}
