import { concat } from '../../audio/pcm/concat.ts';
import { CAPTURE_RATE_HZ } from '../../audio/pcm/frame.ts';
import { type Clock, REAL_TIME } from '../../base/time.ts';
import type { Abilities } from '../../kiosk/engines.ts';
import { Fault } from '../../kiosk/faults.ts';
import type { Languages } from '../../kiosk/languages.ts';
import type { Book } from '../../phrasebook/book/book.ts';
import { MissingDependency, missingDependencies } from '../../phrasebook/libraries.ts';
import { orAborted } from '../../base/or-aborted.ts';
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
  /** The child process ends when it was not used for this long, in milliseconds. */
  readonly idleMs: number;
  /** From its start until it has loaded model and book, in milliseconds. */
  readonly startTimeoutMs: number;
  /** For recognition, beyond twice the length of the utterance, and for speech; in milliseconds. */
  readonly answerTimeoutMs: number;
}

/**
 * Measured on a PC's core: start 0.3 s, recognition 0.2 s for each second spoken, speech 10 ms. A Raspberry Pi 3 is
 * some eight times slower; nobody has measured it.
 */
export const PHRASEBOOK_SETTINGS: PhrasebookSettings = {
  idleMs: 600_000,
  startTimeoutMs: 15_000,
  answerTimeoutMs: 3000,
};

/** Recognition may take this many times the length of the utterance, beyond `answerTimeoutMs`. */
const SLOWEST = 2;

/** What is longer, in seconds, is no phrase; the longest of the built-in book are spoken in 5. */
const LONGEST_PHRASE_SECONDS = 15;

/** What a turn is interpreted with. */
interface Task {
  readonly turn: Turn;
  readonly languages: Languages;
  readonly sink: InterpretationSink;
  readonly signal: AbortSignal;
  /** The child has been replaced once: it is not tried again. */
  restarted: boolean;
}

/** A phrase that was said, and what it is in the listener's language. */
interface Understood {
  readonly from: Covered;
  readonly to: Covered;
  readonly text: string;
  readonly translation: string;
}

/**
 * The `phrasebook` engine: hears the phrases of a book and says them in the other language, on the device itself.
 * Whatever else is said is not understood. Its child process runs while it may be needed, and ends when it is not.
 */
export class PhrasebookInterpreter implements Interpreter {
  readonly abilities: Abilities;
  readonly #book: Book;
  readonly #settings: PhrasebookSettings;
  readonly #clock: Clock;
  readonly #worker: PhrasebookWorker;
  #watcher: InterpreterWatcher | undefined;
  #preparing = false;
  #users = 0;
  #stopWaiting = () => {};
  #stopped = false;
  /** A guest has left. */
  #forgets = false;
  /** It was not available when it was last tried. */
  #away = false;

  /** @param worker for this book; one of its own, if left out */
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

  /** Starts the child, if it does not run. */
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

  /** Looks whether the libraries and the model are there; loads nothing. */
  async check(): Promise<void> {
    const missing = missingDependencies();
    if (missing.length > 0) {
      this.#report({ is: 'unreachable', fault: new Fault('phrasebook-missing', missing.join('; ')) });
    } else if (this.#away) this.#report({ is: 'ready' }); // installed meanwhile, or to be started anew
  }

  /** What was said is still in the child's memory: it ends, as soon as it does nothing. */
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
    const understood = this.#understood(recognition, from, to);
    if (understood === undefined || !(await this.#meant(task, understood))) {
      return await this.#notUnderstood(task, to ?? from ?? ears[0]);
    }
    const { text, translation } = understood;
    const sound = await this.#speech(task, translation, understood.to);
    const heard = { text, language: understood.from.language };
    const said = { text: translation, language: understood.to.language };
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
    // Of what is longer than a phrase only the language counts.
    return recognition.kind === 'recognised' && samples.length < whole.length
      ? { kind: 'rejected', nearestLanguage: recognition.language }
      : recognition;
  }

  #understood(
    recognition: Recognition | undefined,
    from: Covered | undefined,
    to: Covered | undefined,
  ): Understood | undefined {
    if (recognition?.kind !== 'recognised' || from === undefined || to === undefined) return undefined;
    const { phrase } = recognition;
    const [text, translation] = [phrase.texts[from.code], phrase.texts[to.code]];
    if (text === undefined || translation === undefined || from.code === to.code) return undefined;
    return { from, to, text, translation };
  }

  /** Where anything might have been taken for the phrase, the speaker is asked. */
  async #meant(task: Task, { from, text }: Understood): Promise<boolean> {
    if (this.#book.language(from.code).rejects) return true;
    const question = await this.#speech(task, text, from);
    return await orAborted(task.sink.confirm(question), task.signal);
  }

  /** Said to the listener; in the speaker's language when the book has no other. */
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

  /** Asks the child; once in a turn another one is started and asked again. @throws Fault */
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
      // One that lives and could not do it may be in a bad way.
      if (error instanceof PhrasebookFailed) await this.#worker.stop();
      task.signal.throwIfAborted();
      return await this.#tried(task, ask);
    }
  }

  /** The child stays during this, and for the idle time after it. */
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
    if (availability.is !== 'connecting') {
      this.#away = availability.is === 'unreachable';
    }
    this.#watcher?.availability(availability);
  }
}

/** @throws the error itself when it is a bug */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof MissingDependency) return new Fault('phrasebook-missing', error.message);
  if (error instanceof PhrasebookStopped || error instanceof PhrasebookFailed) {
    return new Fault('phrasebook-failed', error.message);
  }
  throw error;
}
