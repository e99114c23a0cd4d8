import type { GoogleGenAI } from '@google/genai';
import { WebSocket } from 'ws';

/**
 * The SDK's own socket has no time-outs, no ping, no way to end it at once, and parses messages where an error
 * can't be caught. Its factory is private but small, has kept its name from 1.30 to 3.1, and is replaced here
 * by one whose sockets have all of that. The SDK's version is pinned for this.
 */

/** The largest message that is read, in bytes: a second of 24 kHz sound in base64 takes 64 kB. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** So much of the page or error that came in place of a WebSocket is looked at. */
const MAX_REFUSAL_CHARACTERS = 4000;

/** The server answered the upgrade like any other request. */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused';
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`HTTP ${status} in place of a WebSocket`);
    this.status = status;
    this.body = body;
  }
}

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
  /** The upgrade is through; the SDK sends its setup now. */
  opened(): void;
  /** A message is not JSON. The socket has been ended. */
  garbled(detail: string): void;
  /** The socket failed; `closed` follows. The first error of a socket is the one that tells why. */
  failed(error: Error): void;
  closed(code: number, reason: string): void;
}

/** One WebSocket under one session of the SDK. */
export class Socket {
  readonly #events: SocketEvents;
  readonly #now: () => number;
  #ws: WebSocket | undefined;
  #unsentBytes = 0;
  #drained: (() => void)[] = [];
  #roundTripMs = 0;

  constructor(events: SocketEvents, now: () => number) {
    this.#events = events;
    this.#now = now;
  }

  /** Bytes given to `send` that the operating system has not taken yet. */
  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  /** Round trip of the TCP handshake in milliseconds; 0 before it. */
  get roundTripMs(): number {
    return this.#roundTripMs;
  }

  /** Resolves when the operating system has taken all that was sent, or the socket is closed. */
  async drained(): Promise<void> {
    if (this.#unsentBytes === 0) return;
    await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Ends the socket at once, without the closing handshake (which takes 30 s with a dead peer). */
  terminate(): void {
    this.#ws?.terminate();
  }

  /** Makes this the socket that the client's next `live.connect` uses. */
  install(client: GoogleGenAI): void {
    const live: object = client.live;
    if (typeof Reflect.get(live, 'webSocketFactory')?.create !== 'function') {
      throw new Error(
        '@google/genai has moved its private live.webSocketFactory; src/interpreters/live/socket.ts must follow',
      );
    }
    Reflect.set(live, 'webSocketFactory', {
      create: (url: string, headers: Record<string, string>, callbacks: SdkSocketCallbacks): SdkSocket =>
        this.#adapter(url, headers, callbacks),
    });
  }

  #adapter(url: string, headers: Record<string, string>, callbacks: SdkSocketCallbacks): SdkSocket {
    return {
      connect: () => this.#connect(url, headers, callbacks),
      send: (message) => this.#send(message),
      close: () => this.#ws?.close(),
    };
  }

  #connect(url: string, headers: Record<string, string>, callbacks: SdkSocketCallbacks): void {
    const ws = new WebSocket(url, {
      headers,
      maxPayload: MAX_MESSAGE_BYTES,
      // Base64 of speech hardly shrinks, and a Pi has better things to do.
      perMessageDeflate: false,
      finishRequest: (request) => {
        request.on('socket', (socket) => {
          let startedMs = this.#now();
          socket.once('lookup', () => {
            startedMs = this.#now();
          });
          socket.once('connect', () => {
            this.#roundTripMs = this.#now() - startedMs;
          });
        });
        request.end();
      },
    });
    this.#ws = ws;
    ws.on('open', () => {
      this.#events.opened();
      callbacks.onopen();
    });
    ws.on('message', (data) => {
      const text = data.toString();
      if (!isJsonObject(text)) {
        this.#events.garbled(`a message of ${text.length} characters that is no JSON object`);
        ws.terminate();
        return;
      }
      callbacks.onmessage({ data: text });
    });
    ws.on('unexpected-response', (_request, response) => {
      // The status alone does not tell a bad key from a bad request; Google's error in the body does.
      let body = '';
      response.on('data', (part: Buffer) => {
        body = `${body}${part}`.slice(0, MAX_REFUSAL_CHARACTERS);
      });
      response.on('close', () => {
        this.#events.failed(new UpgradeRefused(response.statusCode ?? 0, body));
        ws.terminate();
      });
    });
    ws.on('error', (error) => {
      this.#events.failed(error);
      callbacks.onerror(error);
    });
    ws.on('close', (code, reason) => {
      this.#unsentBytes = 0;
      this.#wake();
      this.#events.closed(code, reason.toString());
      callbacks.onclose({ code, reason: reason.toString() });
    });
  }

  #send(message: string): void {
    const ws = this.#ws;
    if (ws === undefined || ws.readyState !== WebSocket.OPEN) return; // `closed` tells it; nothing is lost: the turn keeps its sound
    const bytes = Buffer.byteLength(message);
    this.#unsentBytes += bytes;
    ws.send(message, () => {
      this.#unsentBytes = Math.max(0, this.#unsentBytes - bytes);
      if (this.#unsentBytes === 0) this.#wake();
    });
  }

  #wake(): void {
    const waiting = this.#drained;
    this.#drained = [];
    for (const resolve of waiting) resolve();
  }
}

/** The SDK parses each message itself, where a failure ends the process; so it is tried here first. */
function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
