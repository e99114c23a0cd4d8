import { type Languages, languagesOf } from '../../../kiosk/languages.ts';
import { meansNotUnderstood } from '../../gemini/prompt/not-understood.ts';
import { provenLanguage, type WrongLanguage, wrongLanguage } from '../../gemini/prompt/wrong-language.ts';
import type { Spoken } from '../../interpreter.ts';
import { languageHeard } from '../../language/language-of.ts';
import { mayBeWhole } from '../../language/sentence.ts';
import { testimonyOf } from '../../language/witnesses.ts';
import { Transcript, wordsIn } from '../../language/words.ts';
import type { MessageTranscription } from '../session/message.ts';
import { speakable } from '../speakable.ts';
import type { Repeats } from './repeats.ts';

/** Text in place of sound is cut after this, in UTF-16 units, at the end of a piece. */
const LONGEST_TEXT = 10_000;

/** What was heard, unless the answer contradicts it. */
export interface HeardWords {
  readonly heard: Spoken | undefined;
  /** False if its words are invented. */
  readonly trusted: boolean;
}

/** The words of an answer: both transcriptions, and text in place of sound. */
export class AnswerWords {
  readonly #languages: Languages;
  readonly #again: boolean;
  readonly #heard = new Transcript();
  readonly #said = new Transcript();
  readonly #repeats: Repeats;
  #text = '';

  /**
   * @param repeats removes repetitions
   * @param again an earlier session gave an answer that left the speaker in doubt
   */
  constructor(languages: Languages, repeats: Repeats, again: boolean) {
    this.#languages = languages;
    this.#repeats = repeats;
    this.#again = again;
  }

  /** Adds to the transcription of the utterance. @returns whether there are new words */
  hear(transcription: MessageTranscription): boolean {
    return this.#heard.add(transcription);
  }

  /** Adds to the transcription of the answer. @returns whether there are new words */
  say(transcription: MessageTranscription, nowMs: number): boolean {
    const more = this.#said.add(transcription);
    if (more && this.#said.spoken !== undefined) this.#repeats.words(this.#said.spoken, nowMs);
    return more;
  }

  /** Adds text in place of sound. */
  write(text: string): void {
    if (this.#text.length < LONGEST_TEXT) this.#text += text;
  }

  get said(): Spoken | undefined {
    return this.#repeats.said && this.known(this.#repeats.said);
  }

  /** With its language, as named or identified. */
  known({ text, language }: Spoken): Spoken {
    return { text, language: languageHeard(text, language, this.#languages) };
  }

  get heard(): HeardWords {
    const heard = this.#transcribed;
    const said = this.#repeats.said;
    if (heard === undefined || said === undefined) return { heard, trusted: true };
    // The language of unintelligible speech is unknown.
    if (this.#languages.anyGuest && this.isNotUnderstood(said))
      return { heard: { text: heard.text, language: undefined }, trusted: false };
    const proven = { text: said.text, language: provenLanguage(this.#languages, heard, said) };
    const { language, trusted } = testimonyOf(this.#languages, heard, proven, this.#again);
    return { heard: { text: heard.text, language }, trusted };
  }

  /** Either transcription may prove it, since they come in any order. @param ended whether all words have come */
  wrong(ended: boolean): WrongLanguage | undefined {
    const said = this.#repeats.said;
    if (said === undefined) return undefined;
    return wrongLanguage(this.#languages, this.#transcribed, said, ended, this.#again);
  }

  /** Whether these words say that nothing was understood, and are not the translation of such words. */
  isNotUnderstood(said: Spoken): boolean {
    const languages = languagesOf(this.#languages);
    const heard = this.#heard.spoken?.text ?? '';
    return meansNotUnderstood(said.text, languages) && !meansNotUnderstood(heard, languages);
  }

  /**
   * Whether the answer may be complete.
   * @param seconds of its sound
   * @param spareTime the sound must last this many times the least time for its words
   */
  mayBeWhole(seconds: number, spareTime: number): boolean {
    const { heard, trusted } = this.heard;
    return mayBeWhole(this.#repeats.said?.text, trusted ? heard?.text : undefined, seconds, spareTime);
  }

  /** The words of a silent answer, if another model may speak them. */
  speakable(utteranceSeconds: number): Spoken | undefined {
    const unspoken = { transcript: this.#repeats.said, text: wordsIn(this.#text) };
    const said = speakable(unspoken, this.#languages, this.#transcribed, utteranceSeconds);
    return said && this.known(said);
  }

  get #transcribed(): Spoken | undefined {
    return this.#heard.spoken && this.known(this.#heard.spoken);
  }
}
