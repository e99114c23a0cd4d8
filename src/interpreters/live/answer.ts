import type { LiveServerMessage, Transcription } from '@google/genai';
import { levelDbfs } from '../../audio/pcm/level.ts';
import { Fault } from '../../kiosk/faults.ts';
import { knownLanguage, type Languages } from '../../kiosk/languages.ts';
import type { Clock } from '../../time.ts';
import { type InterpretationSink, type Spoken, TRANSLATION_RATE_HZ } from '../interpreter.ts';
import { languageHeard } from '../language-of.ts';
import type { DueAnswer } from './exchange.ts';
import { wrongLanguage } from './wrong-language.ts';

export interface AnswerLimits {
  /** From the end of the utterance to the first translated sound, in milliseconds. */
  readonly answerTimeoutMs: number;
  /** Between two messages of an answer that has begun, in milliseconds. */
  readonly answerStallMs: number;
}

/**
 * Sound and transcriptions may still follow the event that ends an answer: the service promises no order
 * between them (comments in the API's proto).
 */
const GRACE_MS = 250;

/** Full-length answers of near-zero sound occur (live-api-examples #40); speech is 20 dB above this. */
export const SILENT_DBFS = -55;

/**
 * A translation lasts about as long as what is translated, rarely twice that. One that lasts longer than three times
 * the utterance and this, in seconds, is taken to be endless.
 */
const ENDLESS_BASE_SECONDS = 15;
const ENDLESS_FACTOR = 3;

/** An answer is taken to be endless beyond this, in seconds. */
export function longestAnswerSeconds(utteranceSeconds: number): number {
  return ENDLESS_BASE_SECONDS + ENDLESS_FACTOR * utteranceSeconds;
}

/** What a complete answer consists of. */
export interface AnswerParts {
  readonly heard: Spoken | undefined;
  readonly said: Spoken | undefined;
  /** The service may still send the end of the turn: it comes when the sound would have been played. */
  readonly owesEnd: boolean;
}

/**
 * Gathers the answer to one utterance from the messages of one connection and knows when it is over: at the
 * first of generationComplete, turnComplete and interrupted, and a short grace.
 */
export class Answer implements DueAnswer<AnswerParts> {
  /** Rejects with the Fault that ended it. */
  readonly done: Promise<AnswerParts>;
  readonly #resolve: (parts: AnswerParts) => void;
  readonly #reject: (fault: Fault) => void;
  readonly #languages: Languages;
  readonly #sink: InterpretationSink;
  readonly #limits: AnswerLimits;
  readonly #clock: Clock;
  readonly #mark: (name: 'heard' | 'firstAudio' | 'playable' | 'answered') => void;
  /** As the service tells them. */
  #heard: Spoken | undefined;
  #said: Spoken | undefined;
  #samples = 0;
  #begunMs: number | undefined;
  #loudestDbfs = Number.NEGATIVE_INFINITY;
  #ending: 'generationComplete' | 'turnComplete' | 'interrupted' | undefined;
  #open = false;
  #ended = false;
  #over = false;
  #maxSeconds = Number.POSITIVE_INFINITY;
  #stopWatchdog = () => {};
  #stopGrace = () => {};

  constructor(
    languages: Languages,
    sink: InterpretationSink,
    limits: AnswerLimits,
    clock: Clock,
    mark: (name: 'heard' | 'firstAudio' | 'playable' | 'answered') => void,
  ) {
    this.#languages = languages;
    this.#sink = sink;
    this.#limits = limits;
    this.#clock = clock;
    this.#mark = mark;
    const { promise, resolve, reject } = Promise.withResolvers<AnswerParts>();
    this.done = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    // Who sends the utterance may fail first and never come to wait for the answer.
    promise.catch(() => {});
  }

  /** Sound received so far, in seconds. */
  get seconds(): number {
    return this.#samples / TRANSLATION_RATE_HZ;
  }

  /** The end of the utterance goes out now: what comes before can't be its answer, but that of an earlier turn. */
  open(): void {
    this.#open = true;
  }

