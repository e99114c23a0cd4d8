/** Understands and speaks the phrases of the book, and nothing else. */
import type { Book, Phrase } from '../phrasebook/book/book.ts';
import type { PhrasebookWorker } from '../phrasebook/phrasebook-worker.ts';
import type { Answer, Answerer, Utterance } from './answerer.ts';
import { IN_RATE } from './protocol/sound.ts';

/** What is needed of the worker and of the book. */
export type BookWorker = Pick<PhrasebookWorker, 'start' | 'stop' | 'recognise' | 'speak'>;
type BookTexts = Pick<Book, 'languages' | 'findText' | 'notUnderstood'>;

/** The most that the worker takes; no phrase is that long. */
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

  /** In the given language, or in the one in which the book has this text. */
  speak(text: string, languageCode?: string): Promise<Int16Array> {
    const { languages } = this.#book;
    const known = (language: string) =>
      this.#book.findText(text, language) !== undefined || this.#book.notUnderstood(language) === text;
    return this.#worker.speak(text, languageCode ?? languages.find(known) ?? languages[0] ?? 'en');
  }

  #translated(phrase: Phrase, from: string): Promise<Answer> {
    const to = this.#other(from);
    const heard = { text: phrase.texts[from] ?? '', languageCode: from };
    return this.#spoken(heard, phrase.texts[to] ?? this.#book.notUnderstood(to), to);
  }

  /** In the listener's language, as an interpreter would say it. */
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
