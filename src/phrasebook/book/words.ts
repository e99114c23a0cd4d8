/** Text as the recogniser compares it: words without case or punctuation. */

/**
 * The words of a text in lower case, in Unicode's composed form, without punctuation. Apostrophes inside a word
 * stay ("I'm"), hyphens part words. Two texts with the same words sound the same and count as the same text.
 */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFC').toLowerCase().replaceAll('’', "'");
  return (plain.match(/[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*/gu) ?? []).map((word) =>
    word.normalize('NFC'),
  );
}

/** What texts are compared by: their words, joined. Empty when a text has no word. */
export function wordKey(text: string): string {
  return wordsOf(text).join(' ');
}