  /**
   * The utterance has been sent whole: from now on an answer is due.
   * @param utteranceSeconds how long it was
   */
  expect(utteranceSeconds: number): void {
    this.#maxSeconds = longestAnswerSeconds(utteranceSeconds);
    if (this.#over || this.#samples > 0) return;
    const { answerTimeoutMs } = this.#limits;
    this.#watch(answerTimeoutMs, new Fault('no-answer', `no translated sound within ${answerTimeoutMs} ms`));
  }

  message(message: LiveServerMessage): void {
    if (this.#over) return;
    const content = message.serverContent;
    if (!content || !this.#open) return;
    if (content.inputTranscription) this.#hear(content.inputTranscription);
    // Before the sound: what is in the wrong language is not to be heard.
    if (content.outputTranscription) this.#say(content.outputTranscription);
    for (const part of content.modelTurn?.parts ?? []) {
      if (part.inlineData?.data !== undefined) this.#play(part.inlineData.data);
    }
    if (content.interrupted) this.#end('interrupted');
    if (content.generationComplete) this.#end('generationComplete');
    if (content.turnComplete) this.#end('turnComplete');
  }

  lost(fault: Fault): void {
    // The service may hang up behind a complete answer; that is no fault.
    if (this.#ending === undefined) this.#fail(fault);
    else this.#settle();
  }

  /** Nobody waits for it any more. */
  cancel(): void {
    this.#over = true;
    this.#stopWatchdog();
    this.#stopGrace();
  }

  #hear(transcription: Transcription): void {
    this.#heard = joined(this.#heard, transcription);
    if (this.#heard === undefined) return;
    this.#mark('heard');
    this.#sink.heard(this.#known(this.#heard));
    this.#failIfWrong(false);
  }

  #say(transcription: Transcription): void {
    this.#said = joined(this.#said, transcription);
    if (this.#said === undefined) return;
    this.#sink.said(this.#known(this.#said));
    this.#failIfWrong(false);
  }

  /** With its language, told or identified: on transcriptions only, which are few. */
  #known({ text, language }: Spoken): Spoken {
    return { text, language: languageHeard(text, language, this.#languages) };
  }

  /** Transcriptions come in any order, so that either may prove it. @param ended whether more may come */
  #failIfWrong(ended: boolean): void {
    if (this.#said === undefined) return;
    const heard = this.#heard && this.#known(this.#heard);
    const fault = wrongLanguage(this.#languages, heard, this.#said, ended);
    if (fault !== undefined) this.#fail(fault);
  }

  #play(base64: string): void {
    if (this.#over) return;
    const samples = samplesOf(base64);
    if (samples.length === 0) return;
    this.#mark('firstAudio');
    this.#begunMs ??= this.#clock.now();
    this.#samples += samples.length;
    this.#loudestDbfs = Math.max(this.#loudestDbfs, levelDbfs(samples));
    this.#sink.audio(samples);
    this.#mark('playable');
    // Only sound counts: text can trickle on for ever while nobody hears a thing.
    const { answerStallMs } = this.#limits;
    this.#watch(
      answerStallMs,
      new Fault('answer-broken-off', `no sound followed within ${answerStallMs} ms`),
    );
    const lastsSeconds = (this.#clock.now() - this.#begunMs) / 1000;
    if (Math.max(this.seconds, lastsSeconds) > this.#maxSeconds) {
      this.#fail(new Fault('answer-endless', `more than ${this.#maxSeconds.toFixed(0)} s and no end`));
    }
  }

  #end(event: 'generationComplete' | 'turnComplete' | 'interrupted'): void {
    if (this.#over) return;
    if (this.#ending === 'generationComplete' && event === 'turnComplete') {
      this.#ended = true;
      this.#settle();
      return;
    }
    if (this.#ending !== undefined) return;
    this.#ending = event;
    this.#stopWatchdog();
    this.#stopGrace = this.#clock.after(GRACE_MS, () => this.#settle());
  }

  #settle(): void {
    if (this.#over) return;
    this.#failIfWrong(true);
    if (this.#over) return;
    if (this.#ending === 'interrupted') {
      this.#fail(new Fault('answer-broken-off', 'interrupted by the service, nobody spoke'));
    } else if (this.#samples === 0) {
      this.#fail(new Fault('silent-answer', `${this.#ending} without any sound`));
    } else if (this.#loudestDbfs < SILENT_DBFS) {
      const seconds = this.seconds.toFixed(1);
      this.#fail(new Fault('silent-answer', `${seconds} s of sound, none above ${SILENT_DBFS} dBFS`));
    } else {
      this.cancel();
      this.#mark('answered');
      this.#resolve({
        heard: this.#heard && this.#known(this.#heard),
        said: this.#said && this.#known(this.#said),
        owesEnd: this.#ending === 'generationComplete' && !this.#ended,
      });
    }
  }

  #fail(fault: Fault): void {
    if (this.#over) return;
    this.cancel();
    this.#reject(fault);
  }

  #watch(ms: number, fault: Fault): void {
    this.#stopWatchdog();
    if (this.#ending !== undefined || this.#over) return;
    this.#stopWatchdog = this.#clock.after(ms, () => this.#fail(fault));
  }
}

/** Sound as a message carries it. */
export function samplesOf(base64: string): Int16Array {
  const bytes = Buffer.from(base64, 'base64');
  // A copy of its own: pooled buffers may begin at an odd address, which Int16Array refuses.
  return new Int16Array(new Uint8Array(bytes).buffer, 0, Math.floor(bytes.length / 2));
}

/** Transcriptions come in pieces that carry their own spaces; some bring nothing but a flag. */
export function joined(before: Spoken | undefined, piece: Transcription): Spoken | undefined {
  const text = (before?.text ?? '') + (piece.text ?? '');
  const language = knownLanguage(piece.languageCode) ?? before?.language;
  return text.trim() === '' ? before : { text: text.trimStart(), language };
}
