/** What happened, for tests to wait for and to look at, and for the program to print. */
import { type RequestRecord, RequestRecords } from './generate/record.ts';
import type { KeyPlace } from './keys.ts';
import type { Content, UsageMetadata } from './protocol/messages.ts';

/** Messages of one kind in a row are one entry: a minute of sound is not six hundred. */
export interface MessageRecord {
  /** `setup`, `realtimeInput.audio`, `clientContent` … */
  readonly type: string;
  /** When the first came, on the stand-in's clock. */
  readonly atMs: number;
  count: number;
}

export interface TurnRecord {
  readonly number: number;
  audioSeconds: number;
  audioMessages: number;
  heard?: string;
  said?: string;
  saidSeconds: number;
  /** What it came to, whether that was told or not; a turn that is broken off is never counted. */
  billed?: UsageMetadata;
  outcome: 'listening' | 'answering' | 'complete' | 'interrupted' | 'broken off';
}

export interface ConnectionRecord {
  readonly id: number;
  readonly path: string;
  readonly openedAtMs: number;
  /** As it was sent, once it has come and passed the check. */
  setup?: unknown;
  /** Turns that it was given before anything was said, where the setup announces them. */
  history?: readonly Content[];
  readonly messages: MessageRecord[];
  readonly turns: TurnRecord[];
  /** With a model that runs on: what all that was streamed came to, told or not. */
  billed?: UsageMetadata;
  closed?: { readonly code: number; readonly reason: string; readonly by: 'client' | 'standin' };
}

interface OfConnection {
  readonly connection: ConnectionRecord;
}

interface OfTurn extends OfConnection {
  readonly turn: TurnRecord;
}

/** What is told with each event. */
interface EventFacts {
  /** The handshake is done. */
  connection: OfConnection;
  /** A setup has come and passed. */
  setup: OfConnection;
  /** setupComplete has been sent. */
  ready: OfConnection;
  /** No connection came of it; status 0: the handshake was never answered. */
  refused: { readonly path: string; readonly status: number };
  activityStart: OfTurn;
  firstAudio: OfTurn;
  activityEnd: OfTurn;
  heard: OfTurn & { readonly text: string };
  /** The answer begins. */
  answer: OfTurn;
  firstAudioOut: OfTurn;
  /** All of the answer's sound has been sent. */
  said: OfTurn & { readonly text: string };
  generationComplete: OfTurn;
  interrupted: OfTurn;
  turnComplete: OfTurn;
  goAway: OfConnection & { readonly timeLeft: string };
  closed: OfConnection & { readonly code: number; readonly reason: string };
  /** Somebody asks for something, served or not. What is secret in the URL is masked. */
  asked: { readonly method: string; readonly url: string; readonly keyIn: KeyPlace | 'both' | undefined };
  /** A single request has come and passed the check. */
  request: { readonly request: RequestRecord };
  /** All of its answer has been sent. */
  answered: { readonly request: RequestRecord };
  /** Something is wrong with the stand-in, or with a socket. */
  trouble: { readonly message: string };
}

export type EventType = keyof EventFacts;
export type EventOf<T extends EventType> = { readonly type: T } & EventFacts[T];
export type StandinEvent = { [T in EventType]: EventOf<T> }[EventType];

/** So that a soak of thousands of turns doesn't fill the memory with what nobody asks for. */
const KEPT = 1000;

export class Recorder {
  readonly connections: ConnectionRecord[] = [];
  readonly requests = new RequestRecords();
  readonly #unread = new Map<EventType, StandinEvent[]>();
  readonly #waiting = new Map<EventType, ((event: StandinEvent) => void)[]>();
  readonly #listeners = new Set<(event: StandinEvent) => void>();
  #connections = 0;

  connection(path: string, openedAtMs: number): ConnectionRecord {
    this.#connections += 1;
    const record: ConnectionRecord = {
      id: this.#connections,
      path,
      openedAtMs,
      messages: [],
      turns: [],
    };
    this.connections.push(record);
    if (this.connections.length > KEPT) this.connections.shift();
    this.emit({ type: 'connection', connection: record });
    return record;
  }

  message(connection: ConnectionRecord, type: string, atMs: number): void {
    const last = connection.messages.at(-1);
    if (last?.type === type) last.count += 1;
    else connection.messages.push({ type, atMs, count: 1 });
  }

  emit(event: StandinEvent): void {
    for (const listener of this.#listeners) listener(event);
    const waiting = this.#waiting.get(event.type)?.shift();
    if (waiting !== undefined) {
      waiting(event);
      return;
    }
    const unread = this.#unread.get(event.type) ?? [];
    unread.push(event);
    if (unread.length > KEPT) unread.shift();
    this.#unread.set(event.type, unread);
  }

  /** The first event of its type that no earlier call has returned: already there, or the next to come. */
  next<T extends EventType>(type: T): Promise<EventOf<T>> {
    return new Promise((resolve) => {
      const isOfType = (event: StandinEvent): event is StandinEvent & EventOf<T> => event.type === type;
      const take = (event: StandinEvent) => {
        if (isOfType(event)) resolve(event);
      };
      const unread = this.#unread.get(type)?.shift();
      if (unread !== undefined) take(unread);
      else this.#waiting.set(type, [...(this.#waiting.get(type) ?? []), take]);
    });
  }

  on(listener: (event: StandinEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
