import { knownLanguage } from '../../kiosk/languages.ts';
import type { Spoken } from '../interpreter.ts';

/** Seen in transcriptions: `<noise>`, `<ctrl46>` (https://discuss.ai.google.dev/t/115050). */
const TOKEN = /<\|?\/?[a-z][a-z0-9_ |-]{0,30}\/?>/gi;
/** The beginning of one; the rest may follow. */
const UNFINISHED_TOKEN = /<\|?\/?([a-z][a-z0-9_ |-]{0,30})?$/i;
const NO_TEXT = /[\p{Cc}\uFEFF]+/gu;

/** The words of a text from the service, without its tokens and control characters. */
export function wordsIn(text: string): string {
  const words = text.replaceAll(TOKEN, ' ').replace(UNFINISHED_TOKEN, '').replaceAll(NO_TEXT, ' ');
  return words === text ? text : words.replaceAll(/ {2,}/g, ' ').trim();
}

/**
 * The letters and digits of a text in lower case, without accents, punctuation, spaces, format characters, and the Arabic
 * tatweel, which only makes words longer.
 */
export function letters(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .replaceAll(/[^\p{L}\p{N}\uFFFD]|\u0640/gu, '');
}

/** The rest of a transcription is ignored, in UTF-16 units. People read about 1,200 aloud in a minute. */
const LONGEST = 3000;

interface Piece {
  readonly text?: string | undefined;
  readonly languageCode?: string | undefined;
}

/** A transcription that comes in pieces, which carry their own spaces. */
export class Transcript {
  #text = '';
  #language: string | undefined;

  /** @returns whether the piece has words or a language */
  add({ text = '', languageCode }: Piece): boolean {
    if (this.#text.length >= LONGEST) return false;
    this.#text += text.slice(0, LONGEST - this.#text.length);
    this.#language = knownLanguage(languageCode) ?? this.#language;
    return (text !== '' || languageCode !== undefined) && this.spoken !== undefined;
  }

  /** Undefined while there are no words. */
  get spoken(): Spoken | undefined {
    const text = wordsIn(this.#text).trimStart();
    return text.trim() === '' ? undefined : { text, language: this.#language };
  }
}
