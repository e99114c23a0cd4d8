import { levelDbfs } from '../../../audio/pcm/level.ts';
import { Fault } from '../../../kiosk/faults.ts';
import type { Languages } from '../../../kiosk/languages.ts';
import { SILENT_DBFS } from '../../gemini/answer-sound.ts';
import { TRANSLATION_RATE_HZ } from '../../interpreter.ts';
import type { MessagePart, ServiceMessage } from '../session/message.ts';
import {
  type AnswerContext,
  type AnswerParts,
  longestAnswerSeconds,
  PendingAnswer,
} from '../session/pending-answer.ts';
import { AnswerWords, type HeardWords } from './answer-words.ts';
import { Repeats } from './repeats.ts';

/**
 * Sound and transcriptions may still follow the event that ends an answer: the service promises no order
 * between them (comments in the API's proto).
 */
export const GRACE_MS = 250;

/**
 * After a whole sentence that has died away and this long without anything, in milliseconds, the answer is over, though
 * no event says so. (google-gemini/live-api-examples#46: what follows after 2 to 7 s is the same sentence again.)
 */
const WHOLE_MS = 2000;
/**
 * It has died away: the end of the sound is this soft, or this part of the loudest, for this long: voices have some noise
 * of a room. (Of the moments within a sentence, 1 % are as soft as that, in five voices of speech synthesis.)
 */
const DIED_AWAY_SAMPLE = 100;
const DIED_AWAY_PART = 1 / 64;
const DIED_AWAY_SECONDS = 0.06;
/** Its words are spoken: it lasts this many times the least time that they take, or longer. */
const SPARE_TIME = 1.5;

/** What a complete answer consists of. */
export interface DialogueParts extends AnswerParts, HeardWords {
  /** The service may still send the end of the turn: it comes when the sound would have been played. */
  readonly owesEnd: boolean;
  /** No event has ended it: more of it may come. */
  readonly continues: boolean;
  /** Of its sound. */
  readonly seconds: number;
}

type End = 'generationComplete' | 'turnComplete' | 'interrupted' | 'whole sentence';

/**
 * Gathers the answer to one utterance from the messages of one connection and knows when it is over: at the
 * first of generationComplete, turnComplete and interrupted, and a short grace; or when a whole sentence is not followed
 * by anything.
 */
export class DialogueAnswer extends PendingAnswer<DialogueParts> {
  readonly #words: AnswerWords;
  readonly #repeats = new Repeats((samples) => this.#play(samples));
  #reportedHeard = '';
  #samples = 0;
  #quietSamples = 0;
  #loudestSample = 0;
  #begunMs: number | undefined;
  #loudestDbfs = Number.NEGATIVE_INFINITY;
  #ending: End | undefined;
  #ended = false;
  #open = false;
  #utteranceSeconds = Number.POSITIVE_INFINITY;

  /** @param again a fresh session has given an answer before that left in doubt who the speaker was */
  constructor(languages: Languages, again: boolean, context: AnswerContext) {
    super(context);
    this.#words = new AnswerWords(languages, this.#repeats, again);
  }

