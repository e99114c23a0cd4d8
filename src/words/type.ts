import type { EN } from './en.ts';

/** The same keys with other texts. */
type Like<T> = T extends string ? string : T extends readonly string[] ? readonly string[] : { readonly [Key in keyof T]: Like<T[Key]> };

type English = Like<Omit<typeof EN, 'name'>>;

/**
 * Everything that the device says and prints in one language. Any part may be missing. Then there are English fault titles and
 * hints, no card, no line on sheet and notice, tones in place of prompts, and an English "I did not understand".
 */
export interface Words extends Partial<English> {
  /** The language in itself. */
  readonly name: string;
  /** The prompts as espeak-ng can read them, where it can't read the script; "[[…]]" are its phonemes. */
  readonly promptSpelling?: English['prompts'];
}

/** All but the name. */
export type Part = Exclude<keyof Words, 'name'>;
export type CardWords = English['card'];
export type PromptTexts = English['prompts'];
