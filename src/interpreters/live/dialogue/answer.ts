import { levelDbfs } from '../../../audio/pcm/level.ts';
import { Fault, type FaultCode } from '../../../kiosk/faults.ts';
import type { Languages } from '../../../kiosk/languages.ts';
import { SILENT_DBFS } from '../../gemini/answer-sound.ts';
import { TRANSLATION_RATE_HZ } from '../../interpreter.ts';
import type { MessagePart, ServiceMessage } from '../session/message.ts';
import { type AnswerContext, type AnswerParts, PendingAnswer } from '../session/pending-answer.ts';
import { AnswerWords, type HeardWords } from './answer-words.ts';
import { Repeats } from './repeats.ts';

/**
 * Sound and transcriptions may follow the event that ends an answer, in milliseconds: the service guarantees no order
 * (comments in the API's proto).
 */
export const GRACE_MS = 250;

/**
 * An answer without an ending event is over this long after a whole sentence that has died away, in milliseconds. (After 2
 * to 7 s the same sentence follows again: google-gemini/live-api-examples#46.)
 */
const WHOLE_MS = 2000;
/**
 * Sound has died away if its end is at most this loud, or this part of the loudest sample, for this long. (Within a
 * sentence 1 % of the moments are that soft, in five voices of speech synthesis.)
 */
const DIED_AWAY_SAMPLE = 100;
const DIED_AWAY_PART = 1 / 64;
const DIED_AWAY_SECONDS = 0.06;
/** All words are spoken if the sound lasts at least this many times the least time for them. */
const SPARE_TIME = 1.5;

/** What a complete answer consists of. */
export interface DialogueParts extends AnswerParts, HeardWords {
  /** The service may still send the end of the turn: it comes when the sound would have been played. */
  readonly owesEnd: boolean;
  /** No event has ended it: more may come. */
  readonly continues: boolean;
  /** Of its sound. */
  readonly seconds: number;
}

type End = 'generationComplete' | 'turnComplete' | 'interrupted' | 'whole sentence';

/**
 * The answer to one utterance. It is over shortly after the first of generationComplete, turnComplete and interrupted; or
 * when nothing follows a whole sentence.
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

  /** @param again an earlier session gave an answer that left the speaker in doubt */
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
    const { answerTimeoutMs: ms } = this.limits;
    this.#watch(ms, 'no-answer', 'no translated sound');
  }

  message({ serverContent: content }: ServiceMessage): void {
    if (this.over || !content || !this.#open) return;
    if (content.inputTranscription && this.#words.hear(content.inputTranscription)) this.#hear();
    // Before the sound, which must not be played in the wrong language.
    if (content.outputTranscription && this.#words.say(content.outputTranscription, this.clock.now()))
      this.#say();
    for (const part of content.modelTurn?.parts ?? []) this.#take(part);
    if (content.interrupted) this.#end('interrupted');
    if (content.generationComplete) this.#end('generationComplete');
    if (content.turnComplete) this.#end('turnComplete');
    this.#lookForEnd();
  }

  lost(fault: Fault): void {
    // The service may close the connection after a complete answer.
    if (this.#ending !== undefined) this.#settle();
    else if (this.#isOver) this.#endWhole();
    else this.fail(fault);
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

  /** Reports it again when it grows, and when the answer contradicts it. */
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
    const samples = this.soundOf(part);
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
    // Only sound counts: text can continue for ever without any.
    const { answerStallMs: ms } = this.limits;
    this.#watch(ms, 'answer-broken-off', 'no sound followed');
    this.failIfEndless(this.#utteranceSeconds, this.#begunMs, this.#seconds);
  }

  #play(samples: Int16Array): void {
    if (this.over) return;
    this.sink.audio(samples);
    this.events.mark('playable');
  }

  /** A voice that is cut off in mid-word ends loudly, even if all words have come. */
  get #hasDiedAway(): boolean {
    return this.#quietSamples >= DIED_AWAY_SECONDS * TRANSLATION_RATE_HZ;
  }

  /** Probably nothing follows. */
  get #isOver(): boolean {
    return this.#hasDiedAway && this.#words.mayBeWhole(this.#seconds, SPARE_TIME);
  }

  /** It can be used without an ending event. */
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
    const facts = `${this.#seconds.toFixed(1)} s of sound, none above ${SILENT_DBFS} dBFS`;
    return new Fault('silent-answer', facts);
  }

  #watch(ms: number, fault: FaultCode, detail: string): void {
    this.stop('watchdog');
    if (this.#ending !== undefined || this.over) return;
    this.after('watchdog', ms, () => {
      this.#repeats.end();
      if (this.#isComplete) this.#endWhole();
      else this.fail(new Fault(fault, `${detail} within ${ms} ms`));
    });
  }
}
