/** The faces of the card: two of a sans, and one for commands. */
export type Face = 'regular' | 'bold' | 'mono';

/** Advance widths of the characters from space to tilde, in thousandths of the size: Helvetica's, and so Arial's. */
const REGULAR = widths(
  '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278',
  '584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944',
  '667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500',
  '278 556 500 722 500 500 500 334 260 334 584',
);
const BOLD = widths(
  '278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333',
  '584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944',
  '667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556',
  '333 611 556 778 556 556 500 389 280 389 584',
);
const MONO_WIDTH = 600;
/** Characters beyond ASCII that are no letters with accents. */
const OTHERS: Readonly<Record<string, number>> = { '’': 222, ß: 611, '–': 556, '¿': 611, '\u00a0': 278 };
/** Wider than most, so that a guess does not make a line too long. */
const UNKNOWN_WIDTH = 700;

function widths(...lines: string[]): readonly number[] {
  return lines.flatMap((line) => line.split(' ').map(Number));
}

/** The width of a text in the unit of `size`, without kerning. */
export function widthOf(text: string, face: Face, size: number): number {
  if (face === 'mono') return (text.length * MONO_WIDTH * size) / 1000;
  const table = face === 'bold' ? BOLD : REGULAR;
  let width = 0;
  // An accent does not make a letter wider: what stands below it counts.
  for (const character of text.normalize('NFD').replaceAll(/\p{Mn}/gu, '')) {
    width += OTHERS[character] ?? table[character.charCodeAt(0) - 32] ?? UNKNOWN_WIDTH;
  }
  return (width * size) / 1000;
}
