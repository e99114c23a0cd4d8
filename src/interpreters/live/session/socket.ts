import type { GoogleGenAI } from '@google/genai';
import { WebSocket } from 'ws';
import { every } from '../../../base/time.ts';
import { MAX_REFUSAL_CHARACTERS, UpgradeRefused } from '../../gemini/errors/classify.ts';
import type { KeyPlace } from '../../gemini/key-places.ts';
import type { World } from '../../gemini/world.ts';
import { Acknowledgements } from '../../network/acknowledgements.ts';
import type { Link } from '../../network/dial.ts';
import type { OmittedSetUp } from './history.ts';
import { Garbled, Intake, MAX_MESSAGE_BYTES, readMessage, type ServiceMessage } from './message.ts';

/**
 * The SDK's own socket has no time-outs, no ping and no immediate end, and parses messages where an error can't be caught.
 * Its private factory, which has kept its name from 1.30 to 3.1, is replaced here. The SDK's version is pinned for this.
 */

interface SdkSocketCallbacks {
  onopen: () => void;
  onerror: (event: unknown) => void;
  onmessage: (event: { data: string }) => void;
  onclose: (event: { code: number; reason: string }) => void;
}

interface SdkSocket {
  connect(): void;
  send(message: string): void;
  close(): void;
}

export interface SocketEvents {
  /** The WebSocket is open; the SDK sends its set-up now. */
  opened(): void;
  /** If it throws, the socket ends as after a garbled message. */
  message(message: ServiceMessage): void;
  /** A message is invalid, or there are too many. The socket has been ended. */
  garbled(detail: string): void;
  /** The socket failed; `closed` follows. The first error is the cause. */
  failed(error: Error): void;
  closed(code: number, reason: string): void;
}

/** While a turn waits, pings make the other end acknowledge something. */
const PING_MS = 1000;
const CHECK_MS = 500;

/** What encryption may add to the few messages in flight, in bytes: the kernel's count includes it, Node's does not. */
const ENCRYPTION_BYTES = 512;

const SETUP_COMPLETE = JSON.stringify({ setupComplete: {} });

/** One WebSocket under one session of the SDK. */
export class Socket {
  readonly #events: SocketEvents;
  readonly #world: World;
  /** The link under it; undefined before it was dialled. */
  link: Link | undefined;
  #ws: WebSocket | undefined;
  #unsentBytes = 0;
  #drained = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();

  constructor(events: SocketEvents, world: World) {
    this.#events = events;
    this.#world = world;
  }

  /** Resolves when it is closed. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Bytes given to `send` that the operating system has not taken yet. */
  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  /** Resolves when the operating system has taken all that was sent, or the socket is closed. */
  async drained(): Promise<void> {
    if (this.#unsentBytes > 0) await this.#drained.promise;
  }

  /** Ends the socket at once, without the closing handshake (which takes 30 s with a dead peer). */
  terminate(): void {
    this.#ws?.terminate();
  }

  /**
   * Makes this the socket of the client's next `live.connect`.
   * @param place where it sends the key, which the SDK would add to the URL without encoding it
   * @param setUp is added to the set-up that the SDK sends
   */
  install(client: GoogleGenAI, key: string, place: KeyPlace, setUp: OmittedSetUp = {}): void {
    const live: object = client.live;
    if (typeof Reflect.get(live, 'webSocketFactory')?.create !== 'function') {
      throw new Error(
        '@google/genai has moved its private live.webSocketFactory; src/interpreters/live/session/socket.ts must follow',
      );
    }
    Reflect.set(live, 'webSocketFactory', {
      create: (url: string, headers: Record<string, string>, callbacks: SdkSocketCallbacks): SdkSocket => {
        const bare = url.replace(/\?key=.*$/s, '');
        return place === 'header'
          ? this.#adapter(bare, { ...headers, 'x-goog-api-key': key }, callbacks, setUp)
          : this.#adapter(`${bare}?key=${encodeURIComponent(key)}`, headers, callbacks, setUp);
      },
    });
  }

  #adapter(
    url: string,
    headers: Record<string, string>,
    callbacks: SdkSocketCallbacks,
    setUp: OmittedSetUp,
  ): SdkSocket {
    let change = Object.keys(setUp).length === 0 ? same : (message: string) => withSetUp(message, setUp);
    return {
      connect: () => this.#connect(url, headers, callbacks),
      send: (message) => {
        this.#send(change(message));
        change = same; // the set-up is the first message
      },
      close: () => this.#ws?.close(),
    };
  }

