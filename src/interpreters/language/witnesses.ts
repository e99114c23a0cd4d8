import { type Languages, sideOf } from '../../kiosk/languages.ts';
import type { Spoken } from '../interpreter.ts';
import { writtenAlike } from './language-of.ts';

/** What an utterance was in, as far as its transcription and its answer agree. */
export interface Testimony {
  /** BCP-47; undefined when it is unknown. */
  readonly language: string | undefined;
  /** False: the transcription is invented, words and all. */
  readonly trusted: boolean;
}

/** With this part of its words heard already, in the utterance itself, an answer was repeated, not translated. */
const REPEATED = 0.8;

/**
 * Which side spoke, by two witnesses. With one button the words of the transcription decide; but people have seen it
 * invented, fluently and in a language that nobody spoke, when the answer proved that the model had understood
 * (google-gemini/live-api-examples#45, google/adk-python#5542). So where an answer fits the other direction, that
 * direction is believed: nobody spoke what was transcribed.
 *
 * There is nothing to decide where a button shows the side, or where somebody chose the guest's language.
 * @param heard the transcription, with its language as named or identified
 * @param said the answer so far, with its language as far as it is proven
 * @param again a fresh session has given the same answer before
 */
export function testimonyOf(
  languages: Languages,
  heard: Spoken | undefined,
  said: Spoken | undefined,
  again = false,
): Testimony {
  const language = heard?.language;
  const trusted = { language, trusted: true };
  const { speaker, anyGuest = false, host, guest } = languages;
  if (speaker !== undefined || !anyGuest) return trusted;
  if (heard === undefined || language === undefined || said?.language === undefined) return trusted;
  if (!again && repeats(heard.text, said.text)) return trusted;
  const toGuest = writtenAlike(said.language, guest);
  const toHost = writtenAlike(said.language, host);
  if (toGuest === toHost) return trusted;
  const side = sideOf(languages, language);
  if (side === 'guest' && toGuest && !writtenAlike(language, guest))
    return { language: host, trusted: false };
  // A guest, of whose language nothing is known by that.
  if (side === 'host' && toHost) return { language: undefined, trusted: false };
  return trusted;
}

const words = new Intl.Segmenter('en', { granularity: 'word' });
/** This much of an answer proves whether it is new, in UTF-16 units: it is compared again with each piece that comes. */
const LOOKED_AT = 500;

/** Whether what is said is what was heard. */
function repeats(heard: string, said: string): boolean {
  const now = wordsOf(said.slice(0, LOOKED_AT));
  const before = new Set(wordsOf(heard.slice(0, 2 * LOOKED_AT)));
  return now.length > 0 && now.filter((word) => before.has(word)).length >= REPEATED * now.length;
}

function wordsOf(text: string): string[] {
  return [...words.segment(text.toLowerCase())].flatMap(({ isWordLike, segment }) =>
    isWordLike ? [segment] : [],
  );
}
