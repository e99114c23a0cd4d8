/** The recogniser: two passes a language, and who accepts. Runs in the child; its calls block. */

import type { Book, BookLanguage } from './book.ts';
import { decide, type Hearing, type Verdict } from './decide.ts';
import { dithered } from './dither.ts';
import { ipaOf } from './espeak-ipa.ts';
import { type Grammar, grammarOf } from './grammar.ts';
import { pronouncer, readDictionary } from './lexicon.ts';
import { findModel } from './libraries.ts';
import { Decoder } from './pocketsphinx.ts';

interface Ear {
  readonly language: BookLanguage;
  readonly grammar: Grammar;
}

/**
 * What a language gets for each phone in the comparison of languages because English sounds fit the English model
 * better. Chosen on 297 unlisted utterances: with 20 the language of 135 of 153 English and 125 of 144 Spanish was told right.
 */
const FOREIGN_BONUS = 20;

/** Hears phrases of a book in all its languages. */
export class Recogniser {
  readonly #decoder: Decoder;
  readonly #ears: readonly Ear[];
  readonly #phones: ReadonlyMap<string, readonly string[]>;

  private constructor(
    decoder: Decoder,
    ears: readonly Ear[],
    phones: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#decoder = decoder;
    this.#ears = ears;
    this.#phones = phones;
  }

  /** Loads model, dictionary and grammars. @throws MissingDependency, or Error for a word without pronunciation */
  static open(book: Book): Recogniser {
    const ears = book.languages.map((code, index) => {
      const language = book.language(code);
      const listed = book.phrases.flatMap(({ id, texts, also }) =>
        [texts[code] ?? '', ...(also[code] ?? [])].map((text) => ({ id, text })),
      );
      const { refused, rivals } = language;
      return { language, grammar: grammarOf({ listed, refused, rivals }, `w${index}x`) };
    });
    const decoder = Decoder.open();
    const phones = new Map<string, readonly string[]>();
    for (const { language, grammar } of ears) {
      const { pronunciation, voice } = language;
      const wanted = new Set(grammar.words.keys());
      const dictionary =
        pronunciation === 'cmudict' ? readDictionary(findModel().dictionary, wanted) : new Map();
      const unlisted = [...wanted].filter((word) => !dictionary.has(word));
      const pronounce = pronouncer(dictionary, ipaOf(unlisted, voice), language.language);
      for (const [word, name] of grammar.words) {
        for (const [index, variant] of pronounce(word).entries()) {
          phones.set(index === 0 ? name : `${name}(${index + 1})`, variant);
        }
      }
    }
    decoder.addWords([...phones]);
    for (const { language, grammar } of ears) {
      decoder.addGrammar(`${language.language} phrases`, grammar.phrases);
      decoder.addGrammar(`${language.language} loop`, grammar.loop);
    }
    return new Recogniser(decoder, ears, phones);
  }

  /** What was said, of the book. @param samples 16 kHz, mono */
  recognise(samples: Int16Array): Verdict {
    return decide(this.hear(samples));
  }

  /** What each language's grammars make of the sound. @param samples 16 kHz, mono */
  hear(samples: Int16Array): Hearing[] {
    const sound = dithered(samples);
    return this.#ears.map(({ language, grammar }) => {
      const { words } = this.#decoder.decode(sound, `${language.language} phrases`);
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
    });
  }

  #phonesOf(words: readonly string[]): string[] {
    return words.flatMap((word) => [...(this.#phones.get(word) ?? [])]);
  }
}
