import { concat } from '../../../audio/pcm/concat.ts';
import { Fault, type FaultCode } from '../../../kiosk/faults.ts';
import { sameLanguage } from '../../../kiosk/languages.ts';
import { TRANSLATION_RATE_HZ } from '../../interpreter.ts';
import { Transcript } from '../../language/words.ts';
import type { ServiceMessage } from '../session/message.ts';
import { type AnswerContext, type AnswerParts, PendingAnswer } from '../session/pending-answer.ts';
import { speakable } from '../speakable.ts';
import { SpeechInStream } from './speech-in-stream.ts';

/**
 * This much silence after the last speech and the last text ends the answer, in seconds: the model never ends a turn.
 * (The same as in @ai-sdk/google. Texts come about 1 s apart: sokuji PR #399.)
 */
const END_SECONDS = 1;

/**
 * The same if nothing was said since the end of the utterance: the last words may still come. On average a translation
 * ends 0.98 s after its utterance (measured by interpretab); this is twice that.
 */
const PATIENT_END_SECONDS = 2;

/** With less than this left to play, in milliseconds, playback may stop before the next message (250 ms). */
const RUNNING_DRY_MS = 300;

/**
 * The answer of a model without turns, which translates while it listens and streams silence when it has nothing to say.
 * Finds the speech in the stream, and its end. Speech is kept back until the utterance has ended, since the device can't
 * listen while it plays sound.
 */
export class StreamAnswer extends PendingAnswer<AnswerParts> {
  readonly #target: string;
  readonly #speech = new SpeechInStream();
  readonly #heard = new Transcript();
  readonly #said = new Transcript();
  /** The speech that is kept back; undefined when it may be played. */
  #kept: Int16Array[] | undefined = [];
  /** When the sound so far will have been played, on the clock. */
  #heardUntilMs = Number.NEGATIVE_INFINITY;
  /** The utterance has arrived. */
  #due = false;
  /** Speech that had come by then. */
  #earlySeconds = 0;
  /** Of sound since the last text, or since the utterance arrived. */
  #wordlessSeconds = 0;
  #openedMs = Number.POSITIVE_INFINITY;
  #secondsSinceOpened = 0;
  #utteranceSeconds = Number.POSITIVE_INFINITY;

  /** @param target the code of the language into which is translated */
  constructor(target: string, context: AnswerContext) {
    super(context);
    this.#target = target;
  }

  override ended(): void {
    if (this.over) return; // a failed attempt must not be played
    const kept = concat(this.#kept ?? []);
    this.#kept = undefined;
    this.#openedMs = this.clock.now();
    this.#hand(kept);
  }

  expect(utteranceSeconds: number): void {
    if (this.over) return;
    this.#due = true;
    this.#earlySeconds = this.#speech.speechSeconds;
    this.#wordlessSeconds = 0;
    this.#utteranceSeconds = utteranceSeconds;
    const { answerTimeoutMs } = this.limits;
    this.#watchStall(answerTimeoutMs, 'no-answer');
    this.after('silence', answerTimeoutMs, () => {
      if (this.#speech.speechSeconds > 0) return;
      const silence = new Fault('silent-answer', `nothing but silence for ${answerTimeoutMs} ms`);
      if (this.#wasTarget) this.#settle('not understood');
      else if (this.#isSpeakable(utteranceSeconds)) this.#settle('translated', silence);
      else this.fail(silence);
    });
  }

  message({ serverContent: content }: ServiceMessage): void {
    if (this.over || !content) return;
    const { inputTranscription, outputTranscription } = content;
    if (inputTranscription?.text || outputTranscription?.text) this.#wordlessSeconds = 0;
    if (inputTranscription?.text && this.#heard.add(inputTranscription) && this.#heard.spoken) {
      this.events.mark('heard');
      this.sink.heard(this.#heard.spoken);
    }
    if (outputTranscription?.text && this.#said.add(outputTranscription) && this.#said.spoken)
      this.sink.said(this.#said.spoken);
    for (const part of content.modelTurn?.parts ?? []) this.#take(this.soundOf(part));
  }

  lost(fault: Fault): void {
    this.fail(fault);
  }

  /**
   * The utterance was already in the target language: the speaker pressed the other side's button. According to the guide
   * the model then stays silent (`echoTargetLanguage: false`), and its language codes are right even if the words are
   * wrong. The delay of the words in that case has not been measured.
   */
  get #wasTarget(): boolean {
    const { language } = this.#heard.spoken ?? {};
    return language !== undefined && sameLanguage(language, this.#target);
  }

  /** The words are complete. */
  #isSpeakable(utteranceSeconds: number): boolean {
    if (this.#wordlessSeconds < END_SECONDS) return false;
    const into = { host: this.#target, guest: this.#target, speaker: 'guest' as const };
    const unspoken = { transcript: this.#said.spoken, text: '' };
    return speakable(unspoken, into, this.#heard.spoken, utteranceSeconds) !== undefined;
  }

  #take(samples: Int16Array): void {
    if (samples.length === 0 || this.over) return;
    const seconds = samples.length / TRANSLATION_RATE_HZ;
    this.events.received(seconds);
    const opened = this.#kept === undefined;
    const runningDry = opened && this.#heardUntilMs - this.clock.now() < RUNNING_DRY_MS;
    const speech = this.#speech.push(samples, runningDry);
    if (opened) this.#hand(speech);
    else this.#kept?.push(speech);
    if (!opened) return;
    this.#secondsSinceOpened += seconds;
    if (this.#due) this.#look(seconds);
  }

  #hand(speech: Int16Array): void {
    if (speech.length === 0) return;
    this.events.mark('firstAudio');
    this.sink.audio(speech);
    this.events.mark('playable');
    const ms = (speech.length / TRANSLATION_RATE_HZ) * 1000;
    this.#heardUntilMs = Math.max(this.#heardUntilMs, this.clock.now()) + ms;
  }

  /** Checks for the end. @param seconds of new sound */
  #look(seconds: number): void {
    const { answerStallMs } = this.limits;
    this.#watchStall(answerStallMs, 'answer-broken-off');
    this.#wordlessSeconds += seconds;
    const { speechSeconds, silentSeconds } = this.#speech;
    const quietSeconds = Math.min(silentSeconds, this.#wordlessSeconds);
    if (quietSeconds >= (speechSeconds > this.#earlySeconds ? END_SECONDS : PATIENT_END_SECONDS)) {
      if (speechSeconds > 0) this.#settle('translated');
      else if (this.#wasTarget) this.#settle('not understood');
    }
    this.failIfEndless(this.#utteranceSeconds, this.#openedMs, this.#secondsSinceOpened);
  }

  #settle(outcome: AnswerParts['outcome'], silence?: Fault): void {
    if (this.over) return;
    if (silence === undefined) this.events.mark('answered');
    this.resolve({ outcome, heard: this.#heard.spoken, said: this.#said.spoken, silence });
  }

  #watchStall(ms: number, code: FaultCode): void {
    this.after('stall', ms, () => this.fail(new Fault(code, `no sound within ${ms} ms`)));
  }
}
