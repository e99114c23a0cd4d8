const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The beginning of a text, cut between graphemes: not within an emoji, a syllable of Hindi or a
 * letter and its accent.
 * @param most length of the result, in UTF-16 code units, with the ellipsis that stands for the rest
 */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = 0;
  for (const { index, segment } of characters.segment(text)) {
    if (index + segment.length >= most) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end)}…`;
}
