import { levelDbfs } from '../../audio/pcm/level.ts';
import { Fault } from '../../kiosk/faults.ts';
import type { Languages } from '../../kiosk/languages.ts';
import type { Clock } from '../../time.ts';
import { AnswerSound } from '../answer-sound.ts';
import { type InterpretationSink, type Spoken, TRANSLATION_RATE_HZ } from '../interpreter.ts';
import { AnswerWords, type HeardWords } from './answer-words.ts';
import type { DueAnswer } from './exchange.ts';
import type { MessagePart, ServiceMessage } from './message.ts';
import { Repeats } from './repeats.ts';

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
export const GRACE_MS = 250;

/**
 * A whole sentence, that has died away, and then nothing for so long, in milliseconds: the answer is over, though no
 * event says so. (google-gemini/live-api-examples#46: what follows after 2 to 7 s is the same sentence again.)
 */
const WHOLE_MS = 2000;
/**
 * It has died away: the end of the sound is this soft, for so long, or this part of the loudest: voices have some noise
 * of a room. (Of the moments within a sentence, 1 % are as soft as that, in five voices of speech synthesis.)
 */
const DIED_AWAY_SAMPLE = 100;
const DIED_AWAY_PART = 1 / 64;
const DIED_AWAY_SECONDS = 0.06;
/** Its words are spoken: it lasts so many times the least that they take, or longer. */
const SPARE_TIME = 1.5;

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
export interface AnswerParts extends HeardWords {
  /** Without what came twice. */
  readonly said: Spoken | undefined;
  readonly outcome: 'translated' | 'not understood';
  /** Why nothing is heard of it, though `said` has the words. */
  readonly silence: Fault | undefined;
  /** The service may still send the end of the turn: it comes when the sound would have been played. */
  readonly owesEnd: boolean;
  /** No event has ended it: more of it may come. */
  readonly goesOn: boolean;
}

export interface AnswerEvents {
  mark(name: 'heard' | 'firstAudio' | 'playable' | 'answered'): void;
  /** So much sound came from the service, to be heard or not, in seconds. */
  received(seconds: number): void;
}

type End = 'generationComplete' | 'turnComplete' | 'interrupted' | 'whole sentence';

/**
 * Gathers the answer to one utterance from the messages of one connection and knows when it is over: at the
 * first of generationComplete, turnComplete and interrupted, and a short grace; or when a whole sentence is not followed
 * by anything.
 */
export class Answer implements DueAnswer<AnswerParts> {
  /** Rejects with the Fault that ended it. */
  readonly done: Promise<AnswerParts>;
  readonly #resolve: (parts: AnswerParts) => void;
  readonly #reject: (fault: Fault) => void;
  readonly #sink: InterpretationSink;
  readonly #limits: AnswerLimits;
  readonly #clock: Clock;
  readonly #events: AnswerEvents;
  readonly #words: AnswerWords;
  readonly #sound = new AnswerSound();
  readonly #repeats: Repeats;
  #toldHeard = '';
  #samples = 0;
  #quietSamples = 0;
  #loudestSample = 0;
  #begunMs: number | undefined;
  #loudestDbfs = Number.NEGATIVE_INFINITY;
  #ending: End | undefined;
  #open = false;
  #ended = false;
  #over = false;
  #utteranceSeconds = Number.POSITIVE_INFINITY;
  #stopWatchdog = () => {};
  #stopWholeWatch = () => {};
  #stopGrace = () => {};

