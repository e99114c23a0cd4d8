/** The stand-in's mind: a phrasebook with ears and a voice. It translates what is in the book, honestly nothing else. */
import type { Answer, Answerer, Utterance } from './answerer.ts';
import { IN_RATE } from './audio.ts';

/** What is needed of `PhrasebookWorker`; its child and its libraries are not, so that tests can do without. */
export interface BookWorker {
  start(): Promise<void>;
  stop(): Promise<void>;
  recognise(pcm16k: Int16Array): Promise<Recognition>;
  /** 24 kHz, mono. */
  speak(text: string, language: string): Promise<Int16Array>;
}

export type Recognition =
  | { readonly kind: 'recognised'; readonly phrase: BookPhrase; readonly language: string }
  | { readonly kind: 'rejected'; readonly nearestLanguage: string };

export interface BookPhrase {
  readonly texts: Readonly<Record<string, string>>;
}

/** What is needed of the book itself. */
export interface BookTexts {
  readonly languages: readonly string[];
  findText(text: string, language: string): BookPhrase | undefined;
  notUnderstood(language: string): string;
}

/** What the worker takes; who talks longer says nothing of the book. */
const LONGEST = 60 * IN_RATE;

export class PhrasebookAnswerer implements Answerer {
  readonly #worker: BookWorker;
  readonly #book: BookTexts;

  constructor(worker: BookWorker, book: BookTexts) {
    this.#worker = worker;
    this.#book = book;
  }

  start(): Promise<void> {
    return this.#worker.start();
  }

  stop(): Promise<void> {
    return this.#worker.stop();
  }

  async answerSpeech(pcm16k: Int16Array): Promise<Answer> {
    const heard = await this.#worker.recognise(pcm16k.subarray(0, LONGEST));
    return heard.kind === 'recognised'
      ? this.#translated(heard.phrase, heard.language)
      : this.#notUnderstood({ text: '' }, heard.nearestLanguage);
  }

  async answerText(text: string): Promise<Answer> {
    for (const language of this.#book.languages) {
      const phrase = this.#book.findText(text, language);
      if (phrase !== undefined) return await this.#translated(phrase, language);
    }
    return await this.#notUnderstood({ text }, this.#book.languages[0] ?? 'en');
  }

  /** In the language that was told, or in whichever the book has this text. */
  speak(text: string, languageCode?: string): Promise<Int16Array> {
    const { languages } = this.#book;
    const known = (language: string) =>
      this.#book.findText(text, language) !== undefined || this.#book.notUnderstood(language) === text;
    return this.#worker.speak(text, languageCode ?? languages.find(known) ?? languages[0] ?? 'en');
  }

  #translated(phrase: BookPhrase, from: string): Promise<Answer> {
    const to = this.#other(from);
    const heard = { text: phrase.texts[from] ?? '', languageCode: from };
    return this.#spoken(heard, phrase.texts[to] ?? this.#book.notUnderstood(to), to);
  }

  /** Told to the listener, in the listener's language, as an interpreter would. */
  #notUnderstood(heard: Utterance, nearest: string): Promise<Answer> {
    const to = this.#other(nearest);
    return this.#spoken(heard, this.#book.notUnderstood(to), to);
  }

  async #spoken(heard: Utterance, text: string, to: string): Promise<Answer> {
    return { heard, said: { text, languageCode: to }, pcm24k: await this.#worker.speak(text, to) };
  }

  #other(language: string): string {
    return this.#book.languages.find((other) => other !== language) ?? language;
  }
}
