import { type Face, widthOf } from './metrics.ts';

/** Text in one face. */
export interface Run {
  readonly text: string;
  readonly face: Face;
}

/** A run with its place on a line. */
export interface PlacedRun extends Run {
  /** From the beginning of the line, in the unit of the size. */
  readonly x: number;
  readonly width: number;
}

export type Line = readonly PlacedRun[];

/** Text with commands in backticks, as runs. */
export function runsOf(text: string, face: Face = 'regular'): Run[] {
  return text
    .split('`')
    .map((part, index): Run => ({ text: part, face: index % 2 === 0 ? face : 'mono' }))
    .filter((run) => run.text !== '');
}

/**
 * Breaks text into lines no wider than `room`. A command is never broken, nor is the French space before
 * punctuation; a word wider than the room stands alone and sticks out.
 */
export function wrap(runs: readonly Run[], size: number, room: number): Line[] {
  const space = widthOf(' ', 'regular', size);
  const lines: PlacedRun[][] = [];
  let line: PlacedRun[] = [];
  let end = 0;
  for (const word of words(runs)) {
    const width = word.reduce((sum, { text, face }) => sum + widthOf(text, face, size), 0);
    if (line.length > 0 && end + space + width > room) {
      lines.push(line);
      line = [];
      end = 0;
    }
    let x = line.length === 0 ? 0 : end + space;
    for (const piece of word) {
      const pieceWidth = widthOf(piece.text, piece.face, size);
      append(line, { ...piece, x, width: pieceWidth });
      x += pieceWidth;
    }
    end = x;
  }
  if (line.length > 0) lines.push(line);
  return lines;
}

/** The least room that takes no more lines than `room` does: no last line of a single word. */
export function balancedRoom(runs: readonly Run[], size: number, room: number): number {
  const lines = wrap(runs, size, room).length;
  const takesNoMore = (less: number) => {
    const narrower = wrap(runs, size, less);
    return narrower.length === lines && narrower.every((line) => widthOfLine(line) <= less);
  };
  let least = room;
  while (least > 1 && takesNoMore(least - 1)) least -= 1;
  // One line takes what it takes; of many, none may stick out of what it was given.
  return lines === 1 ? room : least;
}

function widthOfLine(line: Line): number {
  const last = line.at(-1);
  return last === undefined ? 0 : last.x + last.width;
}

/** Neighbours in one face become one run: what is drawn stays readable and can be searched for. */
function append(line: PlacedRun[], run: PlacedRun): void {
  const last = line.at(-1);
  if (last === undefined || last.face !== run.face || run.face === 'mono') {
    line.push(run);
    return;
  }
  const gap = run.x - (last.x + last.width);
  const text = `${last.text}${gap > 0.01 ? ' ' : ''}${run.text}`;
  line[line.length - 1] = { ...last, text, width: run.x + run.width - last.x };
}

/** What must stay together on a line: pieces without a space between them. */
function words(runs: readonly Run[]): Run[][] {
  const result: Run[][] = [];
  let word: Run[] = [];
  const finish = () => {
    if (word.length > 0) result.push(word);
    word = [];
  };
  for (const { text, face } of runs) {
    if (face === 'mono') {
      word.push({ text, face });
      continue;
    }
    for (const [index, part] of text
      .replaceAll(/ (?=[:;?!])/g, '\u00a0')
      .split(' ')
      .entries()) {
      if (index > 0) finish();
      if (part !== '') word.push({ text: part, face });
    }
  }
  finish();
  return result;
}
