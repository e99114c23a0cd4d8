/** Tables and amounts for the terminal. */

import { inDollars } from '../../spending/money.ts';

/** Rows as lines, in columns: those in `right` (by index) are numbers. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => [...(row[i] ?? '')].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}

/** "$1.25". @param digits behind the point */
export function money(micro: number, digits = 2): string {
  return `$${inDollars(micro).toFixed(digits)}`;
}

/** Minutes and seconds, "12:05". */
export function minutes(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of block characters, to an eighth of a character. @param share of the longest bar, 0 to 1 */
export function bar(share: number, characters: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * characters * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}
