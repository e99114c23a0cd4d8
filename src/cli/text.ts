/** Lists, tables, paragraphs and amounts for people. */

import { inDollars } from '../spending/money.ts';

/** In columns. */
const WIDTH = 80;

/** Rows as lines, in columns: those in `right` (by index) are numbers. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => [...(row[i] ?? '')].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return lines(rows.map(line));
}

export function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}

/**
 * Lines of 80 columns at most, broken between words.
 * @param indent before each of them
 * @param first before the first, in place of that
 */
export function wrapped(text: string, indent: string, first = indent): string[] {
  const all: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      all.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...all, line];
}

/** What belongs in a list under a condition: one element or none. */
export function where<T>(condition: boolean, element: T): readonly T[] {
  return condition ? [element] : [];
}

/** "no errors", "1 error", "2 errors". */
export function count(number: number, what: string): string {
  return `${number === 0 ? 'no' : number} ${what}${number === 1 ? '' : 's'}`;
}

/** "3 d 4 h", "12 min": its two largest parts. @param seconds whole */
export function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0 s';
  const shown = parts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return shown.map(([amount, unit]) => `${amount} ${unit}`).join(' ');
}

/** "$1.25". @param digits after the point */
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
