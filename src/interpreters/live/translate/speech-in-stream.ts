import { concat } from '../../../audio/pcm/concat.ts';
import { levelDbfs } from '../../../audio/pcm/level.ts';
import { SILENT_DBFS } from '../../gemini/answer-sound.ts';
import { TRANSLATION_RATE_HZ } from '../../interpreter.ts';

/** The length of an analysis window. A message (250 ms) has a whole number of them. */
const WINDOW_MS = 10;
const WINDOW = (TRANSLATION_RATE_HZ * WINDOW_MS) / 1000;

/** Silence that is kept on both sides of speech, for soft beginnings and ends of words. In windows. */
const MARGIN = 60 / WINDOW_MS;

/** The longest pause, in windows. Longer ones are shortened: the model was waiting for more of the utterance. */
const MAX_PAUSE = 600 / WINDOW_MS;

/**
 * Finds the speech in an endless stream of sound: without the silence before and after it, and with its pauses. Time is
 * counted in samples, so that the speed of the stream does not matter.
 */
export class SpeechInStream {
  #rest = new Int16Array(0);
  /** Silence that may become a pause, or the lead-in of a word. */
  #withheld: Int16Array[] = [];
  /** Windows of the present pause that have been returned. */
  #given = 0;
  #speechWindows = 0;
  #silentWindows = 0;

  /** Speech so far, without its pauses, in seconds. */
  get speechSeconds(): number {
    return (this.#speechWindows * WINDOW_MS) / 1000;
  }

  /** Silence since the last speech, or the beginning, in seconds. */
  get silentSeconds(): number {
    return (this.#silentWindows * WINDOW_MS) / 1000;
  }

  /**
   * Takes in the next piece of the stream.
   * @param runningDry the listener has next to nothing left to hear: a pause, if it is one, must be given now
   * @returns what of it is to be heard, which may be nothing
   */
  push(samples: Int16Array, runningDry: boolean): Int16Array {
    const all = concat([this.#rest, samples]);
    const heard: Int16Array[] = [];
    let at = 0;
    for (; at + WINDOW <= all.length; at += WINDOW) this.#window(all.subarray(at, at + WINDOW), heard);
    this.#rest = all.slice(at);
    if (runningDry && this.#speechWindows > 0) this.#give(MAX_PAUSE, heard);
    return concat(heard);
  }

  #window(window: Int16Array, heard: Int16Array[]): void {
    if (levelDbfs(window) < SILENT_DBFS) {
      this.#silentWindows += 1;
      this.#withheld.push(window);
      if (this.#withheld.length > MAX_PAUSE) this.#withheld.shift();
      if (this.#speechWindows > 0) this.#give(MARGIN, heard);
      return;
    }
    const kept = this.#speechWindows > 0 ? MAX_PAUSE - this.#given : MARGIN;
    heard.push(...this.#withheld.slice(Math.max(0, this.#withheld.length - kept)), window);
    this.#withheld = [];
    this.#given = 0;
    this.#speechWindows += 1;
    this.#silentWindows = 0;
  }

  /** Gives the pause, up to this many windows of it. */
  #give(windows: number, heard: Int16Array[]): void {
    const due = this.#withheld.splice(0, Math.max(0, windows - this.#given));
    this.#given += due.length;
    heard.push(...due);
  }
}
