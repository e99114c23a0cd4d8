/**
 * The script: what tests make the stand-in do instead of, or besides, answering well.
 * A step says at which moment it acts and what it does; steps of the same moment act in their order.
 */
import type { Answer } from './answerer.ts';
import type { SoundForm } from './audio.ts';
import { type RequestKind, RequestScript, type RequestStep } from './generate/script.ts';
import type { ServerMessage } from './protocol/messages.ts';

/** `upgrade`: before the handshake is answered; `setup`: the setup has come; `ready`: setupComplete has been sent. */
export type ConnectionMoment = 'upgrade' | 'open' | 'setup' | 'ready';

/** `answer`: the answer is ready and nothing of it is sent; `{ chunks }`: after so many chunks of sound. */
export type TurnMoment =
  | 'activityStart'
  | 'firstAudio'
  | 'activityEnd'
  | 'answer'
  | { readonly chunks: number }
  | 'generationComplete'
  | 'turnComplete';

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

/** Only before the handshake. */
export type UpgradeAction = { readonly do: 'refuse'; readonly status: number; readonly body?: string };

export type ConnectionStep =
  | ({ readonly at: ConnectionMoment } & Action)
  | ({ readonly at: 'upgrade' } & UpgradeAction);

export type Piece =
  | 'inputTranscription'
  | 'outputTranscription'
  | 'audio'
  | 'generationComplete'
  | 'turnComplete'
  | 'usageMetadata';

export type Disorder =
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

/** The steps that apply to one connection, or one turn. */
export class Script {
  /** Of single requests. */
  readonly requests = new RequestScript();
  readonly #connections: (readonly ConnectionStep[])[] = [];
  readonly #turns: (readonly TurnStep[])[] = [];
  #everyConnection: readonly ConnectionStep[] = [];
  #everyTurn: readonly TurnStep[] = [];
  #offered: readonly string[] | undefined;

  /** For the next connection that has no steps yet; called twice, for the next two. Without steps: a good one. */
  nextConnection(...steps: ConnectionStep[]): this {
    this.#connections.push(steps);
    return this;
  }

  /** For the next turn, whichever connection it comes on. */
  nextTurn(...steps: TurnStep[]): this {
    this.#turns.push(steps);
    return this;
  }

  /** For all from now on, before what is queued for one of them. */
  everyConnection(...steps: ConnectionStep[]): this {
    this.#everyConnection = steps;
    return this;
  }

  everyTurn(...steps: TurnStep[]): this {
    this.#everyTurn = steps;
    return this;
  }

  /** For the next single request of this kind that has no steps yet. */
  nextRequest(kind: RequestKind, ...steps: RequestStep[]): this {
    this.requests.next(kind, steps);
    return this;
  }

  everyRequest(kind: RequestKind, ...steps: RequestStep[]): this {
    this.requests.every(kind, steps);
    return this;
  }

  /** From now on the service offers these models and no others, whatever it knows. `clear` leaves it so. */
  offer(...models: string[]): this {
    this.#offered = models;
    return this;
  }

  /** @param model without `models/` */
  readonly offers = (model: string): boolean => this.#offered?.includes(model) ?? true;

  clear(): this {
    this.requests.clear();
    this.#connections.length = 0;
    this.#turns.length = 0;
    this.#everyConnection = [];
    this.#everyTurn = [];
    return this;
  }

  takeConnection(): readonly ConnectionStep[] {
    return [...this.#everyConnection, ...(this.#connections.shift() ?? [])];
  }

  takeTurn(): readonly TurnStep[] {
    return [...this.#everyTurn, ...(this.#turns.shift() ?? [])];
  }
}

const isAction = (
  step: ConnectionStep | TurnStep,
): step is ({ at: TurnMoment } | { at: ConnectionMoment }) & Action => 'at' in step && step.do !== 'refuse';

/** What is to be done at this moment. */
export function actionsAt(
  steps: readonly (ConnectionStep | TurnStep)[],
  moment: ConnectionMoment | TurnMoment,
): readonly Action[] {
  const same = (at: ConnectionMoment | TurnMoment) =>
    typeof at === 'object' ? typeof moment === 'object' && at.chunks === moment.chunks : at === moment;
  return steps.filter(isAction).filter((step) => same(step.at));
}

export function refusalAtUpgrade(steps: readonly ConnectionStep[]): UpgradeAction | undefined {
  return steps.find((step): step is { at: 'upgrade' } & UpgradeAction => step.do === 'refuse');
}

/** What a turn's steps change in its answer. */
export interface TurnChanges {
  readonly answer?: Partial<Answer>;
  readonly omit: ReadonlySet<Piece>;
  readonly turnCompleteReason?: string;
  readonly order?: Disorder;
  readonly sound?: SoundForm;
}

export function changesOf(steps: readonly TurnStep[]): TurnChanges {
  let changes: TurnChanges = { omit: new Set() };
  for (const step of steps) {
    if ('answer' in step) changes = { ...changes, answer: { ...changes.answer, ...step.answer } };
    if ('sound' in step) changes = { ...changes, sound: step.sound };
    if ('order' in step) changes = { ...changes, order: step.order };
    if ('omit' in step) {
      const reason = step.turnCompleteReason;
      changes = {
        ...changes,
        omit: new Set([...changes.omit, ...step.omit]),
        ...(reason === undefined ? {} : { turnCompleteReason: reason }),
      };
    }
  }
  return changes;
}
