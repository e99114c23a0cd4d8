/** What is said about faults, in the languages that there are words in. */
import { FAULTS, type FaultCode } from './faults.ts';
import { sameLanguage } from './languages.ts';
import { DE } from './wording/de.ts';
import { ES } from './wording/es.ts';
import { FR } from './wording/fr.ts';
import { IT } from './wording/it.ts';
import { NL } from './wording/nl.ts';
import { PT } from './wording/pt.ts';
import type { FaultWords, Wording } from './wording/type.ts';

/** By primary language. English is the table itself. */
const WORDINGS = { en: FAULTS, de: DE, es: ES, fr: FR, it: IT, nl: NL, pt: PT } as const satisfies Record<
  string,
  Wording
>;

export type WordingLanguage = keyof typeof WORDINGS;
export const WORDING_LANGUAGES = Object.keys(WORDINGS) as readonly WordingLanguage[];

/**
 * The language that a code has words in, whatever its region ("pt-BR").
 * @returns undefined where there are none
 */
export function wordingLanguage(code: string): WordingLanguage | undefined {
  return WORDING_LANGUAGES.find((language) => sameLanguage(language, code));
}

/** Whether faults are told in this language. @param language a BCP-47 code */
export function hasWording(language: string): boolean {
  return wordingLanguage(language) !== undefined;
}

/** A fault in words: in this language, or in English where there are none in it. @param language a BCP-47 code */
export function wordingOf(fault: FaultCode, language: string): FaultWords {
  const { title, hint } = WORDINGS[wordingLanguage(language) ?? 'en'][fault];
  return { title, hint };
}
