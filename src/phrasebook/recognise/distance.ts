/** How far two pronunciations are apart. */

/**
 * Levenshtein's distance between two sequences: the fewest insertions, deletions and replacements that make one
 * into the other. A metric: 0 only for equal sequences, symmetric, and never longer by a detour.
 */
export function editDistance(a: readonly string[], b: readonly string[]): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, symbol] of a.entries()) {
    const current = [row + 1];
    for (const [column, other] of b.entries()) {
      const replaced = (above[column] as number) + (symbol === other ? 0 : 1);
      const inserted = (current[column] as number) + 1;
      const deleted = (above[column + 1] as number) + 1;
      current.push(Math.min(replaced, inserted, deleted));
    }
    above = current;
  }
  return above[b.length] as number;
}

/** The edit distance ÷ the longer length: 0 (equal) to 1 (nothing in common). Two empty sequences are equal. */
export function relativeDistance(a: readonly string[], b: readonly string[]): number {
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 0 : editDistance(a, b) / longer;
}
