import { AR } from './ar.ts';
import { BG } from './bg.ts';
import { CA } from './ca.ts';
import { CS } from './cs.ts';
import { DA } from './da.ts';
import { DE } from './de.ts';
import { EL } from './el.ts';
import { EN } from './en.ts';
import { ES } from './es.ts';
import { ET } from './et.ts';
import { FA } from './fa.ts';
import { FI } from './fi.ts';
import { FR } from './fr.ts';
import { HE } from './he.ts';
import { HI } from './hi.ts';
import { HR } from './hr.ts';
import { HU } from './hu.ts';
import { ID } from './id.ts';
import { IT } from './it.ts';
import { JA } from './ja.ts';
import { KO } from './ko.ts';
import { LT } from './lt.ts';
import { LV } from './lv.ts';
import { NB } from './nb.ts';
import { NL } from './nl.ts';
import { PL } from './pl.ts';
import { PT } from './pt.ts';
import { PT_BR } from './pt-BR.ts';
import { RO } from './ro.ts';
import { RU } from './ru.ts';
import { SK } from './sk.ts';
import { SL } from './sl.ts';
import { SR } from './sr.ts';
import { SV } from './sv.ts';
import { TH } from './th.ts';
import { TR } from './tr.ts';
import type { Part, Words } from './type.ts';
import { UK } from './uk.ts';
import { VI } from './vi.ts';
import { ZH } from './zh.ts';

/** Every language by its BCP-47 code: first those of the sheet, in its order. */
export const WORDS: Readonly<Record<string, Words>> = {
  en: EN,
  de: DE,
  fr: FR,
  es: ES,
  it: IT,
  pt: PT,
  nl: NL,
  pl: PL,
  ru: RU,
  zh: ZH,
  ja: JA,
  ar: AR,
  bg: BG,
  ca: CA,
  cs: CS,
  da: DA,
  el: EL,
  et: ET,
  fa: FA,
  fi: FI,
  he: HE,
  hi: HI,
  hr: HR,
  hu: HU,
  id: ID,
  ko: KO,
  lt: LT,
  lv: LV,
  nb: NB,
  'pt-BR': PT_BR,
  ro: RO,
  sk: SK,
  sl: SL,
  sr: SR,
  sv: SV,
  th: TH,
  tr: TR,
  uk: UK,
  vi: VI,
};

/** The parts that the table of languages shows, in its order. */
export const PARTS = ['prompts', 'notUnderstood', 'sheet', 'notice', 'faultHints', 'card'] as const satisfies readonly Part[];

/** A part in every language that has it, by code, in the order of `WORDS`. */
export function wordsOf<P extends Part>(part: P): Readonly<Record<string, NonNullable<Words[P]>>> {
  return Object.fromEntries(Object.entries(WORDS).flatMap(([code, { [part]: own }]) => (own === undefined ? [] : [[code, own]])));
}
