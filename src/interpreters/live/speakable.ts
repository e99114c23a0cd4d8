import { type Languages, languagesOf } from '../../kiosk/languages.ts';
import { wrongLanguage } from '../gemini/prompt/wrong-language.ts';
import type { Spoken } from '../interpreter.ts';
import { languageOf, writtenAlike } from '../language/language-of.ts';
import { endsSentence } from '../language/sentence.ts';
import { leastSeconds } from '../language/speech-length.ts';
import { letters } from '../language/words.ts';

/** A translation takes no longer than the utterance, give or take this factor and this many seconds, said quickly. */
const LONGEST_FACTOR = 1.5;
const LONGEST_BASE_SECONDS = 3;

/** Headings and lists, brackets for notes, labels, and talk about the task: what models write when they think. */
const NO_SPEECH =
  /\*\*|```|^\s*(#|[-*•] |\d+[.)] )|^\s*[([{]|^\s*\p{L}+\s?[:：]|^[^.!?]{0,30}\btranslat\p{L}+\b[^.!?]{0,20}:/imu;
const ABOUT_THE_TASK =
  /\b(the (user|speaker|audio|utterance|input|translation)\b|I('m| am| need to| will|'ll| should| have) (now )?(translat|interpret|analy|focus|process|consider|craft|respond)|as an (AI|interpreter))/i;

/** The words of an answer that came without sound. */
export interface Unspoken {
  /** The transcription of the sound that did not come. */
  readonly transcript: Spoken | undefined;
  /** Text in place of sound; without thoughts, as far as the service marks them. */
  readonly text: string;
}

/**
 * What of a silent answer another model may say in its place: a translation into the listener's language.
 * @returns undefined when there is none, or in doubt
 */
export function speakable(
  { transcript, text }: Unspoken,
  languages: Languages,
  heard: Spoken | undefined,
  utteranceSeconds: number,
): Spoken | undefined {
  const said = transcript ?? (text.trim() === '' ? undefined : { text: text.trim(), language: undefined });
  if (said === undefined || letters(said.text) === '') return undefined;
  if (leastSeconds(said.text) > LONGEST_BASE_SECONDS + LONGEST_FACTOR * utteranceSeconds) return undefined;
  // A transcription that breaks off is of sound that would have done so.
  if (transcript !== undefined && !endsSentence(transcript.text)) return undefined;
  if (NO_SPEECH.test(said.text) || ABOUT_THE_TASK.test(said.text)) return undefined;
  if (heard !== undefined && letters(heard.text) === letters(said.text)) return undefined;
  if (wrongLanguage(languages, heard, said, true) !== undefined) return undefined;
  if (transcript !== undefined) return said;
  // Nobody has said it yet: it must be a language of the desk, or too short to be known.
  const read = languageOf(said.text);
  const ofDesk = languagesOf(languages).some(
    (code) => read !== undefined && writtenAlike(code, read.language),
  );
  return read?.confident && !ofDesk ? undefined : said;
}
