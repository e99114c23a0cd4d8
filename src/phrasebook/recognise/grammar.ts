/** What the recogniser can hear: the grammar of all phrases, and the loop over their words. */

import { type Book, type BookLanguage, textsIn } from '../book/book.ts';
import { wordsOf } from '../book/words.ts';

/** What a language's recogniser listens for. */
export interface Listening {
  /** Every way to say a phrase of the book. */
  readonly listed: readonly { readonly id: string; readonly text: string }[];
  /** Sentences that sound too much like a phrase and mean something else. */
  readonly refused: readonly string[];
  /** Sets of words that must not be taken for one another: numbers, left and right, what somebody is allergic to. */
  readonly rivals: readonly (readonly string[])[];
}

/** What is listened for in one of the book's languages. */
export function listeningFor(book: Book, language: BookLanguage): Listening {
  const { refused, rivals } = language;
  const listed = book.phrases.flatMap((phrase) =>
    textsIn(phrase, language.language).map((text) => ({ id: phrase.id, text })),
  );
  return { listed, refused, rivals };
}

/** Grammars in JSGF (W3C note, 2000) over made-up words, so that the parser meets only ASCII. */
export interface Grammar {
  /** The made-up word ("w0x17") of each word. */
  readonly words: ReadonlyMap<string, string>;
  /** One whole phrase, or a sentence that is refused. */
  readonly phrases: string;
  /** Any of the words, any number of times. */
  readonly loop: string;
  /** The phrase's id by its made-up words joined by blanks; what is not in it was refused. */
  readonly ids: ReadonlyMap<string, string>;
}

/**
 * Builds both grammars of a language. Where a phrase has a word with rivals, the rivals are heard there too.
 * @param prefix begins the made-up words, so that those of several languages can share a decoder
 */
export function grammarOf(listening: Listening, prefix: string): Grammar {
  const rivals = new Map<string, Set<string>>();
  for (const set of listening.rivals) {
    for (const word of set) rivals.set(word, new Set([...(rivals.get(word) ?? []), ...set]));
  }
  const names = new Map<string, string>();
  const nameOf = (word: string): string => {
    const name = names.get(word) ?? `${prefix}${names.size}`;
    names.set(word, name);
    return name;
  };
  const ids = new Map<string, string>();
  const alternatives = new Set<string>();
  for (const { id, text } of listening.listed) {
    const words = wordsOf(text);
    ids.set(words.map(nameOf).join(' '), id);
    alternatives.add(
      words
        .map((word) => {
          const set = [...(rivals.get(word) ?? [])];
          return set.length === 0 ? nameOf(word) : `(${set.map(nameOf).join('|')})`;
        })
        .join(' '),
    );
  }
  for (const text of listening.refused) {
    const sentence = wordsOf(text).map(nameOf).join(' ');
    if (!ids.has(sentence)) alternatives.add(sentence);
  }
  const grammar = (name: string, body: string) =>
    `#JSGF V1.0;\ngrammar ${name};\npublic <${name}> = ${body};\n`;
  return {
    words: names,
    phrases: grammar('phrases', [...alternatives].join('\n | ')),
    loop: grammar('loop', `(${[...names.values()].join(' | ')})+`),
    ids,
  };
}
