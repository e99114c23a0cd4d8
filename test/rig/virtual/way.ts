import type { Cancel, Clock } from '../../../src/base/time.ts';

/** What lies between two ends of a connection. It may change while they talk. */
export interface Path {
  /** One way, in milliseconds. */
  readonly latencyMs: number;
  /** Nothing comes through, and neither end is notified. */
  readonly blocked: boolean;
  /** Of the segments that are lost, 0 to 1; TCP sends each again. */
  readonly loss: number;
  /** In kbit/s; undefined for no limit. */
  readonly kbit: number | undefined;
}

/** The end to which a way leads. */
export interface Receiver {
  /** Bytes that have arrived and that nobody has read yet. */
  readonly unreadBytes: number;
  /** @returns false when the other end is gone */
  arrived(bytes: Buffer): boolean;
  ended(): void;
  /** The far end has been reset. */
  reset(): void;
}

/** What the kernel takes before the writer has to wait, and what it keeps for a reader that does not read. */
const SEND_BUFFER_BYTES = 128 * 1024;
const RECEIVE_BUFFER_BYTES = 128 * 1024;
/** The most that is sent at once. */
const SEGMENT_BYTES = 16 * 1024;

/** Linux sends again after 200 ms at the earliest (TCP_RTO_MIN, include/net/tcp.h) and doubles that each time. */
const RETRANSMIT_MS = 200;
const MOST_DOUBLINGS = 6;

/** `undefined` stands for the end of the stream. */
interface Segment {
  readonly bytes: Buffer | undefined;
  /** Called when the writer may continue. */
  readonly taken: (() => void) | undefined;
  /** It has come through; those before it may not have. */
  through: boolean;
}

/** One direction of a TCP connection: in order, with a send buffer, a window, retransmissions and acknowledgements. */
export class Way {
  readonly #clock: Clock;
  readonly #path: () => Path;
  readonly #receiver: Receiver;
  /** Called when data has arrived at a closed end. */
  readonly #refused: () => void;
  readonly #waiting: Segment[] = [];
  readonly #underWay: Segment[] = [];
  readonly #timers = new Set<Cancel>();
  #waitingBytes = 0;
  #underWayBytes = 0;
  #sending = false;
  #broken = false;
  #sentBytes = 0;
  #acknowledgedBytes = 0;

  constructor(clock: Clock, path: () => Path, receiver: Receiver, refused: () => void) {
    this.#clock = clock;
    this.#path = path;
    this.#receiver = receiver;
    this.#refused = refused;
  }

  /** Bytes that were written and that the far end has not acknowledged. */
  get unacknowledgedBytes(): number {
    return this.#sentBytes - this.#acknowledgedBytes;
  }

  /** @param taken called when the writer may continue: at once as long as there is room in the send buffer */
  write(bytes: Buffer, taken: () => void): void {
    this.#sentBytes += bytes.length;
    this.#waitingBytes += bytes.length;
    const waits = this.#waitingBytes > SEND_BUFFER_BYTES;
    for (let at = 0; at < bytes.length; at += SEGMENT_BYTES) {
      const last = at + SEGMENT_BYTES >= bytes.length;
      const segment = bytes.subarray(at, at + SEGMENT_BYTES);
      this.#waiting.push({ bytes: segment, taken: waits && last ? taken : undefined, through: false });
    }
    this.send();
    if (!waits) taken();
  }

  end(): void {
    this.#waiting.push({ bytes: undefined, taken: undefined, through: false });
    this.send();
  }

  /** Sends what waits, as far as the far end has room. To be called when it has read something. */
  send(): void {
    const windowBytes = RECEIVE_BUFFER_BYTES - this.#receiver.unreadBytes - this.#underWayBytes;
    if (this.#sending || this.#broken || windowBytes < 0) return;
    const segment = this.#waiting.shift();
    if (segment === undefined) return;
    const length = segment.bytes?.length ?? 0;
    this.#underWay.push(segment);
    this.#underWayBytes += length;
    const sent = () => {
      this.#sending = false;
      this.#waitingBytes -= length;
      segment.taken?.();
      this.#carry(segment, 0);
      this.send();
    };
    const { kbit } = this.#path();
    if (kbit === undefined) sent();
    else {
      this.#sending = true;
      this.#after((length * 8) / kbit, sent);
    }
  }

  /** Nothing more is sent; the far end gets what was sent, and then the reset, which is not repeated. */
  reset(): void {
    this.#broken = true;
    for (const { taken } of this.#waiting.splice(0)) taken?.();
    const { blocked, latencyMs } = this.#path();
    if (!blocked) this.#after(latencyMs, () => this.#receiver.reset());
  }

  /** What was sent and has not arrived is lost, and nothing more is sent. */
  breakOff(): void {
    this.#broken = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    for (const { taken } of this.#waiting.splice(0)) taken?.();
  }

  #carry(segment: Segment, attempt: number): void {
    const { blocked, loss, latencyMs } = this.#path();
    if (blocked || (loss > 0 && this.#clock.random() < loss)) {
      this.#again(attempt, () => this.#carry(segment, attempt + 1));
      return;
    }
    this.#after(latencyMs, () => {
      segment.through = true;
      while (this.#underWay[0]?.through === true) this.#deliver(this.#underWay.shift() as Segment);
    });
  }

  #deliver({ bytes }: Segment): void {
    this.#underWayBytes -= bytes?.length ?? 0;
    if (bytes === undefined) this.#receiver.ended();
    else if (this.#receiver.arrived(bytes)) this.#acknowledge(bytes.length, 0);
    else this.#refused();
  }

  #acknowledge(count: number, attempt: number): void {
    const { blocked, latencyMs } = this.#path();
    if (blocked) this.#again(attempt, () => this.#acknowledge(count, attempt + 1));
    else
      this.#after(latencyMs, () => {
        this.#acknowledgedBytes += count;
      });
  }

  #again(attempt: number, then: () => void): void {
    this.#after(RETRANSMIT_MS * 2 ** Math.min(attempt, MOST_DOUBLINGS), then);
  }

  #after(ms: number, then: () => void): void {
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(cancel);
      then();
    });
    this.#timers.add(cancel);
  }
}
