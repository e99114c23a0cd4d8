/** The messages between the daemon and the phrasebook's child over IPC (structured clone). */

import type { BookData } from './book/book.ts';
import type { Verdict } from './recognise/decide.ts';

/** From the parent. The first message is `open`; every message gets one answer with the same number. */
export type Request =
  | { readonly kind: 'open'; readonly id: number; readonly book: BookData }
  | {
      readonly kind: 'recognise';
      readonly id: number;
      readonly samples: Int16Array;
      /** The book's codes of the languages that are listened for; undefined: all. */
      readonly languages: readonly string[] | undefined;
    }
  | { readonly kind: 'speak'; readonly id: number; readonly text: string; readonly language: string };

/** From the child. `missing`: something has to be installed; the message says what. */
export type Response =
  | { readonly kind: 'opened'; readonly id: number }
  | { readonly kind: 'heard'; readonly id: number; readonly verdict: Verdict }
  | { readonly kind: 'spoken'; readonly id: number; readonly samples: Int16Array }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly error: 'missing' | 'other';
      readonly message: string;
    };

/** Sound that comes in: 16 kHz, the rate of the acoustic model. */
export const INPUT_HZ = 16_000;
/** Sound that goes out: 24 kHz, as from the Live API, so that the loudspeaker has one rate. */
export const OUTPUT_HZ = 24_000;
/** Longest utterance, in seconds; a listed phrase takes 1 to 5. */
export const LONGEST_HEARD_SECONDS = 60;
/** Longest speech, in seconds; the rest is cut off. */
export const LONGEST_SPOKEN_SECONDS = 60;
/** Longest text, in characters. 60 s of speech are about 1,000. */
export const LONGEST_TEXT = 4000;