  /** @param again a fresh session has given an answer before that left in doubt who spoke */
  constructor(
    languages: Languages,
    sink: InterpretationSink,
    limits: AnswerLimits,
    clock: Clock,
    events: AnswerEvents,
    again = false,
  ) {
    this.#sink = sink;
    this.#limits = limits;
    this.#clock = clock;
    this.#events = events;
    this.#repeats = new Repeats((samples) => this.#play(samples));
    this.#words = new AnswerWords(languages, this.#repeats, again);
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
    this.#utteranceSeconds = utteranceSeconds;
    if (this.#over || this.#samples > 0) return;
    const { answerTimeoutMs } = this.#limits;
    this.#watch(answerTimeoutMs, new Fault('no-answer', `no translated sound within ${answerTimeoutMs} ms`));
  }

  message(message: ServiceMessage): void {
    if (this.#over) return;
    const content = message.serverContent;
    if (!content || !this.#open) return;
    if (content.inputTranscription && this.#words.hear(content.inputTranscription)) this.#hear();
    // Before the sound: what is in the wrong language is not to be heard.
    if (content.outputTranscription && this.#words.say(content.outputTranscription, this.#clock.now()))
      this.#say();
    for (const part of content.modelTurn?.parts ?? []) this.#take(part);
    if (content.interrupted) this.#end('interrupted');
    if (content.generationComplete) this.#end('generationComplete');
    if (content.turnComplete) this.#end('turnComplete');
    this.#lookForEnd();
  }

  lost(fault: Fault): void {
    // The service may hang up behind a complete answer; that is no fault.
    if (this.#ending === undefined && this.#isOver) this.#endWhole();
    else if (this.#ending === undefined) this.#fail(fault);
    else this.#settle();
  }

  /** Nobody waits for it any more. */
  cancel(): void {
    this.#over = true;
    this.#stopWatchdog();
    this.#stopWholeWatch();
    this.#stopGrace();
  }

  #hear(): void {
    this.#events.mark('heard');
    this.#tellHeard();
    this.#failIfWrong(false);
  }

  #say(): void {
    const { said } = this.#words;
    if (said !== undefined) this.#sink.said(said);
    this.#failIfWrong(false);
    this.#tellHeard();
  }

  /** Told anew when more comes of it, and when the answer contradicts it. */
  #tellHeard(): void {
    if (this.#over) return;
    const { heard } = this.#words.heard;
    const telling = JSON.stringify(heard);
    if (heard === undefined || telling === this.#toldHeard) return;
    this.#toldHeard = telling;
    this.#sink.heard(heard);
  }

  #failIfWrong(ended: boolean): void {
    const fault = this.#words.wrong(ended);
    if (fault !== undefined) this.#fail(fault);
  }

  #take({ inlineData, text, thought }: MessagePart): void {
    if (this.#over) return;
    if (text !== undefined && thought !== true) this.#words.write(text);
    if (inlineData?.data === undefined) return;
    try {
      this.#receive(this.#sound.push(Buffer.from(inlineData.data, 'base64'), inlineData.mimeType));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#fail(error);
    }
  }

  #receive(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.#events.mark('firstAudio');
    this.#begunMs ??= this.#clock.now();
    this.#samples += samples.length;
    this.#events.received(samples.length / TRANSLATION_RATE_HZ);
    for (const sample of samples) this.#loudestSample = Math.max(this.#loudestSample, Math.abs(sample));
    const soft = Math.max(DIED_AWAY_SAMPLE, DIED_AWAY_PART * this.#loudestSample);
    const loud = samples.findLastIndex((sample) => Math.abs(sample) > soft);
    this.#quietSamples = samples.length - 1 - loud + (loud === -1 ? this.#quietSamples : 0);
    this.#loudestDbfs = Math.max(this.#loudestDbfs, levelDbfs(samples));
    this.#repeats.sound(samples, this.#clock.now());
    // Only sound counts: text can trickle on for ever while nobody hears a thing.
    const { answerStallMs } = this.#limits;
    this.#watch(
      answerStallMs,
      new Fault('answer-broken-off', `no sound followed within ${answerStallMs} ms`),
    );
    const lastsSeconds = (this.#clock.now() - this.#begunMs) / 1000;
    const mostSeconds = longestAnswerSeconds(this.#utteranceSeconds);
    if (Math.max(this.seconds, lastsSeconds) > mostSeconds) {
      this.#fail(new Fault('answer-endless', `more than ${mostSeconds.toFixed(0)} s and no end`));
    }
  }

  #play(samples: Int16Array): void {
    if (this.#over) return;
    this.#sink.audio(samples);
    this.#events.mark('playable');
  }

  /** Of a voice that is cut off in mid-word, the last sound is loud, even where its words have all come. */
  get #hasDiedAway(): boolean {
    return this.#quietSamples >= DIED_AWAY_SECONDS * TRANSLATION_RATE_HZ;
  }

  /** It looks as if nothing were to follow. */
  get #isOver(): boolean {
    return this.#hasDiedAway && this.#words.mayBeWhole(this.seconds, SPARE_TIME);
  }

  /** All that is needed is there, though no event says so. */
  get #isComplete(): boolean {
    if (this.#samples === 0) return this.#words.speakable(this.#utteranceSeconds) !== undefined;
    return this.#hasDiedAway && this.#words.mayBeWhole(this.seconds, 1);
  }

  #lookForEnd(): void {
    this.#stopWholeWatch();
    if (this.#over || this.#ending !== undefined || !this.#isOver) return;
    this.#stopWholeWatch = this.#clock.after(WHOLE_MS, () => this.#endWhole());
  }

  #endWhole(): void {
    this.#ending = 'whole sentence';
    this.#settle();
  }

  #end(event: Exclude<End, 'whole sentence'>): void {
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
    this.#repeats.end();
    this.#failIfWrong(true);
    this.#tellHeard();
    if (this.#over) return;
    if (this.#ending === 'interrupted') {
      this.#fail(new Fault('answer-broken-off', 'interrupted by the service, nobody spoke'));
      return;
    }
    const silence = this.#silence();
    const said = silence === undefined ? this.#words.said : this.#words.speakable(this.#utteranceSeconds);
    if (silence !== undefined && said === undefined) {
      this.#fail(silence);
      return;
    }
    this.cancel();
    if (silence === undefined) this.#events.mark('answered');
    this.#resolve({
      ...this.#words.heard,
      said,
      outcome: said !== undefined && this.#words.isNotUnderstood(said) ? 'not understood' : 'translated',
      silence,
      owesEnd: this.#ending === 'generationComplete' && !this.#ended,
      goesOn: this.#ending !== 'generationComplete' && this.#ending !== 'turnComplete',
    });
  }

  #silence(): Fault | undefined {
    if (this.#samples === 0) return new Fault('silent-answer', `${this.#ending} without any sound`);
    if (this.#loudestDbfs >= SILENT_DBFS) return undefined;
    return new Fault(
      'silent-answer',
      `${this.seconds.toFixed(1)} s of sound, none above ${SILENT_DBFS} dBFS`,
    );
  }

  #fail(fault: Fault): void {
    if (this.#over) return;
    this.cancel();
    this.#reject(fault);
  }

  #watch(ms: number, fault: Fault): void {
    this.#stopWatchdog();
    if (this.#ending !== undefined || this.#over) return;
    this.#stopWatchdog = this.#clock.after(ms, () => {
      this.#repeats.end();
      if (this.#isComplete) this.#endWhole();
      else this.#fail(fault);
    });
  }
}
