import type { Content, LiveClientSetup, Session } from '@google/genai';
import { Fault } from '../../../kiosk/faults.ts';
import { wordsOf } from '../../gemini/prompt/past.ts';
import type { ServiceMessage } from './message.ts';

/** Earlier turns that a new session gets as its history. */
export interface PastGiven {
  /** At least one. */
  readonly turns: readonly Content[];
  /** The service refused them. @param why without their words */
  refused(why: string): void;
  /** The service refused something, perhaps them. */
  doubted(why: string): void;
}

/** The part of a set-up that the SDK knows, but does not send. */
export type OmittedSetUp = Pick<LiveClientSetup, 'historyConfig'>;

/** INVALID_ARGUMENT, on WebSockets. */
const INVALID = 1007;

/** The history of one session, which may be empty, and whether the service accepts it. */
export class History {
  readonly #past: PastGiven | undefined;
  #answered = false;

  constructor(past: PastGiven | undefined) {
    this.#past = past;
  }

  /** All its words, for their length. */
  get words(): string {
    return wordsOf(this.#past?.turns ?? []);
  }

  get setUp(): OmittedSetUp {
    return this.#past === undefined ? {} : { historyConfig: { initialHistoryInClientContent: true } };
  }

  /** Sends it to a new session, without waiting. @returns whether there is one */
  give(session: Session): boolean {
    if (this.#past === undefined) return false;
    session.sendClientContent({ turns: [...this.#past.turns], turnComplete: true });
    return true;
  }

  /**
   * Checks a message of the session.
   * @param asked the end of an utterance has been sent
   * @returns why the session can't be used: the model has answered the history
   */
  message({ serverContent: content }: ServiceMessage, asked: boolean): Fault | undefined {
    const answers =
      (content?.modelTurn?.parts ?? []).length > 0 || content?.outputTranscription !== undefined;
    if (!answers || this.#answered) return undefined;
    this.#answered = true;
    return asked ? undefined : this.#refused('it answers them');
  }

  /**
   * The service has closed the session.
   * @param begun a turn has begun, so that more than the history may have been sent
   * @param fault the usual meaning of the close
   * @returns the same, unless the history must be the reason
   */
  closed(code: number, begun: boolean, fault: Fault): Fault {
    if (code !== INVALID || this.#answered) return fault;
    if (!begun) return this.#refused(fault.detail) ?? fault;
    this.#past?.doubted(fault.detail);
    return fault;
  }

  /** A fault that makes the engine open another session at once, then without a history. */
  #refused(why: string): Fault | undefined {
    if (this.#past === undefined) return undefined;
    this.#past.refused(why);
    return new Fault('connection-lost', `the service does not take earlier turns: ${why}`);
  }
}
