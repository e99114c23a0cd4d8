import { concat } from '../../audio/pcm/concat.ts';
import { CAPTURE_RATE_HZ } from '../../audio/pcm/frame.ts';
import { orAborted } from '../../base/or-aborted.ts';
import { type Clock, REAL_TIME } from '../../base/time.ts';
import type { Abilities } from '../../kiosk/engines.ts';
import { Fault } from '../../kiosk/faults.ts';
import type { Languages } from '../../kiosk/languages.ts';
import type { Book } from '../../phrasebook/book/book.ts';
import { MissingDependency, missingDependencies } from '../../phrasebook/libraries.ts';
import {
  PhrasebookFailed,
  PhrasebookStopped,
  PhrasebookWorker,
  type Recognition,
} from '../../phrasebook/phrasebook-worker.ts';
import type { Turn } from '../../turn/turn.ts';
import {
  type Availability,
  type Interpretation,
  type InterpretationSink,
  type Interpreter,
  type InterpreterWatcher,
  NOTHING_SAID,
  TRANSLATION_RATE_HZ,
} from '../interpreter.ts';
import { answeredIn, type Covered, heardIn, listenedFor } from './sides.ts';

export interface PhrasebookSettings {
  /** The child process ends after this long without use, in milliseconds. */
  readonly idleMs: number;
  /** From the start until it has loaded the model and the book, in milliseconds. */
  readonly startTimeoutMs: number;
  /** For speech; for recognition, in addition to twice the length of the utterance. In milliseconds. */
  readonly answerTimeoutMs: number;
}

/**
 * On one core of a PC: start 0.3 s, recognition 0.2 s for each second of speech, speech 10 ms. A Raspberry Pi 3 is about
 * eight times slower (estimated).
 */
export const PHRASEBOOK_SETTINGS: PhrasebookSettings = {
  idleMs: 600_000,
  startTimeoutMs: 15_000,
  answerTimeoutMs: 3000,
};

/** Recognition may take this many times the length of the utterance, plus `answerTimeoutMs`. */
const SLOWEST = 2;

/** The longest phrase, in seconds. Those of the built-in book take at most 5. */
const LONGEST_PHRASE_SECONDS = 15;

/** What a turn is interpreted with. */
interface Task {
  readonly turn: Turn;
  readonly languages: Languages;
  readonly sink: InterpretationSink;
  readonly signal: AbortSignal;
  /** The child process has been replaced, which happens once in a turn. */
  restarted: boolean;
}

/**
 * The `phrasebook` engine: recognises the phrases of a book and says them in the other language, without a network.
 * Nothing else is understood. Its child process runs only while it may be needed.
 */
export class PhrasebookInterpreter implements Interpreter {
  readonly abilities: Abilities;
  readonly #book: Book;
  readonly #settings: PhrasebookSettings;
  readonly #clock: Clock;
  readonly #worker: PhrasebookWorker;
  #watcher: InterpreterWatcher | undefined;
  #preparing = false;
  /** Calls that need the child process now. */
  #users = 0;
  #stopWaiting = () => {};
  #stopped = false;
  /** A guest has left: the child process ends after its present work. */
  #forgets = false;
  /** It was not available when it was last tried. */
  #away = false;

  /** @param worker for this book */
  constructor(
    book: Book,
    settings: PhrasebookSettings = PHRASEBOOK_SETTINGS,
    clock: Clock = REAL_TIME,
    worker = new PhrasebookWorker({ book, hungAfterMs: settings.startTimeoutMs, clock }),
  ) {
    const languages = new Set(heardIn(book).map((code) => new Intl.Locale(code).language));
    this.abilities = { languages: [...languages], needsSpeaker: false, online: false };
    this.#book = book;
    this.#settings = settings;
    this.#clock = clock;
    this.#worker = worker;
  }

  watch(watcher: InterpreterWatcher): void {
    this.#watcher = watcher;
  }

