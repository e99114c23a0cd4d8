import { concat } from '../../../audio/pcm/concat.ts';
import { type Spoken, TRANSLATION_RATE_HZ } from '../../interpreter.ts';
import { mayBeWhole } from '../../language/sentence.ts';
import { leastSeconds } from '../../language/speech-length.ts';
import { letters } from '../../language/words.ts';

/** A longer pause of the service, in milliseconds, rarely falls between two sentences of one answer. */
const PAUSE_MS = 1000;

/** This part of a sentence that comes again is the sentence; less is an answer that ends as it begins ("Thank you"). */
const LEAST_PART = 0.6;

/** Without a transcript, sound that lasts as long is the same, give or take this part. */
const LENGTH_TOLERANCE = 0.25;

/** How many times the least time for its words the sound takes when it may be all of them, and when it is. */
const MAY_BE_ALL = 1.2;
const IS_ALL = 1.5;

/** Sound and words after a pause that may be new or repeated. */
interface Trial {
  readonly pieces: Int16Array[];
  seconds: number;
  /** The length of the transcript when it began. */
  readonly from: number;
}

/**
 * An answer without what is said twice. The service has been seen to say a whole sentence, to pause for 2 to 7 s and to
 * say it again, up to four times in one generation (google-gemini/live-api-examples#46). "No. No." in one breath stays.
 */
export class Repeats {
  readonly #play: (samples: Int16Array) => void;
  /** The whole transcript; the words until here and from there on are part of the answer. */
  #all: Spoken | undefined;
  #kept = '';
  #from = 0;
  #seconds = 0;
  /** Of its sound; or of the words with which it continued after a pause. */
  #lastMs: number | undefined;
  #trial: Trial | undefined;

  /** @param play called with the sound that is to be heard */
  constructor(play: (samples: Int16Array) => void) {
    this.#play = play;
  }

  /** The words so far, without those that are repeated, or may be. */
  get said(): Spoken | undefined {
    if (this.#all === undefined) return undefined;
    const text = this.#kept + this.#all.text.slice(this.#from, this.#trial?.from);
    return text.trim() === '' ? undefined : { text, language: this.#all.language };
  }

  /** @param all the transcript so far */
  words(all: Spoken, nowMs: number): void {
    this.#continue(nowMs);
    this.#all = all;
    if (this.#trial !== undefined && !this.#mayRepeat(this.#trial)) this.#release();
  }

  sound(samples: Int16Array, nowMs: number): void {
    this.#continue(nowMs);
    this.#lastMs = nowMs;
    const seconds = samples.length / TRANSLATION_RATE_HZ;
    if (this.#trial === undefined) {
      this.#seconds += seconds;
      this.#play(samples);
    } else {
      this.#trial.seconds += seconds;
      this.#trial.pieces.push(samples);
    }
  }

  /** What came after the last pause is complete: it is left out, or it is new. */
  end(): void {
    const trial = this.#trial;
    if (trial === undefined) return;
    if (!this.#isRepeat(trial)) {
      this.#release();
      return;
    }
    this.#kept = this.said?.text ?? '';
    this.#from = this.#all?.text.length ?? 0;
    this.#trial = undefined;
  }

  /** After a pause, what has been whole may come again. */
  #continue(nowMs: number): void {
    if (this.#lastMs === undefined || nowMs - this.#lastMs < PAUSE_MS) return;
    this.#lastMs = nowMs;
    this.end();
    if (mayBeWhole(this.said?.text, undefined, this.#seconds, MAY_BE_ALL))
      this.#trial = { pieces: [], seconds: 0, from: this.#all?.text.length ?? 0 };
  }

  #release(): void {
    const trial = this.#trial;
    this.#trial = undefined;
    if (trial === undefined || trial.pieces.length === 0) return;
    this.#seconds += trial.seconds;
    this.#play(concat(trial.pieces));
  }

  #wordsOf(trial: Trial): { readonly first: string; readonly next: string } {
    return { first: letters(this.said?.text ?? ''), next: letters(this.#all?.text.slice(trial.from) ?? '') };
  }

  #mayRepeat(trial: Trial): boolean {
    const { first, next } = this.#wordsOf(trial);
    return first.startsWith(next);
  }

  #isRepeat(trial: Trial): boolean {
    const { first, next } = this.#wordsOf(trial);
    if (next !== '') return first.startsWith(next) && next.length >= LEAST_PART * first.length;
    const allSpoken = this.#seconds >= IS_ALL * leastSeconds(this.said?.text ?? '');
    return allSpoken && Math.abs(trial.seconds - this.#seconds) <= LENGTH_TOLERANCE * this.#seconds;
  }
}
