/**
 * The script: faults and changes of the stand-in's answers, set by tests.
 * A step has a moment and an action; steps of the same moment act in their order.
 */
import type { Answer } from '../answerer.ts';
import type { ServerMessage } from '../protocol/messages.ts';
import type { SoundForm } from '../protocol/sound.ts';

/** `upgrade`: before the handshake is answered; `setup`: the setup has come; `ready`: setupComplete has been sent. */
export type ConnectionMoment = 'upgrade' | 'open' | 'setup' | 'ready';

/** After this many chunks of sound. */
interface AfterChunks {
  readonly chunks: number;
}

/** `answer`: the answer is ready and nothing of it is sent. */
export type TurnMoment =
  | 'activityStart'
  | 'firstAudio'
  | 'activityEnd'
  | 'answer'
  | AfterChunks
  | 'generationComplete'
  | 'turnComplete';

/** `request`: it has come and nothing is sent; `end`: all but the end is sent. */
export type RequestMoment = 'request' | AfterChunks | 'end';

export type Action =
  | { readonly do: 'delay'; readonly ms: number }
  | { readonly do: 'send'; readonly message: ServerMessage }
  /** As it stands, JSON or not. */
  | { readonly do: 'sendText'; readonly text: string }
  | { readonly do: 'sendBytes'; readonly bytes: Uint8Array }
  | { readonly do: 'goAway'; readonly timeLeft: string }
  | { readonly do: 'close'; readonly code: number; readonly reason: string }
  /** TCP reset: no closing handshake. */
  | { readonly do: 'reset' }
  /** Nothing more is sent on this connection, and it stays open. */
  | { readonly do: 'hang' }
  /** Nothing more is read from the socket: the client's buffer fills. */
  | { readonly do: 'stopReading' };

/** This status in place of an answer; in a stream that has begun, an error among the chunks. */
interface Refuse {
  readonly do: 'refuse';
  readonly status: number;
  readonly body?: string;
  readonly type?: string;
}

export type RequestAction =
  | Extract<Action, { do: 'delay' | 'reset' | 'hang' }>
  | Refuse
  /** The answer ends here as if it were complete, without a finishReason. */
  | { readonly do: 'cut' };

/** A handshake can be refused, an open connection can't. */
export type ConnectionStep =
  | ({ readonly at: ConnectionMoment } & Action)
  | ({ readonly at: 'upgrade' } & Refuse);

export type Piece =
  | 'inputTranscription'
  | 'outputTranscription'
  | 'audio'
  | 'generationComplete'
  | 'turnComplete'
  | 'usageMetadata';

type Disorder =
  /** Allowed by the protocol: there is no promise about it. */
  | 'input transcription after the turn'
  /** Against its promise. */
  | 'output transcription after the turn'
  /** Seen in the 2.5 family: https://github.com/googleapis/js-genai/issues/707. */
  | 'turnComplete before the last sound';

export type TurnStep =
  | ({ readonly at: TurnMoment } & Action)
  /** This answer in place of the answerer's. */
  | { readonly answer: Partial<Answer> }
  | { readonly omit: readonly Piece[]; readonly turnCompleteReason?: string }
  | { readonly order: Disorder }
  /** The answer's sound in another form. */
  | { readonly sound: SoundForm };

/** What is different about the answer to a request. */
export interface RequestChanges {
  /** In place of the answerer's. */
  readonly answer?: Partial<Answer>;
  /** The whole text of the answer, JSON or not. */
  readonly text?: string;
  readonly finishReason?: string;
  /** The prompt is blocked: no candidate at all. */
  readonly blockReason?: string;
  /** `nothing`: no content, though its tokens are counted; a number: only the first chunks of the sound. */
  readonly content?: 'nothing' | number;
  /** Chunks that end in the middle of a sample; a WAV file in pieces, which no stream has been seen to be. */
  readonly form?: 'odd chunks' | 'WAV file';
  /** Of the sound, as it is named. */
  readonly mimeType?: string;
}

export type RequestStep = ({ readonly at: RequestMoment } & RequestAction) | RequestChanges;

/** `hear`: sound in, text out. `speak`: text in, sound out. */
export type RequestKind = 'hear' | 'speak';

