import { type Languages, languagesOf, primaryLanguage } from '../../kiosk/languages.ts';
import { detector } from './language-detector.ts';

/** The language of a text, by its letters. docs/developers/languages.md has the figures for the limits. */

export interface Identified {
  /** BCP-47, without region: that of the candidate where there are candidates. */
  readonly language: string;
  /** Whether to act on it. A single word never suffices. */
  readonly confident: boolean;
}

/** Shorter texts prove nothing. In bytes of UTF-8: 10 Latin letters, 5 Cyrillic, 4 Chinese. */
const LEAST_BYTES = 10;

/** The weight of one language must exceed that of the next by this. */
const CLEARLY = 200;

/** The library ignores the rest of a text, in bytes of UTF-8. */
const LOOKED_AT_BYTES = 350;

/** The library's scores are w / (w + 25), where w is the average weight of the text's 4-byte pieces, which begin every 3 bytes. */
const HALF_SCORE = 25;
const BYTES_A_PIECE = 3;

/** It has one code for Malay and Indonesian, which more guests speak. */
const LIBRARY_CODES: Readonly<Record<string, string>> = { ms: 'id' };

const ALIKE: readonly (readonly string[])[] = [
  ['id', 'ms'],
  ['hr', 'bs', 'sr'],
  ['fa', 'prs'],
  ['zh', 'yue'],
  ['ku', 'ckb'],
];

/** Scripts without spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}]/u;

const COVERED: ReadonlySet<string> = new Set(Object.values(detector.info().Languages).map(ownCode));

/** Whether texts in these languages can't be distinguished. */
export function writtenAlike(a: string, b: string): boolean {
  const [one, other] = [primaryLanguage(a), primaryLanguage(b)];
  return one === other || ALIKE.some((group) => group.includes(one) && group.includes(other));
}

/** Whether texts in this language can be identified. */
export function isIdentifiable(language: string): boolean {
  return [...COVERED].some((covered) => writtenAlike(covered, language));
}

/**
 * The language of a text. Takes some 20 µs.
 * @param candidates BCP-47; with them, it is one of them or not confident
 * @returns undefined for a text that speaks for no language at all, or for none of the candidates
 */
export function languageOf(text: string, candidates?: readonly string[]): Identified | undefined {
  const result = detector.detect(text);
  const bytes = Math.min(LOOKED_AT_BYTES, Buffer.byteLength((text.match(/[\p{L}\p{M}]+/gu) ?? []).join('')));
  const weights = new Map<string, number>();
  for (const [code, score] of Object.entries(result.getScores())) {
    weights.set(ownCode(code), (HALF_SCORE * score * bytes) / (1 - score) / BYTES_A_PIECE);
  }
  const all = [...weights].map(([language, weight]) => ({ language, weight }));
  const weighed = (code: string) => ({ language: primaryLanguage(code), weight: weightOf(code, weights) });
  const chosen = candidates?.map(weighed);
  const first = heaviest(chosen ?? all);
  if (first === undefined || first.weight === 0) return undefined;
  // A language that can't be identified may resemble any other.
  const rivals = candidates?.every(isIdentifiable) ? (chosen ?? all) : all;
  const second = heaviest(rivals.filter(({ language }) => !writtenAlike(language, first.language)));
  const words = text.trim().split(/\s+/).length;
  const confident =
    bytes >= LEAST_BYTES &&
    (words > 1 || UNSPACED.test(text)) &&
    result.isReliable() &&
    first.weight - (second?.weight ?? 0) >= CLEARLY &&
    first.weight === heaviest(all)?.weight;
  return { language: first.language, confident };
}

function ownCode(code: string): string {
  return LIBRARY_CODES[code] ?? primaryLanguage(code);
}

interface Weighed {
  readonly language: string;
  readonly weight: number;
}

function heaviest(languages: readonly Weighed[]): Weighed | undefined {
  return languages.toSorted((a, b) => b.weight - a.weight)[0];
}

/**
 * The language of what was heard at the desk; undefined if unknown.
 * @param named by the service, in canonical form; it takes precedence
 */
export function languageHeard(
  text: string,
  named: string | undefined,
  languages: Languages,
): string | undefined {
  if (named !== undefined) return named;
  const identified = languageOf(text, languages.anyGuest ? undefined : languagesOf(languages));
  return identified?.confident ? identified.language : undefined;
}

function weightOf(language: string, weights: ReadonlyMap<string, number>): number {
  const alike = [...weights].filter(([code]) => writtenAlike(code, language));
  return Math.max(0, ...alike.map(([, weight]) => weight));
}
