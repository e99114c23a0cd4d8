import { concat } from '../../../audio/pcm/concat.ts';
import { type Spoken, TRANSLATION_RATE_HZ } from '../../interpreter.ts';
import { mayBeWhole } from '../../language/sentence.ts';
import { leastSeconds } from '../../language/speech-length.ts';
import { letters } from '../../language/words.ts';

/** Pauses between two sentences of one answer are rarely longer, in milliseconds. */
const PAUSE_MS = 1000;

/** At least this part of a sentence counts as its repetition. Less may be an answer that ends as it begins ("Thank you"). */
const LEAST_PART = 0.6;

/** Without a transcript, sound of the same length counts as a repetition, with this tolerance. */
const LENGTH_TOLERANCE = 0.25;

/** Sound of this many times the least time for its words may be complete, or is complete. */
const MAY_BE_ALL = 1.2;
const IS_ALL = 1.5;

/** Sound and words after a pause, which may be new or a repetition. */
interface Trial {
  readonly pieces: Int16Array[];
  seconds: number;
  /** The length of the transcript when it began. */
  readonly from: number;
}

/**
 * Removes repetitions from an answer. The service has repeated a sentence after 2 to 7 s, up to four times in one
 * generation (google-gemini/live-api-examples#46). "No. No." without a pause remains.
 */
export class Repeats {
  readonly #play: (samples: Int16Array) => void;
  /** The whole transcript. */
  #all: Spoken | undefined;
  /** The words of the answer up to the last repetition; those from `#from` on follow them. */
  #kept = '';
  #from = 0;
  #seconds = 0;
  /** The time of its last sound, or of words that came after a pause. */
  #lastMs: number | undefined;
  #trial: Trial | undefined;

  /** @param play called with the sound of the answer */
  constructor(play: (samples: Int16Array) => void) {
    this.#play = play;
  }

  /** The words so far, without those that are, or may be, a repetition. */
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

  /** What came after the last pause is complete: removes it if it is a repetition. */
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

  /** After a pause, a complete sentence may be repeated. */
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
