import type { Content, LiveClientSetup, Session } from '@google/genai';
import { Fault } from '../../../kiosk/faults.ts';
import { wordsOf } from '../../gemini/prompt/past.ts';
import type { ServiceMessage } from './message.ts';

/** Earlier turns that a new session is given as such, before anything is said in it. */
export interface PastGiven {
  /** One at least. */
  readonly turns: readonly Content[];
  /** The service does not take them. @param why without a word of them */
  refused(why: string): void;
  /** The same, unless something else of what was said to it is to blame. */
  doubted(why: string): void;
}

/** What the SDK knows of a set-up and leaves out of the message that it sends. */
export type OmittedSetUp = Pick<LiveClientSetup, 'historyConfig'>;

/** INVALID_ARGUMENT, on WebSockets. */
const INVALID = 1007;

/** The history of one session, which may be none, and whether the service takes it for one. */
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

  /** What announces it. */
  get setUp(): OmittedSetUp {
    return this.#past === undefined ? {} : { historyConfig: { initialHistoryInClientContent: true } };
  }

  /** Gives it to the session that has just been set up, and waits for nothing: what is said follows it. @returns whether there is one */
  give(session: Session): boolean {
    if (this.#past === undefined) return false;
    session.sendClientContent({ turns: [...this.#past.turns], turnComplete: true });
    return true;
  }

  /**
   * A message of the session.
   * @param asked the end of an utterance has been sent
   * @returns why the session is of no use: the model has answered its history, and takes what is said for the next line
   */
  message({ serverContent: content }: ServiceMessage, asked: boolean): Fault | undefined {
    const answers =
      (content?.modelTurn?.parts ?? []).length > 0 || content?.outputTranscription !== undefined;
    if (!answers || this.#answered) return undefined;
    this.#answered = true;
    return asked ? undefined : this.#refused('it answers them');
  }

  /**
   * The session was closed by the service.
   * @param begun a turn has begun, and perhaps more has been sent
   * @param fault what that means otherwise
   * @returns the same, unless nothing but its history is to blame
   */
  closed(code: number, begun: boolean, fault: Fault): Fault {
    if (code !== INVALID || this.#answered) return fault;
    if (!begun) return this.#refused(fault.detail) ?? fault;
    this.#past?.doubted(fault.detail);
    return fault;
  }

  /** Another session, without a past, is opened at once. */
  #refused(why: string): Fault | undefined {
    if (this.#past === undefined) return undefined;
    this.#past.refused(why);
    return new Fault('connection-lost', `the service does not take earlier turns: ${why}`);
  }
}
