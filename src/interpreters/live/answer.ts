import type { LiveServerMessage, Transcription } from '@google/genai';
import { levelDbfs } from '../../audio/pcm/level.ts';
import { Fault } from '../../kiosk/faults.ts';
import { type InterpretationSink, type Spoken, TRANSLATION_RATE_HZ } from '../interpreter.ts';
import type { ConnectionListener } from './connection.ts';

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
const SILENT_DBFS = -55;

/**
 * Ends an answer that never ends, in seconds of its sound and of the clock: longer than any translation of an
 * utterance of the longest hold.
 */
const MAX_ANSWER_SECONDS = 120;

/** What a complete answer consists of. */
export interface AnswerParts {
  readonly heard: Spoken | undefined;
  readonly said: Spoken | undefined;
}

/**
 * Gathers the answer to one utterance from the messages of one connection and knows when it is over: at the
 * first of generationComplete, turnComplete and interrupted, and a short grace.
 */
export class Answer implements ConnectionListener {
  /** Rejects with the Fault that ended it. */
  readonly done: Promise<AnswerParts>;
  readonly #resolve: (parts: AnswerParts) => void;
  readonly #reject: (fault: Fault) => void;
  readonly #sink: InterpretationSink;
  readonly #limits: AnswerLimits;
  readonly #mark: (name: 'heard' | 'firstAudio' | 'playable' | 'answered') => void;
  #heard: Spoken | undefined;
  #said: Spoken | undefined;
  #samples = 0;
  #begunMs: number | undefined;
  #loudestDbfs = Number.NEGATIVE_INFINITY;
  #ending: 'generationComplete' | 'turnComplete' | 'interrupted' | undefined;
  #over = false;
  #watchdog: NodeJS.Timeout | undefined;
  #grace: NodeJS.Timeout | undefined;

  constructor(
    sink: InterpretationSink,
    limits: AnswerLimits,
    mark: (name: 'heard' | 'firstAudio' | 'playable' | 'answered') => void,
  ) {
    this.#sink = sink;
    this.#limits = limits;
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

  /** The utterance has been sent whole: from now on an answer is due. */
  expect(): void {
    if (this.#over || this.#samples > 0) return;
    const { answerTimeoutMs } = this.#limits;
    this.#watch(answerTimeoutMs, new Fault('no-answer', `no translated sound within ${answerTimeoutMs} ms`));
  }

  message(message: LiveServerMessage): void {
    if (this.#over) return;
    const content = message.serverContent;
    if (content === undefined) return;
    if (content.inputTranscription !== undefined) this.#hear(content.inputTranscription);
    for (const part of content.modelTurn?.parts ?? []) {
      if (part.inlineData?.data !== undefined) this.#play(part.inlineData.data);
    }
    if (content.outputTranscription !== undefined) this.#say(content.outputTranscription);
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
    clearTimeout(this.#watchdog);
    clearTimeout(this.#grace);
  }

  #hear(transcription: Transcription): void {
    this.#heard = joined(this.#heard, transcription);
    if (this.#heard === undefined) return;
    this.#mark('heard');
    this.#sink.heard(this.#heard);
  }

  #say(transcription: Transcription): void {
    this.#said = joined(this.#said, transcription);
    if (this.#said !== undefined) this.#sink.said(this.#said);
  }

  #play(base64: string): void {
    const bytes = Buffer.from(base64, 'base64');
    // A copy of its own: pooled buffers may begin at an odd address, which Int16Array refuses.
    const samples = new Int16Array(new Uint8Array(bytes).buffer, 0, Math.floor(bytes.length / 2));
    if (samples.length === 0) return;
    this.#mark('firstAudio');
    this.#begunMs ??= performance.now();
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
    const lastsMs = performance.now() - this.#begunMs;
    if (Math.max(this.seconds, lastsMs / 1000) > MAX_ANSWER_SECONDS) {
      this.#fail(new Fault('answer-broken-off', `more than ${MAX_ANSWER_SECONDS} s and no end`));
    }
  }

  #end(event: 'generationComplete' | 'turnComplete' | 'interrupted'): void {
    if (this.#over) return;
    if (this.#ending === 'generationComplete' && event === 'turnComplete') {
      this.#settle();
      return;
    }
    if (this.#ending !== undefined) return;
    this.#ending = event;
    clearTimeout(this.#watchdog);
    this.#grace = setTimeout(() => this.#settle(), GRACE_MS);
  }

  #settle(): void {
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
      this.#resolve({ heard: this.#heard, said: this.#said });
    }
  }

  #fail(fault: Fault): void {
    if (this.#over) return;
    this.cancel();
    this.#reject(fault);
  }

  #watch(ms: number, fault: Fault): void {
    clearTimeout(this.#watchdog);
    if (this.#ending !== undefined || this.#over) return;
    this.#watchdog = setTimeout(() => this.#fail(fault), ms);
  }
}

/** A code that names a language, in its canonical form: the service has been seen to send others. */
function knownLanguage(code: string | undefined): string | undefined {
  try {
    const locale = new Intl.Locale((code ?? '').replaceAll('_', '-'));
    return locale.language === 'und' ? undefined : locale.toString();
  } catch {
    return undefined;
  }
}

/** Transcriptions come in pieces that carry their own spaces; some bring nothing but a flag. */
function joined(before: Spoken | undefined, piece: Transcription): Spoken | undefined {
  const text = (before?.text ?? '') + (piece.text ?? '');
  const language = knownLanguage(piece.languageCode) ?? before?.language;
  return text.trim() === '' ? before : { text: text.trimStart(), language };
}
