import { Fault } from '../../../kiosk/faults.ts';
import { isClear, type Languages, languagesOf, listenersLanguage, sideOf } from '../../../kiosk/languages.ts';
import type { Spoken } from '../../interpreter.ts';
import { isIdentifiable, languageOf, writtenAlike } from '../../language/language-of.ts';
import { testimonyOf } from '../../language/witnesses.ts';
import { beginsNotUnderstood, meansNotUnderstood } from './not-understood.ts';

/** Pairs that are too similar to identify by words (docs/developers/languages.md). */
const TOO_NEAR = [
  ['da', 'nb'],
  ['hr', 'sl'],
];

/** Of the translation of an utterance. BCP-47. */
export interface Direction {
  /** Undefined when it is unknown. */
  readonly from: string | undefined;
  readonly into: string;
}

/** The answer was not in the listener's language: untranslated, or in a third one. */
export class WrongLanguage extends Fault {
  /** The right one; undefined when the transcription may name the wrong speaker. */
  readonly direction: Direction | undefined;

  constructor(said: string, into: string, direction: Direction | undefined) {
    super('answer-wrong-language', `in ${said}, not in ${into}`);
    this.direction = direction;
  }
}

/**
 * Whether the words so far prove that an answer is in the wrong language.
 * @param said with the language that the service names, if any
 * @param ended whether all words have come
 * @param again a session before gave such an answer, in doubt about the speaker
 */
export function wrongLanguage(
  languages: Languages,
  heard: Spoken | undefined,
  said: Spoken,
  ended: boolean,
  again = false,
): WrongLanguage | undefined {
  const into = listenersLanguage(languages, heard?.language);
  if (into === undefined) return undefined;
  const excused = ended ? meansNotUnderstood : beginsNotUnderstood;
  if (excused(said.text, languagesOf(languages))) return undefined;
  const language = provenLanguage(languages, heard, said);
  if (language === undefined || writtenAlike(language, into)) return undefined;
  const proven = { text: said.text, language };
  if (!testimonyOf(languages, heard, proven, again).trusted) return undefined;
  // Either the host's words are repeated, or a guest's are translated in both transcription and answer.
  const doubtful = !testimonyOf(languages, heard, proven, true).trusted;
  const direction = { from: speakersLanguage(languages, heard?.language), into };
  return new WrongLanguage(language, into, doubtful ? undefined : direction);
}

/** The language of an answer, by its words or by the service; undefined while neither proves it. */
export function provenLanguage(
  languages: Languages,
  heard: Spoken | undefined,
  said: Spoken,
): string | undefined {
  const into = listenersLanguage(languages, heard?.language);
  if (into === undefined) return undefined;
  // Names, numbers and words that exist in both languages prove nothing, whatever the service says.
  const read = languageRead(said.text, heard?.language, into, languages.guest);
  return read ?? (isClear(said.text) ? said.language : undefined);
}

/** The language of the words themselves: any, or, if uncertain, one of those expected, which always include the guest's. */
function languageRead(
  text: string,
  from: string | undefined,
  into: string,
  guest: string,
): string | undefined {
  if (!isIdentifiable(into)) return undefined;
  const any = languageOf(text);
  if (any?.confident) {
    if (writtenAlike(any.language, into)) return into;
    return tooNear(any.language, into) ? undefined : any.language;
  }
  const expected = from === undefined ? undefined : languageOf(text, [from, into, guest]);
  return expected?.confident ? expected.language : undefined;
}

function tooNear(a: string, b: string): boolean {
  return TOO_NEAR.some((pair) => [a, b].every((code) => pair.some((near) => writtenAlike(near, code))));
}

/** Undefined when unknown, or when another language was heard than that of the side that pressed the button. */
function speakersLanguage(languages: Languages, heard: string | undefined): string | undefined {
  const { speaker, host, alsoHost = [], guest, anyGuest } = languages;
  if (heard !== undefined)
    return speaker === undefined || sideOf(languages, heard) === speaker ? heard : undefined;
  if (speaker === 'host') return alsoHost.length === 0 ? host : undefined;
  return speaker === 'guest' && !anyGuest ? guest : undefined;
}
