import { type Languages, languagesOf } from '../../kiosk/languages.ts';
import { wrongLanguage } from '../gemini/prompt/wrong-language.ts';
import type { Spoken } from '../interpreter.ts';
import { languageOf, writtenAlike } from '../language/language-of.ts';
import { endsSentence } from '../language/sentence.ts';
import { leastSeconds } from '../language/speech-length.ts';
import { letters } from '../language/words.ts';

/** Spoken quickly, a translation takes at most this many times the utterance, plus this many seconds. */
const LONGEST_FACTOR = 1.5;
const LONGEST_BASE_SECONDS = 3;

/** The signs of a model's thoughts: headings, lists, notes in brackets, labels, remarks about the task. */
const NO_SPEECH =
  /\*\*|```|^\s*(#|[-*•] |\d+[.)] )|^\s*[([{]|^\s*\p{L}+\s?[:：]|^[^.!?]{0,30}\btranslat\p{L}+\b[^.!?]{0,20}:/imu;
const ABOUT_THE_TASK =
  /\b(the (user|speaker|audio|utterance|input|translation)\b|I('m| am| need to| will|'ll| should| have) (now )?(translat|interpret|analy|focus|process|consider|craft|respond)|as an (AI|interpreter))/i;

/** The words of an answer without sound. */
export interface Unspoken {
  /** The transcription of the missing sound. */
  readonly transcript: Spoken | undefined;
  /** Text in place of sound, without what the service marks as thoughts. */
  readonly text: string;
}

/** The words of a silent answer, for another model to speak; undefined if they may not be a translation. */
export function speakable(
  { transcript, text }: Unspoken,
  languages: Languages,
  heard: Spoken | undefined,
  utteranceSeconds: number,
): Spoken | undefined {
  const said = transcript ?? (text.trim() === '' ? undefined : { text: text.trim(), language: undefined });
  if (said === undefined || letters(said.text) === '') return undefined;
  if (leastSeconds(said.text) > LONGEST_BASE_SECONDS + LONGEST_FACTOR * utteranceSeconds) return undefined;
  // An incomplete transcription belongs to incomplete sound.
  if (transcript !== undefined && !endsSentence(transcript.text)) return undefined;
  if (NO_SPEECH.test(said.text) || ABOUT_THE_TASK.test(said.text)) return undefined;
  if (heard !== undefined && letters(heard.text) === letters(said.text)) return undefined;
  if (wrongLanguage(languages, heard, said, true) !== undefined) return undefined;
  if (transcript !== undefined) return said;
  // Written text must be in a language of the desk, or too short to identify.
  const read = languageOf(said.text);
  const ofDesk = languagesOf(languages).some(
    (code) => read !== undefined && writtenAlike(code, read.language),
  );
  return read?.confident && !ofDesk ? undefined : said;
}
