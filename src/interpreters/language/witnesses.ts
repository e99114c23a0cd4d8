import { type Languages, sideOf } from '../../kiosk/languages.ts';
import type { Spoken } from '../interpreter.ts';
import { writtenAlike } from './language-of.ts';

/** The language of an utterance, according to its transcription and its answer. */
export interface Testimony {
  /** BCP-47; undefined when it is unknown. */
  readonly language: string | undefined;
  /** False if the transcription is invented. */
  readonly trusted: boolean;
}

/** An answer that has at least this part of its words from the utterance is a repetition, not a translation. */
const REPEATED = 0.8;

/**
 * Which side spoke. With one button the transcription decides; but the service has invented transcriptions, in a language
 * that nobody spoke, for utterances that the model had understood (google-gemini/live-api-examples#45,
 * google/adk-python#5542). So if the answer fits the other direction, the transcription counts as invented.
 *
 * There is nothing to decide if the button shows the side, or if the guest's language was chosen.
 * @param heard the transcription, with its language as named or identified
 * @param said the answer so far, with its proven language
 * @param again an earlier session gave the same answer
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
  // A guest spoke, in an unknown language.
  if (side === 'host' && toHost) return { language: undefined, trusted: false };
  return trusted;
}

const words = new Intl.Segmenter('en', { granularity: 'word' });
/** The compared part of an answer, in UTF-16 units: short, since it is compared again with each new piece. */
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