  /** Sound received so far, in seconds. */
  get #seconds(): number {
    return this.#samples / TRANSLATION_RATE_HZ;
  }

  override ends(): void {
    this.#open = true;
  }

  expect(utteranceSeconds: number): void {
    this.#utteranceSeconds = utteranceSeconds;
    if (this.over || this.#samples > 0) return;
    const { answerTimeoutMs } = this.limits;
    this.#watch(answerTimeoutMs, new Fault('no-answer', `no translated sound within ${answerTimeoutMs} ms`));
  }

  message({ serverContent: content }: ServiceMessage): void {
    if (this.over || !content || !this.#open) return;
    if (content.inputTranscription && this.#words.hear(content.inputTranscription)) this.#hear();
    // Before the sound: what is in the wrong language is not to be heard.
    if (content.outputTranscription && this.#words.say(content.outputTranscription, this.clock.now()))
      this.#say();
    for (const part of content.modelTurn?.parts ?? []) this.#take(part);
    if (content.interrupted) this.#end('interrupted');
    if (content.generationComplete) this.#end('generationComplete');
    if (content.turnComplete) this.#end('turnComplete');
    this.#lookForEnd();
  }

  lost(fault: Fault): void {
    // The service may hang up after a complete answer; that is no fault.
    if (this.#ending === undefined && this.#isOver) this.#endWhole();
    else if (this.#ending === undefined) this.fail(fault);
    else this.#settle();
  }

  #hear(): void {
    this.events.mark('heard');
    this.#reportHeard();
    this.#failIfWrong(false);
  }

  #say(): void {
    const { said } = this.#words;
    if (said !== undefined) this.sink.said(said);
    this.#failIfWrong(false);
    this.#reportHeard();
  }

  /** Reported again when more comes of it, and when the answer contradicts it. */
  #reportHeard(): void {
    if (this.over) return;
    const { heard } = this.#words.heard;
    const report = JSON.stringify(heard);
    if (heard === undefined || report === this.#reportedHeard) return;
    this.#reportedHeard = report;
    this.sink.heard(heard);
  }

  #failIfWrong(ended: boolean): void {
    const fault = this.#words.wrong(ended);
    if (fault !== undefined) this.fail(fault);
  }

  #take(part: MessagePart): void {
    if (this.over) return;
    if (part.text !== undefined && part.thought !== true) this.#words.write(part.text);
    this.#receive(this.soundOf(part));
  }

  #receive(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.events.mark('firstAudio');
    this.#begunMs ??= this.clock.now();
    this.#samples += samples.length;
    this.events.received(samples.length / TRANSLATION_RATE_HZ);
    for (const sample of samples) this.#loudestSample = Math.max(this.#loudestSample, Math.abs(sample));
    const soft = Math.max(DIED_AWAY_SAMPLE, DIED_AWAY_PART * this.#loudestSample);
    const loud = samples.findLastIndex((sample) => Math.abs(sample) > soft);
    this.#quietSamples = samples.length - 1 - loud + (loud === -1 ? this.#quietSamples : 0);
    this.#loudestDbfs = Math.max(this.#loudestDbfs, levelDbfs(samples));
    this.#repeats.sound(samples, this.clock.now());
    // Only sound counts: text can trickle on for ever while nobody hears a thing.
    const { answerStallMs } = this.limits;
    this.#watch(
      answerStallMs,
      new Fault('answer-broken-off', `no sound followed within ${answerStallMs} ms`),
    );
    const lastsSeconds = (this.clock.now() - this.#begunMs) / 1000;
    const mostSeconds = longestAnswerSeconds(this.#utteranceSeconds);
    if (Math.max(this.#seconds, lastsSeconds) > mostSeconds) {
      this.fail(new Fault('answer-endless', `more than ${mostSeconds.toFixed(0)} s and no end`));
    }
  }

  #play(samples: Int16Array): void {
    if (this.over) return;
    this.sink.audio(samples);
    this.events.mark('playable');
  }

  /** Of a voice that is cut off in mid-word, the last sound is loud, even where its words have all come. */
  get #hasDiedAway(): boolean {
    return this.#quietSamples >= DIED_AWAY_SECONDS * TRANSLATION_RATE_HZ;
  }

  /** It looks as if nothing were to follow. */
  get #isOver(): boolean {
    return this.#hasDiedAway && this.#words.mayBeWhole(this.#seconds, SPARE_TIME);
  }

  /** All that is needed is there, though no event says so. */
  get #isComplete(): boolean {
    if (this.#samples === 0) return this.#words.speakable(this.#utteranceSeconds) !== undefined;
    return this.#hasDiedAway && this.#words.mayBeWhole(this.#seconds, 1);
  }

  #lookForEnd(): void {
    this.stop('whole');
    if (this.over || this.#ending !== undefined || !this.#isOver) return;
    this.after('whole', WHOLE_MS, () => this.#endWhole());
  }

  #endWhole(): void {
    this.#ending = 'whole sentence';
    this.#settle();
  }

  #end(event: Exclude<End, 'whole sentence'>): void {
    if (this.over) return;
    if (this.#ending === 'generationComplete' && event === 'turnComplete') {
      this.#ended = true;
      this.#settle();
      return;
    }
    if (this.#ending !== undefined) return;
    this.#ending = event;
    this.stop('watchdog');
    this.after('grace', GRACE_MS, () => this.#settle());
  }

  #settle(): void {
    if (this.over) return;
    this.#repeats.end();
    this.#failIfWrong(true);
    this.#reportHeard();
    if (this.over) return;
    if (this.#ending === 'interrupted') {
      this.fail(new Fault('answer-broken-off', 'interrupted by the service, nobody spoke'));
      return;
    }
    const silence = this.#silence();
    const said = silence === undefined ? this.#words.said : this.#words.speakable(this.#utteranceSeconds);
    if (silence !== undefined && said === undefined) {
      this.fail(silence);
      return;
    }
    if (silence === undefined) this.events.mark('answered');
    this.resolve({
      ...this.#words.heard,
      said,
      outcome: said !== undefined && this.#words.isNotUnderstood(said) ? 'not understood' : 'translated',
      silence,
      owesEnd: this.#ending === 'generationComplete' && !this.#ended,
      continues: this.#ending !== 'generationComplete' && this.#ending !== 'turnComplete',
      seconds: this.#seconds,
    });
  }

  #silence(): Fault | undefined {
    if (this.#samples === 0) return new Fault('silent-answer', `${this.#ending} without any sound`);
    if (this.#loudestDbfs >= SILENT_DBFS) return undefined;
    return new Fault(
      'silent-answer',
      `${this.#seconds.toFixed(1)} s of sound, none above ${SILENT_DBFS} dBFS`,
    );
  }

  #watch(ms: number, fault: Fault): void {
    this.stop('watchdog');
    if (this.#ending !== undefined || this.over) return;
    this.after('watchdog', ms, () => {
      this.#repeats.end();
      if (this.#isComplete) this.#endWhole();
      else this.fail(fault);
    });
  }
}
