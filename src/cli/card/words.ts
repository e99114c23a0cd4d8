import type { WordingLanguage } from '../../kiosk/wording.ts';
import { DE } from './words/de.ts';
import { EN } from './words/en.ts';
import { ES } from './words/es.ts';
import { FR } from './words/fr.ts';
import { IT } from './words/it.ts';
import { NL } from './words/nl.ts';
import { PT } from './words/pt.ts';
import type { CardWords } from './words/type.ts';

/** There is a card in every language that faults are told in. */
export const CARD_WORDS: Readonly<Record<WordingLanguage, CardWords>> = {
  en: EN,
  de: DE,
  es: ES,
  fr: FR,
  it: IT,
  nl: NL,
  pt: PT,
};
