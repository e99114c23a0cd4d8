/** The recogniser: up to two passes for each language, and a decision. Runs in the child; its calls block. */

import type { Book, BookLanguage } from '../book/book.ts';
import { decide, type Hearing, type Verdict } from './decide.ts';
import { dithered } from './dither.ts';
import { type Grammar, grammarOf, listeningFor } from './grammar.ts';
import { lexiconOf } from './lexicon.ts';
import { Decoder } from './pocketsphinx.ts';

interface Ear {
  readonly language: BookLanguage;
  readonly grammar: Grammar;
}

/**
 * Added for each phone to the fit of other languages, because English sounds fit the English model better. Chosen on 297
 * unlisted utterances: with 20 the language of 135 of 153 English and 125 of 144 Spanish ones was right.
 */
const FOREIGN_BONUS = 20;

/** Hears phrases of a book in all its languages. */
export class Recogniser {
  readonly #decoder: Decoder;
  readonly #ears: readonly Ear[];
  /** By the words of the decoder. */
  readonly #phones = new Map<string, readonly string[]>();

  /**
   * Loads model, dictionary and grammars.
   * @throws MissingDependency, or Error that names all words without a pronunciation
   */
  constructor(book: Book) {
    this.#ears = book.languages
      .map((code, index) => {
        const language = book.language(code);
        return { language, grammar: grammarOf(listeningFor(book, language), `w${index}x`) };
      })
      .filter(({ grammar }) => grammar.ids.size > 0);
    this.#decoder = new Decoder();
    const unknown: string[] = [];
    for (const { language, grammar } of this.#ears) {
      const lexicon = lexiconOf(grammar.words.keys(), language);
      unknown.push(...lexicon.unknown.values());
      for (const [word, name] of grammar.words) {
        for (const [index, variant] of (lexicon.pronunciations.get(word) ?? []).entries()) {
          this.#phones.set(index === 0 ? name : `${name}(${index + 1})`, variant);
        }
      }
    }
    if (unknown.length > 0) throw new Error(unknown.join('; '));
    this.#decoder.addWords([...this.#phones]);
    for (const { language, grammar } of this.#ears) {
      this.#decoder.addGrammar(`${language.language} phrases`, grammar.phrases);
      this.#decoder.addGrammar(`${language.language} loop`, grammar.loop);
    }
  }

  /**
   * Which phrase of the book was said.
   * @param samples 16 kHz, mono
   * @param languages the book's codes of those to listen for, at least one; all, if left out
   */
  recognise(samples: Int16Array, languages?: readonly string[]): Verdict {
    const sound = dithered(samples);
    const ears = this.#ears.filter(({ language }) => languages?.includes(language.language) ?? true);
    const phrases = ears.map(
      ({ language }) => this.#decoder.decode(sound, `${language.language} phrases`).words,
    );
    const hearing = (ear: Ear, index: number) => this.#hearing(sound, ear, phrases[index] ?? []);
    // A language in which no phrase fits accepts nothing. Its loop, which takes as long as everything else, is needed only
    // to find the nearest language when none accepts.
    const fitting = ears.map((ear, i) => (phrases[i]?.length === 0 ? undefined : hearing(ear, i)));
    const hearings = fitting.filter((one) => one !== undefined);
    const verdict = hearings.length === 0 ? undefined : decide(hearings);
    if (verdict?.kind === 'recognised') return verdict;
    return decide(ears.map((ear, i) => fitting[i] ?? hearing(ear, i)));
  }

  /** The result of both passes. @param words of the first, by the grammar of phrases */
  #hearing(sound: Int16Array, { language, grammar }: Ear, words: readonly string[]): Hearing {
    const free = this.#decoder.decode(sound, `${language.language} loop`);
    const freePhones = this.#phonesOf(free.words);
    const sentence = words.map((word) => word.replace(/\(\d+\)$/, '')).join(' ');
    return {
      language: language.language,
      phrase: grammar.ids.get(sentence),
      phones: this.#phonesOf(words),
      freePhones,
      fit: free.score + (language.pronunciation === 'cmudict' ? 0 : FOREIGN_BONUS * freePhones.length),
      acceptUpTo: language.acceptUpTo,
    };
  }

  #phonesOf(words: readonly string[]): string[] {
    return words.flatMap((word) => [...(this.#phones.get(word) ?? [])]);
  }
}
