/** What happened at the stand-in, for tests and for the program's output. */
import type { RequestKind } from './faults/script.ts';
import type { Content, UsageMetadata } from './protocol/messages.ts';
import type { RequestUsage } from './protocol/usage.ts';
import type { KeyPlace } from './server/keys.ts';

/** Messages of one kind in a row are one entry: a minute of sound is not six hundred. */
interface MessageRecord {
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
  /** What it cost, sent to the client or not; a turn that is broken off is never counted. */
  billed?: UsageMetadata;
  outcome: 'listening' | 'answering' | 'complete' | 'interrupted' | 'broken off';
}

export interface ConnectionRecord {
  readonly id: number;
  readonly path: string;
  readonly openedAtMs: number;
  /** As the client sent it, once it has passed the check. */
  setup?: unknown;
  /** Turns that came before any speech, where the setup announces them. */
  history?: readonly Content[];
  readonly messages: MessageRecord[];
  readonly turns: TurnRecord[];
  /** With a continuous model: what all that was streamed cost, sent to the client or not. */
  billed?: UsageMetadata;
  closed?: { readonly code: number; readonly reason: string; readonly by: 'client' | 'standin' };
}

/** A single request. */
export interface RequestRecord {
  readonly id: number;
  readonly model: string;
  readonly kind: RequestKind;
  readonly streamed: boolean;
  /** When it had come, on the stand-in's clock. */
  readonly atMs: number;
  /** As it was checked, without its sound. */
  readonly body: unknown;
  /** Sound that came with it, in seconds. */
  readonly heardSeconds: number;
  /** What was understood, or was to be spoken. */
  text?: string;
  /** Sound that was sent, in seconds. */
  saidSeconds: number;
  /** What it cost, once all of its answer has been sent. */
  billed?: RequestUsage;
  /** HTTP status; 0 until there is one. */
  status: number;
  /** `given up`: the client has left before the end. */
  outcome: 'answering' | 'complete' | 'refused' | 'broken off' | 'given up';
}

interface OfConnection {
  readonly connection: ConnectionRecord;
}

interface OfTurn extends OfConnection {
  readonly turn: TurnRecord;
}

/** The facts of each event. */
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
  /** A request came, served or not. Secrets in the URL are masked. */
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

/** A limit, so that records of thousands of turns don't fill the memory. */
const KEPT = 1000;

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > KEPT) list.shift();
}

export class Recorder {
  readonly connections: ConnectionRecord[] = [];
  readonly requests: RequestRecord[] = [];
  readonly #unread = new Map<EventType, StandinEvent[]>();
  readonly #waiting = new Map<EventType, ((event: StandinEvent) => void)[]>();
  readonly #listeners = new Set<(event: StandinEvent) => void>();
  #connections = 0;
  #requests = 0;

  connection(path: string, openedAtMs: number): ConnectionRecord {
    this.#connections += 1;
    const id = this.#connections;
    const record: ConnectionRecord = { id, path, openedAtMs, messages: [], turns: [] };
    keep(this.connections, record);
    this.emit({ type: 'connection', connection: record });
    return record;
  }

  request(facts: Omit<RequestRecord, 'id' | 'saidSeconds' | 'status' | 'outcome'>): RequestRecord {
    this.#requests += 1;
    const id = this.#requests;
    const record: RequestRecord = { id, saidSeconds: 0, status: 0, outcome: 'answering', ...facts };
    keep(this.requests, record);
    this.emit({ type: 'request', request: record });
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
    keep(unread, event);
    this.#unread.set(event.type, unread);
  }

  /** The first event of its type that no earlier call has returned: already there, or the next to come. */
  next<T extends EventType>(type: T): Promise<EventOf<T>> {
    const { promise, resolve } = Promise.withResolvers<StandinEvent>();
    const unread = this.#unread.get(type)?.shift();
    if (unread !== undefined) resolve(unread);
    else this.#waiting.set(type, [...(this.#waiting.get(type) ?? []), resolve]);
    return promise as Promise<StandinEvent & EventOf<T>>;
  }

  on(listener: (event: StandinEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
