/**
 * How quickly anybody speaks. The quickest languages, Japanese and Spanish, have 7.8 syllables a second on average
 * (Pellegrino et al. 2011, "A cross-language perspective on speech information rate"); about 9 is the most. A character
 * of Chinese, Japanese or Korean is a syllable or more; a syllable of an alphabet takes 2 to 3 letters. A third is
 * added to both. (Measured of the service itself: 150 English words, some 850 letters, in 57 s, half of this speed:
 * https://github.com/googleapis/python-genai/issues/922.)
 */
const SYLLABLES_PER_SECOND = 12;
const LETTERS_PER_SECOND = 30;

const SYLLABIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * The least time in which a text can be spoken, in seconds: what is shorter has been cut. It is about half of what a
 * text takes, so a cut that leaves more is not found by it. Digits count as letters, though they take longer.
 */
export function leastSeconds(text: string): number {
  let seconds = 0;
  for (const character of text) {
    if (SYLLABIC.test(character)) seconds += 1 / SYLLABLES_PER_SECOND;
    else if (/[\p{L}\p{N}]/u.test(character)) seconds += 1 / LETTERS_PER_SECOND;
  }
  return seconds;
}
