/** Phrases of a language that sound too much alike. */

import { type Book, textsIn } from '../book/book.ts';
import { wordsOf } from '../book/words.ts';
import { editDistance } from './distance.ts';
import type { Lexicon } from './lexicon.ts';

/** Two texts of different phrases. */
interface Alike {
  readonly one: { readonly id: string; readonly text: string };
  readonly other: { readonly id: string; readonly text: string };
  /** Phones to change, add or leave out to turn one into the other. */
  readonly apart: number;
}

/**
 * The pairs of texts that differ in fewer than `phones` phones, in the most usual pronunciation of their words.
 * @param language the book's code
 */
export function alikeIn(book: Book, language: string, lexicon: Lexicon, phones: number): Alike[] {
  const said = book.phrases.flatMap((phrase) =>
    textsIn(phrase, language).map((text) => ({
      id: phrase.id,
      text,
      phones: wordsOf(text).flatMap((word) => lexicon.pronunciations.get(word)?.[0] ?? []),
    })),
  );
  return said.flatMap((one, index) =>
    said.slice(index + 1).flatMap((other) => {
      if (one.id === other.id || Math.abs(one.phones.length - other.phones.length) >= phones) return [];
      const apart = editDistance(one.phones, other.phones);
      return apart < phones ? [{ one, other, apart }] : [];
    }),
  );
}
