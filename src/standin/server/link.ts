/** One client's socket, and the script's actions on it. */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Clock } from '../../base/time.ts';
import { waitUntil } from '../clock.ts';
import type { Action } from '../faults/script.ts';
import type { ServerMessage } from '../protocol/messages.ts';

/** A WebSocket's close frame holds 125 bytes, two of them the code: RFC 6455, 5.5. */
const REASON_BYTES = 123;

export class Link {
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #frames: 'binary' | 'text';
  readonly #ended = new AbortController();
  #hung = false;
  #ending: { readonly code: number; readonly reason: string } | undefined;

  constructor(ws: WebSocket, socket: Socket, clock: Clock, frames: 'binary' | 'text') {
    this.#ws = ws;
    this.#socket = socket;
    this.#clock = clock;
    this.#frames = frames;
    ws.once('close', () => this.#ended.abort());
  }

  /** Aborted when the connection has ended. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** How the stand-in ended it; undefined unless it did. */
  get ending(): { readonly code: number; readonly reason: string } | undefined {
    return this.#ending;
  }

  get hung(): boolean {
    return this.#hung;
  }

  /**
   * JSON as the service prints it, with line breaks, in a binary frame: a client's log of the service shows an
   * ArrayBuffer of 26 bytes for setupComplete (docs/developers/standin.md), which is this text to the byte.
   */
  send(message: ServerMessage): void {
    const text = `${JSON.stringify(message, null, 2)}\n`;
    this.#write(this.#frames === 'text' ? text : Buffer.from(text));
  }

  #write(data: string | Uint8Array): void {
    if (!this.#hung && this.#ending === undefined) this.#ws.send(data);
  }

  close(code: number, reason: string): void {
    if (this.#hung || this.#ending !== undefined) return;
    const cut = cutAtBytes(reason, REASON_BYTES);
    this.#ending = { code, reason: cut };
    this.#ws.close(code, cut);
    this.#ended.abort();
  }

  /** Ends without a closing handshake. @param how by TCP: with a reset, or in the usual way */
  terminate(how: 'reset' | 'close' = 'close'): void {
    this.#ending ??= { code: 1006, reason: '' };
    if (how === 'reset') this.#socket.resetAndDestroy();
    else this.#ws.terminate();
    this.#ended.abort();
  }

  /** Follows the script. @returns false when nothing is to follow */
  async act(actions: readonly Action[]): Promise<boolean> {
    for (const action of actions) {
      if (this.#ended.signal.aborted) return false;
      switch (action.do) {
        case 'delay':
          await waitUntil(this.#clock, this.#clock.now() + action.ms, this.#ended.signal);
          break;
        case 'send':
          this.send(action.message);
          break;
        case 'sendText':
          this.#write(action.text);
          break;
        case 'sendBytes':
          this.#write(action.bytes);
          break;
        case 'goAway':
          this.send({ goAway: { timeLeft: action.timeLeft } });
          break;
        case 'close':
          this.#hung = false; // a test may end what it has let hang
          this.close(action.code, action.reason);
          break;
        case 'reset':
          this.terminate('reset');
          break;
        case 'hang':
          this.#hung = true;
          break;
        case 'stopReading':
          this.#ws.pause();
          break;
      }
    }
    return !this.#ended.signal.aborted && !this.#hung;
  }
}

function cutAtBytes(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  // Not within a character: all bytes of one but its first begin with 10.
  let end = bytes;
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return encoded.subarray(0, end).toString();
}
