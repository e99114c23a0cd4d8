/** Whether an utterance is a phrase of the book, and in which language. Pure. */

import { relativeDistance } from './distance.ts';

/** What a language's two passes heard. */
export interface Hearing {
  readonly language: string;
  /** The id of the phrase that the grammar of phrases found; undefined when none, or a refused sentence. */
  readonly phrase: string | undefined;
  /** The phones of what that grammar found; empty when nothing fitted. */
  readonly phones: readonly string[];
  /** The phones that the loop over the same words found, free of any grammar. */
  readonly freePhones: readonly string[];
  /** How well the loop fits the sound; the higher, the better. Comparable between languages. */
  readonly fit: number;
  /** The largest distance between the two at which the phrase counts as said, 0 to 1. */
  readonly acceptUpTo: number;
}

/** The outcome: the id of a phrase, or the language that it most sounded like. */
export type Verdict =
  | { readonly kind: 'recognised'; readonly id: string; readonly language: string; readonly distance: number }
  | { readonly kind: 'rejected'; readonly nearestLanguage: string };

/**
 * A phrase counts as said when both passes of its language agree well enough; where several languages accept, the one
 * whose passes agree best wins. If it has found a refused sentence, the utterance is rejected: a worse match in another
 * language doesn't count. Two empty results never agree.
 * @param hearings one for each language, at least one
 */
export function decide(hearings: readonly Hearing[]): Verdict {
  const ranked = hearings
    .map((hearing) => ({ ...hearing, distance: distanceOf(hearing) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked.find(({ distance, acceptUpTo }) => distance <= acceptUpTo);
  if (best?.phrase !== undefined) {
    return { kind: 'recognised', id: best.phrase, language: best.language, distance: best.distance };
  }
  const nearest = [...hearings].sort((a, b) => b.fit - a.fit)[0];
  if (nearest === undefined) throw new Error('decide() needs the hearing of at least one language');
  return { kind: 'rejected', nearestLanguage: nearest.language };
}

/** 0 to 1; 1 when either pass heard nothing. */
function distanceOf({ phones, freePhones }: Pick<Hearing, 'phones' | 'freePhones'>): number {
  return phones.length === 0 || freePhones.length === 0 ? 1 : relativeDistance(phones, freePhones);
}
