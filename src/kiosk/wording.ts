import { EN } from '../words/en.ts';
import { wordsOf } from '../words/index.ts';
import type { Part, Words } from '../words/type.ts';
import type { FaultCode } from './faults.ts';
import { nearestLanguage } from './languages.ts';

/**
 * A part of the words in this language, or in the same language of another region.
 * @param language a BCP-47 code
 */
export function wordsFor<P extends Part>(part: P, language: string): Words[P] | undefined {
  const words = wordsOf(part);
  const nearest = nearestLanguage(language, Object.keys(words));
  return nearest === undefined ? undefined : words[nearest];
}

/** What is said about a fault, to people. */
export interface FaultWords {
  readonly title: string;
  readonly hint: string;
}

/** A fault in words: in this language, or in English where there are none in it. @param language a BCP-47 code */
export function wordingOf(fault: FaultCode, language: string): FaultWords {
  const { [fault]: title } = wordsFor('faultTitles', language) ?? EN.faultTitles;
  const { [fault]: hint } = wordsFor('faultHints', language) ?? EN.faultHints;
  return { title, hint };
}