/** Steps for connections, for turns, or for one kind of request. */
class Queue<Step> {
  #every: readonly Step[] = [];
  #next: readonly (readonly Step[])[] = [];

  every(steps: readonly Step[]): void {
    this.#every = steps;
  }

  next(steps: readonly Step[]): void {
    this.#next = [...this.#next, steps];
  }

  take(): readonly Step[] {
    const [next = [], ...rest] = this.#next;
    this.#next = rest;
    return [...this.#every, ...next];
  }

  clear(): void {
    this.#every = [];
    this.#next = [];
  }
}

/** The steps of connections, turns and requests to come. */
export class Script {
  readonly connections = new Queue<ConnectionStep>();
  readonly turns = new Queue<TurnStep>();
  readonly requests = { hear: new Queue<RequestStep>(), speak: new Queue<RequestStep>() };
  #offered: readonly string[] | undefined;

  /** For the next connection that has no steps yet; called twice, for the next two. Without steps: a good one. */
  nextConnection(...steps: ConnectionStep[]): this {
    this.connections.next(steps);
    return this;
  }

  /** For the next turn, whichever connection it comes on. */
  nextTurn(...steps: TurnStep[]): this {
    this.turns.next(steps);
    return this;
  }

  /** For the next single request of this kind that has no steps yet. */
  nextRequest(kind: RequestKind, ...steps: RequestStep[]): this {
    this.requests[kind].next(steps);
    return this;
  }

  /** For all from now on, before what is queued for one of them. */
  everyConnection(...steps: ConnectionStep[]): this {
    this.connections.every(steps);
    return this;
  }

  everyTurn(...steps: TurnStep[]): this {
    this.turns.every(steps);
    return this;
  }

  everyRequest(kind: RequestKind, ...steps: RequestStep[]): this {
    this.requests[kind].every(steps);
    return this;
  }

  /** From now on the service offers these models only. `clear` does not change that. */
  offer(...models: string[]): this {
    this.#offered = models;
    return this;
  }

  /** @param model without `models/` */
  readonly offers = (model: string): boolean => this.#offered?.includes(model) ?? true;

  clear(): this {
    const { hear, speak } = this.requests;
    for (const queue of [this.connections, this.turns, hear, speak]) queue.clear();
    return this;
  }
}

const same = (a: string | AfterChunks, b: string | AfterChunks) =>
  typeof a === 'object' && typeof b === 'object' ? a.chunks === b.chunks : a === b;

const isAction = (step: ConnectionStep | TurnStep): step is { at: ConnectionMoment | TurnMoment } & Action =>
  'at' in step && step.do !== 'refuse';

/** The actions of this moment. */
export function actionsAt(
  steps: readonly (ConnectionStep | TurnStep)[],
  moment: ConnectionMoment | TurnMoment,
): readonly Action[] {
  return steps.filter(isAction).filter(({ at }) => same(at, moment));
}

export function requestActionsAt(
  steps: readonly RequestStep[],
  moment: RequestMoment,
): readonly RequestAction[] {
  return steps.filter((step) => 'at' in step).filter(({ at }) => same(at, moment));
}

export function refusalAtUpgrade(steps: readonly ConnectionStep[]): Refuse | undefined {
  return steps.find((step) => step.do === 'refuse');
}

/** What a turn's steps change in its answer. */
export interface TurnChanges {
  readonly answer: Partial<Answer>;
  readonly omit: ReadonlySet<Piece>;
  readonly turnCompleteReason?: string;
  readonly order?: Disorder;
  readonly sound?: SoundForm;
}

export function turnChanges(steps: readonly TurnStep[]): TurnChanges {
  const changes = steps.filter((step) => !('at' in step));
  return Object.assign({}, ...changes, {
    answer: Object.assign({}, ...changes.map((step) => ('answer' in step ? step.answer : {}))),
    omit: new Set(changes.flatMap((step) => ('omit' in step ? step.omit : []))),
  });
}

export function requestChanges(steps: readonly RequestStep[]): RequestChanges {
  return Object.assign({}, ...steps.filter((step) => !('at' in step)));
}
