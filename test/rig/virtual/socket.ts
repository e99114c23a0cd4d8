import { Duplex } from 'node:stream';
import type { Clock } from '../../../src/base/time.ts';
import type { NetworkStream } from '../../../src/interpreters/network/network.ts';
import { type Path, type Receiver, Way } from './way.ts';

/** One end of a TCP connection in memory, as far as `ws`, `node:http` and our own code use one. */
export class VirtualSocket extends Duplex implements NetworkStream, Receiver {
  readonly remoteAddress = '198.18.0.1';
  /** Set as soon as there is a far end. */
  #way: Way | undefined;
  #far: VirtualSocket | undefined;
  #incoming: Buffer[] = [];
  #incomingBytes = 0;
  #hasEnded = false;
  #wantsMore = false;
  /** What was written before there was a connection. */
  #early: (() => void)[] = [];
  #writtenBytes = 0;

  /** @param allowHalfOpen as of a server's sockets: they end when the server says so */
  constructor(allowHalfOpen: boolean) {
    super({ allowHalfOpen });
  }

  /** Connects two ends. @param up, down the path from `dialling` to `answering`, and back */
  static connect(
    clock: Clock,
    dialling: VirtualSocket,
    answering: VirtualSocket,
    up: () => Path,
    down: () => Path,
  ): void {
    dialling.#join(answering, new Way(clock, up, answering, () => dialling.#broken()));
    answering.#join(dialling, new Way(clock, down, dialling, () => answering.#broken()));
  }

  get bytesWritten(): number {
    return this.#writtenBytes + this.writableLength;
  }

  get unreadBytes(): number {
    return this.#incomingBytes;
  }

  /** Bytes that were written and that the far end has not acknowledged. */
  get unacknowledgedBytes(): number {
    return this.#way?.unacknowledgedBytes ?? 0;
  }

  /** Whether there is or has been a far end. */
  get connected(): boolean {
    return this.#way !== undefined;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  /** Node's own time-outs of idle sockets run on real time, so there are none here. */
  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** Ends the connection as a TCP RST does: the far end fails with ECONNRESET when it arrives. */
  resetAndDestroy(): this {
    this.#way?.reset();
    this.#far = undefined;
    return this.destroy();
  }

  /** The far end has been reset. */
  reset(): void {
    this.fail('ECONNRESET', 'read ECONNRESET');
  }

  /** Something on the way has ended the connection. */
  fail(code: string, message = code): void {
    this.destroy(Object.assign(new Error(message), { code }));
  }

  arrived(bytes: Buffer): boolean {
    if (this.destroyed) return false;
    this.#incoming.push(bytes);
    this.#incomingBytes += bytes.length;
    this.#handOver();
    return true;
  }

  ended(): void {
    this.#hasEnded = true;
    this.#handOver();
  }

  override _read(): void {
    this.#wantsMore = true;
    this.#handOver();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#whenConnected((way) => {
      this.#writtenBytes += chunk.length;
      way.write(Buffer.from(chunk), done);
    });
  }

  override _final(done: () => void): void {
    this.#whenConnected((way) => {
      way.end();
      done();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#early = [];
    this.#incoming = [];
    this.#incomingBytes = 0;
    // The kernel still sends what it has, and then the end, whatever the reason. After a reset nothing is sent.
    if (!this.writableFinished) this.#way?.end();
    if (this.#far !== undefined) this.#far.#roomAgain();
    done(error);
  }

  #join(far: VirtualSocket, way: Way): void {
    this.#far = far;
    this.#way = way;
    for (const write of this.#early.splice(0)) write();
  }

  #whenConnected(then: (way: Way) => void): void {
    const way = this.#way;
    if (way !== undefined) then(way);
    else
      this.#early.push(() => {
        if (this.#way !== undefined) then(this.#way);
      });
  }

  #handOver(): void {
    while (this.#wantsMore && this.#incoming.length > 0) {
      const bytes = this.#incoming.shift() as Buffer;
      this.#incomingBytes -= bytes.length;
      this.#wantsMore = this.push(bytes);
      if (this.#far !== undefined) this.#far.#roomAgain();
    }
    if (this.#hasEnded && this.#incoming.length === 0) {
      this.#hasEnded = false;
      this.push(null);
    }
  }

  #roomAgain(): void {
    this.#way?.send();
  }

  /** The far end has been closed: it answers data with a reset. */
  #broken(): void {
    this.#way?.breakOff();
    this.reset();
  }
}