  /** Starts the child process if it does not run. */
  prepare(_languages: Languages): void {
    if (this.#preparing || this.#stopped) return;
    const running = this.#worker.pid !== undefined;
    this.#preparing = true;
    if (!running) this.#report({ is: 'connecting' });
    void this.#using(async () => {
      try {
        await this.#worker.start();
        if (!running) this.#report({ is: 'ready' });
      } catch (error) {
        this.#report({ is: 'unreachable', fault: faultOf(error) });
      } finally {
        this.#preparing = false;
      }
    });
  }

  /** Checks whether the libraries and the model exist, without loading them. */
  async check(): Promise<void> {
    const missing = missingDependencies();
    if (missing.length > 0)
      this.#report({ is: 'unreachable', fault: new Fault('phrasebook-missing', missing.join('; ')) });
    else if (this.#away) this.#report({ is: 'ready' }); // installed meanwhile, or can be started again
  }

  /** Ends the child process when it is idle: its memory holds what was said. */
  forget(): void {
    this.#forgets = true;
    if (this.#users === 0) this.#endChild();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopWaiting();
    await this.#worker.stop();
  }

  interpret(
    turn: Turn,
    languages: Languages,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation> {
    this.prepare(languages); // the child starts during the utterance
    return this.#using(async () => {
      await turn.reaches(Number.POSITIVE_INFINITY, signal);
      if (turn.frames.length === 0) return NOTHING_SAID;
      try {
        const interpretation = await this.#interpret({ turn, languages, sink, signal, restarted: false });
        this.#report({ is: 'ready' });
        return interpretation;
      } catch (error) {
        if (error instanceof Fault) this.#report({ is: 'unreachable', fault: error });
        throw error;
      }
    });
  }

  async #interpret(task: Task): Promise<Interpretation> {
    const { turn, languages } = task;
    const ears = listenedFor(this.#book, languages);
    const recognition = await this.#recognise(task, ears);
    const heardMs = this.#clock.now();
    const language = recognition?.kind === 'recognised' ? recognition.language : recognition?.nearestLanguage;
    const from = ears.find(({ code }) => code === language);
    const to = answeredIn(this.#book, languages, from?.language);
    const texts = recognition?.kind === 'recognised' ? recognition.phrase.texts : {};
    const notUnderstood = () => this.#notUnderstood(task, to ?? from ?? ears[0]);
    if (from === undefined || to === undefined || from.code === to.code) return notUnderstood();
    const [text, translation] = [texts[from.code], texts[to.code]];
    if (text === undefined || translation === undefined) return notUnderstood();
    if (!(await this.#meant(task, text, from))) return notUnderstood();
    const sound = await this.#speech(task, translation, to);
    const heard = { text, language: from.language };
    const said = { text: translation, language: to.language };
    turn.mark('heard', heardMs);
    task.sink.heard(heard);
    task.sink.said(said);
    this.#play(task, sound);
    return { outcome: 'translated', heard, said, roundTripMs: 0 };
  }

  /** Undefined when the book has none of the turn's languages. */
  async #recognise(task: Task, ears: readonly Covered[]): Promise<Recognition | undefined> {
    if (ears.length === 0) return undefined;
    const { turn, signal } = task;
    const whole = concat(turn.frames.map((frame) => frame.samples));
    const samples = whole.subarray(0, LONGEST_PHRASE_SECONDS * CAPTURE_RATE_HZ);
    const languages = ears.map(({ code }) => code);
    const withinMs = this.#settings.answerTimeoutMs + (SLOWEST * 1000 * samples.length) / CAPTURE_RATE_HZ;
    const recognition = await this.#tried(task, async () => {
      await orAborted(this.#worker.start(), signal);
      turn.mark('connected', this.#clock.now());
      turn.mark('firstSent', this.#clock.now());
      turn.mark('sent', this.#clock.now());
      turn.meter.attempts += 1;
      return await this.#worker.recognise(samples, { languages, signal, withinMs });
    });
    // A longer utterance is not a phrase, but its language counts.
    return recognition.kind === 'recognised' && samples.length < whole.length
      ? { kind: 'rejected', nearestLanguage: recognition.language }
      : recognition;
  }

  /** Asks the speaker, unless recognition in this language rejects what is not a phrase. */
  async #meant(task: Task, text: string, from: Covered): Promise<boolean> {
    if (this.#book.language(from.code).rejects) return true;
    const question = await this.#speech(task, text, from);
    return await orAborted(task.sink.confirm(question), task.signal);
  }

  /** Tells the listener so; in the speaker's language if the book has no other. */
  async #notUnderstood(task: Task, to: Covered | undefined): Promise<Interpretation> {
    const code = to?.code ?? this.#book.languages[0] ?? 'en';
    const language = to?.language ?? code;
    const text = this.#book.notUnderstood(code);
    const sound = await this.#speech(task, text, { language, code });
    const said = { text, language };
    task.sink.said(said);
    this.#play(task, sound);
    return { outcome: 'not understood', heard: undefined, said, roundTripMs: 0 };
  }

  #speech(task: Task, text: string, { code }: Covered): Promise<Int16Array> {
    const { signal } = task;
    return this.#tried(task, async () => {
      const withinMs = this.#settings.answerTimeoutMs;
      const sound = await this.#worker.speak(text, code, { signal, withinMs });
      if (sound.length === 0) throw new PhrasebookFailed(`the voice for "${code}" said nothing`);
      return sound;
    });
  }

  #play({ turn, sink }: Task, sound: Int16Array): void {
    turn.mark('firstAudio', this.#clock.now());
    turn.meter.receivedSeconds += sound.length / TRANSLATION_RATE_HZ;
    sink.audio(sound);
    turn.mark('playable', this.#clock.now());
    turn.mark('answered', this.#clock.now());
  }

  /** Makes a request to the child process. Once in a turn it is repeated with a new one. @throws Fault */
  async #tried<T>(task: Task, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      task.signal.throwIfAborted();
      const fault = faultOf(error);
      if (task.restarted || this.#stopped || fault.code === 'phrasebook-missing') throw fault;
      task.restarted = true;
      task.turn.unanswered();
      task.sink.restarted(fault);
      // If it still runs, its state may be bad.
      if (error instanceof PhrasebookFailed) await this.#worker.stop();
      task.signal.throwIfAborted();
      return await this.#tried(task, ask);
    }
  }

  /** Keeps the child process running during this, and for the idle time after it. */
  async #using<T>(work: () => Promise<T>): Promise<T> {
    this.#users += 1;
    this.#stopWaiting();
    try {
      return await work();
    } finally {
      this.#users -= 1;
      if (this.#users === 0 && !this.#stopped) {
        if (this.#forgets) this.#endChild();
        else this.#stopWaiting = this.#clock.after(this.#settings.idleMs, () => this.#endChild());
      }
    }
  }

  #endChild(): void {
    this.#forgets = false;
    this.#stopWaiting();
    void this.#worker.stop();
  }

  #report(availability: Availability): void {
    if (this.#stopped) return;
    if (availability.is !== 'connecting') this.#away = availability.is === 'unreachable';
    this.#watcher?.availability(availability);
  }
}

/** @throws the error itself if it is a bug */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof MissingDependency) return new Fault('phrasebook-missing', error.message);
  if (error instanceof PhrasebookStopped || error instanceof PhrasebookFailed) {
    return new Fault('phrasebook-failed', error.message);
  }
  throw error;
}
