import { Fault } from '../../../kiosk/faults.ts';
import { isClear, type Languages, languagesOf, listenersLanguage, sideOf } from '../../../kiosk/languages.ts';
import type { Spoken } from '../../interpreter.ts';
import { isIdentifiable, languageOf, writtenAlike } from '../../language/language-of.ts';
import { testimonyOf } from '../../language/witnesses.ts';
import { beginsNotUnderstood, meansNotUnderstood } from './not-understood.ts';

/** Good answers in the one were taken for the other (docs/developers/languages.md): here, words prove nothing. */
const TOO_NEAR = [
  ['da', 'nb'],
  ['hr', 'sl'],
];

/** From which language into which one utterance goes. BCP-47. */
export interface Direction {
  /** Undefined when it is unknown. */
  readonly from: string | undefined;
  readonly into: string;
}

/** The answer was not in the listener's language: untranslated, or in a third one. */
export class WrongLanguage extends Fault {
  /** How it should have been; undefined when the transcription may name the wrong speaker. */
  readonly direction: Direction | undefined;

  constructor(said: string, into: string, direction: Direction | undefined) {
    super('answer-wrong-language', `in ${said}, not in ${into}`);
    this.direction = direction;
  }
}

/**
 * Whether an answer is in the wrong language, as far as its words so far prove it. In doubt it is not.
 * @param said its language as the service names it, undefined where it does not
 * @param ended whether all of the answer's words are there
 * @param again a fresh session has given such an answer before, in doubt about the speaker
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
  // The host's words repeated; or a guest's, translated both in the transcription and in the answer.
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
  // A word that is the same in both, a name or a number proves nothing, whatever the service calls it.
  const read = languageRead(said.text, heard?.language, into, languages.guest);
  return read ?? (isClear(said.text) ? said.language : undefined);
}

/**
 * The language of the words themselves: any one, or, where that is close, one of those that are to be expected. The
 * guest's is one of them even if another one was heard: that may be invented.
 */
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

/** Undefined when it is unknown, or when what was heard is not the language of the side that pressed the button. */
function speakersLanguage(languages: Languages, heard: string | undefined): string | undefined {
  const { speaker, host, alsoHost = [], guest, anyGuest } = languages;
  if (heard !== undefined)
    return speaker === undefined || sideOf(languages, heard) === speaker ? heard : undefined;
  if (speaker === 'host') return alsoHost.length === 0 ? host : undefined;
  return speaker === 'guest' && !anyGuest ? guest : undefined;
}
