import { concat } from '../../../audio/pcm/concat.ts';
import { Fault, type FaultCode } from '../../../kiosk/faults.ts';
import { sameLanguage } from '../../../kiosk/languages.ts';
import { TRANSLATION_RATE_HZ } from '../../interpreter.ts';
import { Transcript } from '../../language/words.ts';
import type { ServiceMessage } from '../session/message.ts';
import {
  type AnswerContext,
  type AnswerParts,
  longestAnswerSeconds,
  PendingAnswer,
} from '../session/pending-answer.ts';
import { speakable } from '../speakable.ts';
import { SpeechInStream } from './speech-in-stream.ts';

/**
 * This much silence after the last speech and the last piece of text ends the answer, in seconds: nothing else does,
 * for the model never ends a turn. (The same as in @ai-sdk/google. Texts come about 1 s apart: sokuji PR #399.)
 */
const END_SECONDS = 1;

/**
 * The same where nothing has been said since the utterance ended: its last words may still be to come. The end of a
 * translation was measured 0.98 s after the end of its utterance, on the average (interpretab); this is twice that.
 */
const PATIENT_END_SECONDS = 2;

/** With less than this left to be heard, in milliseconds, the listener runs dry before the next message (250 ms). */
const RUNNING_DRY_MS = 300;

/**
 * The answer of a model that knows no turns: it translates while it listens and streams silence where it has nothing
 * to say. Finds the speech in its stream, and the end of it.
 *
 * What it says while the utterance is still being spoken is kept until that has ended: the device does not hear what
 * is spoken while it speaks itself.
 */
export class StreamAnswer extends PendingAnswer<AnswerParts> {
  readonly #target: string;
  readonly #speech = new SpeechInStream();
  readonly #heard = new Transcript();
  readonly #said = new Transcript();
  /** What was said so far, while it must not be heard yet. */
  #kept: Int16Array[] | undefined = [];
  /** When the listener will have heard all that was handed on, on the clock. */
  #heardUntilMs = Number.NEGATIVE_INFINITY;
  /** The utterance has arrived. */
  #due = false;
  /** Speech that had come by then. */
  #earlySeconds = 0;
  /** Of sound that came since the last piece of text, or since the utterance arrived. */
  #wordlessSeconds = 0;
  #openedMs = Number.POSITIVE_INFINITY;
  #secondsSinceOpened = 0;
  #maxSeconds = Number.POSITIVE_INFINITY;

  /** @param target the code of the language into which is translated */
  constructor(target: string, context: AnswerContext) {
    super(context);
    this.#target = target;
  }

  /** What was said so far may be heard. */
  override ended(): void {
    if (this.over) return; // of an attempt that failed meanwhile nothing must be heard
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
    this.#maxSeconds = longestAnswerSeconds(utteranceSeconds);
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
    if (inputTranscription?.text) {
      this.#wordlessSeconds = 0;
      if (this.#heard.add(inputTranscription) && this.#heard.spoken !== undefined) {
        this.events.mark('heard');
        this.sink.heard(this.#heard.spoken);
      }
    }
    if (outputTranscription?.text) {
      this.#wordlessSeconds = 0;
      if (this.#said.add(outputTranscription) && this.#said.spoken !== undefined)
        this.sink.said(this.#said.spoken);
    }
    for (const part of content.modelTurn?.parts ?? []) this.#take(this.soundOf(part));
  }

  lost(fault: Fault): void {
    this.fail(fault);
  }

  /**
   * The utterance was in the target language already: its speaker pressed the other side's button. The guide says
   * that the model then stays silent (`echoTargetLanguage: false`), and that the codes of the languages are right even
   * where the words are not. How soon the words come in that case has not been measured.
   */
  get #wasTarget(): boolean {
    const { language } = this.#heard.spoken ?? {};
    return language !== undefined && sameLanguage(language, this.#target);
  }

  /** The words are there, and no more come. */
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

  /** Looks for the end. @param seconds of sound that came */
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
    const lastsSeconds = Math.max(this.#secondsSinceOpened, (this.clock.now() - this.#openedMs) / 1000);
    if (lastsSeconds > this.#maxSeconds) {
      this.fail(new Fault('answer-endless', `more than ${this.#maxSeconds.toFixed(0)} s and no end`));
    }
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
