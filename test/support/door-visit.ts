import { connect, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { monotonicMs } from '../rig/real/clock.ts';
import type { Certificate } from './certificates.ts';

/** A connection at a door, from its accepting to its end. Nothing is read of it until it is admitted. */
export class Visit {
  /** With TLS, what is under it. */
  readonly #socket: Socket;
  #front: Socket | undefined;
  #back: Socket | undefined;
  #lanes: readonly Lane[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => this.reset());
  }

  get admitted(): boolean {
    return this.#front !== undefined;
  }

  /** Admits it. @returns what is to be read and written, in clear; it is paused */
  enter(certificate: Certificate | undefined): Socket {
    this.#front =
      certificate === undefined
        ? this.#socket
        : new TLSSocket(this.#socket, { isServer: true, ...certificate }).pause();
    if (certificate !== undefined) this.#front.on('error', () => this.reset()); // also of a handshake that fails
    return this.#front;
  }

  /** Admits it and passes everything on, both ways. */
  pass(
    target: { host: string; port: number },
    certificate: Certificate | undefined,
    latencyMs: () => number,
  ) {
    const front = this.enter(certificate);
    const back = connect({ ...target, allowHalfOpen: true });
    this.#back = back;
    back.on('error', () => this.reset());
    this.#lanes = [new Lane(front, back, latencyMs), new Lane(back, front, latencyMs)];
    this.thaw();
  }

  freeze(): void {
    for (const lane of this.#lanes) lane.setFrozen(true);
  }

  thaw(): void {
    for (const lane of this.#lanes) lane.setFrozen(false);
  }

  /** RST to both ends. */
  reset(): void {
    this.#socket.resetAndDestroy();
    this.#front?.destroy();
    this.#back?.resetAndDestroy();
  }
}

/** One direction: what comes in here goes out there, so much later, in order. */
class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  /** Without data: the end. */
  readonly #waiting: { readonly dueMs: number; readonly data?: Buffer }[] = [];
  #frozen = true;
  #full = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, latencyMs: () => number) {
    this.#from = from;
    this.#to = to;
    const take = (data?: Buffer): void => {
      this.#waiting.push({ dueMs: monotonicMs() + latencyMs(), ...(data && { data }) });
      this.#deliver();
    };
    from.on('data', take);
    from.on('end', () => take());
    to.on('drain', () => {
      this.#full = false;
      this.#go();
    });
    to.on('close', () => clearTimeout(this.#timer));
  }

  setFrozen(frozen: boolean): void {
    this.#frozen = frozen;
    this.#go();
  }

  #go(): void {
    if (this.#frozen || this.#full) this.#from.pause();
    else this.#from.resume();
    this.#deliver();
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    while (!this.#frozen && !this.#full) {
      const next = this.#waiting[0];
      if (next === undefined || !this.#to.writable) return;
      const leftMs = next.dueMs - monotonicMs();
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#deliver(), leftMs);
        return;
      }
      this.#waiting.shift();
      if (next.data === undefined) this.#to.end();
      else if (!this.#to.write(next.data)) {
        this.#full = true;
        this.#from.pause();
      }
    }
  }
}