  /**
   * Watches the link while a turn waits. The service answers pings only after 8 to 30 s, so what the other end
   * acknowledges is read from the kernel.
   * @param dead called once, after 3 s without an acknowledgement
   * @returns ends the watch
   */
  watch(dead: () => void): () => void {
    const { clock } = this.#world;
    const acknowledgements = new Acknowledgements();
    let over = false;
    const look = async () => {
      const counted = await this.link?.unacknowledged();
      if (counted === undefined || over) return;
      if (!acknowledgements.look(clock.now(), counted)) return;
      end();
      dead();
    };
    const stopPinging = every(clock, PING_MS, () => {
      if (this.#ws?.readyState === WebSocket.OPEN) this.#ws.ping();
    });
    const stopLooking = every(clock, CHECK_MS, () => void look());
    const end = () => {
      over = true;
      stopPinging();
      stopLooking();
    };
    return end;
  }

  /** Whether the other end has acknowledged the first `bytes` that were written; true where that can't be known. */
  async acknowledged(bytes: number): Promise<boolean> {
    if (this.#unsentBytes > 0) return false;
    const counted = await this.link?.unacknowledged();
    if (counted === undefined) return true;
    return counted.sentBytes - counted.unacknowledgedBytes >= bytes - ENCRYPTION_BYTES;
  }

  #connect(url: string, headers: Record<string, string>, callbacks: SdkSocketCallbacks): void {
    // The SDK writes one slash too many, which some gateways reject.
    const address = new URL(url);
    address.pathname = address.pathname.replace(/^\/+/, '/');
    const ws = new WebSocket(address, {
      headers,
      maxPayload: MAX_MESSAGE_BYTES,
      // Base64 of speech hardly shrinks.
      perMessageDeflate: false,
      createConnection: () => {
        this.link = this.#world.dialler.dial(address);
        return this.link.stream;
      },
    });
    this.#ws = ws;
    ws.on('open', () => {
      this.#events.opened();
      callbacks.onopen();
    });
    const intake = new Intake();
    ws.on('message', (data: Buffer) => {
      if (ws.readyState !== WebSocket.OPEN) return; // ended by an earlier message
      try {
        if (intake.exceeds(data.length, this.#world.clock.now()))
          throw new Garbled('more messages, or more bytes, within a second than there is a reason for');
        const message = readMessage(data);
        // The SDK waits only for this. It parses it again, where a failure would end the process.
        if (message.setupComplete !== undefined) callbacks.onmessage({ data: SETUP_COMPLETE });
        this.#events.message(message);
      } catch (error) {
        // The message of another error may quote what was said.
        const { name, message } = error as Error;
        this.#events.garbled(error instanceof Garbled ? message : `a message could not be handled (${name})`);
        ws.terminate();
      }
    });
    ws.on('unexpected-response', (_request, response) => {
      // Google's error in the body distinguishes a bad key from a bad request; the status does not.
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        body = `${body}${part}`.slice(0, MAX_REFUSAL_CHARACTERS);
      });
      response.on('close', () => {
        const type = response.headers['content-type'];
        const verified = url.startsWith('wss:');
        this.#events.failed(new UpgradeRefused(response.statusCode ?? 0, body, type, verified));
        ws.terminate();
      });
    });
    ws.on('error', (error: NodeJS.ErrnoException) => {
      // An invalid or too large frame, in the words of the library.
      if (error.code?.startsWith('WS_ERR_') === true) this.#events.garbled(error.message);
      else this.#events.failed(error);
      callbacks.onerror(error);
    });
    ws.on('close', (code, reason) => {
      this.#unsentBytes = 0;
      this.#wake();
      this.#closed.resolve();
      this.#events.closed(code, reason.toString());
      callbacks.onclose({ code, reason: reason.toString() });
    });
  }

  #send(message: string): void {
    const ws = this.#ws;
    if (ws?.readyState !== WebSocket.OPEN) return; // the turn keeps its sound
    const bytes = Buffer.byteLength(message);
    this.#unsentBytes += bytes;
    ws.send(message, () => {
      this.#unsentBytes = Math.max(0, this.#unsentBytes - bytes);
      if (this.#unsentBytes === 0) this.#wake();
    });
  }

  #wake(): void {
    this.#drained.resolve();
    this.#drained = Promise.withResolvers();
  }
}

const same = (message: string) => message;

/** @param message the SDK's first @throws Error when it is not the set-up */
function withSetUp(message: string, omitted: OmittedSetUp): string {
  const { setup }: { readonly setup?: object } = JSON.parse(message);
  if (setup === undefined) throw new Error('@google/genai does not begin with its set-up any more');
  return JSON.stringify({ setup: { ...setup, ...omitted } });
}
