/** The phrasebook for the rest of Dragoman: recognises its phrases and speaks any text, in a process of its own. */

import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHILD_FLAGS, childEnvironment } from '../base/child-environment.ts';
import { orAborted } from '../base/or-aborted.ts';
import { type Cancel, type Clock, REAL_TIME } from '../base/time.ts';
import { type Book, dataOf, type Phrase } from './book/book.ts';
import { DEFAULT_BOOK, loadBook } from './book/book-file.ts';
import { MissingDependency } from './libraries.ts';
import { INPUT_HZ, LONGEST_HEARD_SECONDS, LONGEST_TEXT, type Request, type Response } from './protocol.ts';

/** `distance`: 0 (certain) to the language's threshold. */
export type Recognition =
  | {
      readonly kind: 'recognised';
      readonly phrase: Phrase;
      readonly language: string;
      readonly distance: number;
    }
  | { readonly kind: 'rejected'; readonly nearestLanguage: string };

/** The child ended, hung or could not be started. The next request starts another. */
export class PhrasebookStopped extends Error {
  override readonly name = 'PhrasebookStopped';
}

/** The child could not do a request. The message says why, and nothing of what was said. */
export class PhrasebookFailed extends Error {
  override readonly name = 'PhrasebookFailed';
}

export interface PhrasebookWorkerOptions {
  /** The book or its file, which is read at every start; by default the one that comes with Dragoman. */
  readonly book?: string | Book;
  /** A child that doesn't answer for this long counts as hung, unless the request says otherwise; in milliseconds. */
  readonly hungAfterMs?: number;
  readonly clock?: Clock;
}

interface RequestOptions {
  /** Ends the wait; work that has begun continues in the child, and its result is dropped. */
  readonly signal?: AbortSignal;
  /** A child that doesn't answer for this long counts as hung; in milliseconds. */
  readonly withinMs?: number;
}

interface RecogniseOptions extends RequestOptions {
  /** The book's codes of the languages that are listened for; all, if left out. */
  readonly languages?: readonly string[];
}

/** A request without the number that the worker gives it. */
type Question = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

interface Job {
  readonly question: Question;
  readonly withinMs: number;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
}

/** A running child and its requests; dropped when the child ends. */
interface Session {
  readonly child: ChildProcess;
  /** Resolves when the child has ended, for whatever reason. */
  readonly ended: Promise<void>;
  readonly ready: Promise<Book>;
  waiting: Job[];
  current: (Job & { readonly id: number; readonly cancelHung: Cancel }) | undefined;
  nextId: number;
  /** Why it ended; undefined while it lives. */
  endedBy: unknown;
}

/** Beside this file, and compiled to JavaScript where this file is. */
const CHILD = fileURLToPath(new URL(`./child${extname(import.meta.filename)}`, import.meta.url));

/** With more requests waiting, the answers would come too late. */
const LONGEST_QUEUE = 32;

/**
 * When a child that doesn't answer counts as hung, in ms. The slowest request, 60 s of sound in two languages, takes about
 * 20 s on a PC's core; a Raspberry Pi 3 is about eight times slower.
 */
const HUNG_AFTER_MS = 240_000;

/** Recognition and speech of the phrasebook, in a resident child process. Requests are answered one by one. */
export class PhrasebookWorker {
  readonly #book: string | Book;
  readonly #hungAfterMs: number;
  readonly #clock: Clock;
  #session: Session | undefined;

  constructor(options: PhrasebookWorkerOptions = {}) {
    this.#book = options.book ?? DEFAULT_BOOK;
    this.#hungAfterMs = options.hungAfterMs ?? HUNG_AFTER_MS;
    this.#clock = options.clock ?? REAL_TIME;
  }

  /**
   * Starts the child and loads book, model and voices, about 0.5 s; does nothing when it runs already.
   * @throws BookError, MissingDependency (with the packages to install), PhrasebookFailed (a word of the book has no
   *   pronunciation) or PhrasebookStopped
   */
  async start(): Promise<void> {
    await this.#running().ready;
  }

  /** The process id of the child; undefined while none runs. */
  get pid(): number | undefined {
    return this.#session?.child.pid;
  }

  /**
   * Which phrase of the book was said, and in which language. Starts the child when it does not run.
   * @param samples 16 kHz, mono, at most 60 s; empty sound is rejected
   * @throws RangeError for longer sound, PhrasebookStopped when the child ended meanwhile, the signal's reason
   */
  async recognise(samples: Int16Array, options: RecogniseOptions = {}): Promise<Recognition> {
    const { languages, signal } = options;
    signal?.throwIfAborted();
    if (samples.length > LONGEST_HEARD_SECONDS * INPUT_HZ) {
      const seconds = (samples.length / INPUT_HZ).toFixed(1);
      throw new RangeError(
        `the utterance is ${seconds} s long; the phrasebook hears at most ${LONGEST_HEARD_SECONDS} s`,
      );
    }
    const session = this.#running();
    const book = await orAborted(session.ready, signal);
    const response = await this.#ask(session, { kind: 'recognise', samples, languages }, options);
    if (response.kind !== 'heard') throw unexpected(response);
    const { verdict } = response;
    if (verdict.kind === 'rejected') return verdict;
    const phrase = book.find(verdict.id);
    if (phrase === undefined)
      throw new Error(`the child recognised "${verdict.id}", which is not in the book`);
    return { kind: 'recognised', phrase, language: verdict.language, distance: verdict.distance };
  }

  /**
   * Speaks a text: 24 kHz, mono, at most 60 s. Starts the child when it does not run.
   * @param language BCP-47, or the name of a voice of espeak-ng: "es", "en-GB", "es-419+f3"
   * @throws RangeError for a text of more than 4,000 characters, MissingDependency when espeak-ng has no such
   *   voice, PhrasebookStopped when the child ended meanwhile
   */
  async speak(text: string, language: string, options: RequestOptions = {}): Promise<Int16Array> {
    const { signal } = options;
    signal?.throwIfAborted();
    if (text.length > LONGEST_TEXT) {
      throw new RangeError(`the text has ${text.length} characters; at most ${LONGEST_TEXT} can be spoken`);
    }
    const session = this.#running();
    await orAborted(session.ready, signal);
    const response = await this.#ask(session, { kind: 'speak', text, language }, options);
    if (response.kind !== 'spoken') throw unexpected(response);
    return response.samples;
  }

  /** Ends the child; waiting requests are rejected. Nothing keeps the process alive afterwards. */
  async stop(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    this.#end(session, new PhrasebookStopped('the phrasebook was stopped'));
    await session.ended;
  }

  #running(): Session {
    if (this.#session !== undefined) return this.#session;
    const child = fork(CHILD, [], {
      execArgv: [...CHILD_FLAGS],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: childEnvironment(),
    });
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => child.pid === undefined && resolve()); // could not be started at all
    });
    const { promise: ready, resolve, reject } = Promise.withResolvers<Book>();
    ready.catch(() => undefined); // every request awaits it as well
    const session: Session = {
      child,
      ended,
      ready,
      waiting: [],
      current: undefined,
      nextId: 1,
      endedBy: undefined,
    };
    this.#session = session;
    child.on('message', (response: Response) => this.#answered(session, response));
    child.on('error', (error) =>
      this.#end(session, new PhrasebookStopped(`the phrasebook's child: ${error.message}`)),
    );
    child.once('exit', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : signal;
      this.#end(session, new PhrasebookStopped(`the phrasebook's child process ended (${how}); ask again`));
    });
    this.#open(session).then(resolve, reject);
    return session;
  }

  async #open(session: Session): Promise<Book> {
    try {
      const book = typeof this.#book === 'string' ? await loadBook(this.#book) : this.#book;
      const response = await this.#ask(session, { kind: 'open', book: dataOf(book) });
      if (response.kind !== 'opened') throw unexpected(response);
      return book;
    } catch (error) {
      // The next request starts another child, with what is installed then.
      this.#end(session, error);
      throw error;
    }
  }

  async #ask(session: Session, question: Question, options: RequestOptions = {}): Promise<Response> {
    const { signal, withinMs = this.#hungAfterMs } = options;
    if (this.#session !== session) throw session.endedBy;
    if (session.waiting.length >= LONGEST_QUEUE)
      throw new RangeError(`the phrasebook has ${LONGEST_QUEUE} requests waiting and takes no more`);
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const job: Job = { question, withinMs, resolve, reject };
    session.waiting.push(job);
    this.#next(session);
    return await orAborted(promise, signal).finally(() => {
      session.waiting = session.waiting.filter((other) => other !== job);
    });
  }

  #next(session: Session): void {
    if (session.current !== undefined) return;
    const job = session.waiting.shift();
    if (job === undefined) return;
    const id = session.nextId++;
    const cancelHung = this.#clock.after(job.withinMs, () => {
      this.#end(
        session,
        new PhrasebookStopped(`the phrasebook's child did not answer within ${job.withinMs} ms`),
      );
    });
    session.current = { ...job, id, cancelHung };
    // A child that can't be reached has exited or is about to; the exit event ends the session.
    session.child.send({ ...job.question, id }, (error) => error !== null && session.child.kill('SIGKILL'));
  }

  #answered(session: Session, response: Response): void {
    const current = session.current;
    if (current?.id !== response.id) return;
    current.cancelHung();
    session.current = undefined;
    if (response.kind === 'failed') current.reject(errorOf(response));
    else current.resolve(response);
    this.#next(session);
  }

  /** Kills the child, which has nothing to save, and rejects all requests. */
  #end(session: Session, reason: unknown): void {
    if (this.#session === session) this.#session = undefined;
    session.endedBy ??= reason;
    const { current, waiting } = session;
    session.current = undefined;
    session.waiting = [];
    current?.cancelHung();
    current?.reject(reason);
    for (const job of waiting) job.reject(reason);
    session.child.kill('SIGKILL');
  }
}

function errorOf({ error, message }: Extract<Response, { kind: 'failed' }>): Error {
  return error === 'missing' ? new MissingDependency(message) : new PhrasebookFailed(message);
}

function unexpected(response: Response): Error {
  return new Error(`the phrasebook's child gave an answer to another question: ${response.kind}`);
}
