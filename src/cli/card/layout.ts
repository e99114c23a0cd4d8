import type { Mender } from '../../kiosk/faults.ts';
import { Drawing, LEADING, type Mark, PAGE } from '../page/drawing.ts';
import { type Face, widthOf } from '../page/metrics.ts';
import { balancedRoom, type Run, runsOf, wrap } from '../page/text.ts';
import type { CardContent, FaultRow, Light, TroubleRow } from './content.ts';
import { led, rhythm } from './lights.ts';
import { SHOWN_MS } from './rhythm.ts';

const LEFT = PAGE.margin;
const RIGHT = PAGE.width - PAGE.margin;
const BOTTOM = PAGE.height - 20;
/** Two columns, for the lights and for the faults. */
const GUTTER = 11;
const COLUMN = (RIGHT - LEFT - GUTTER) / 2;
const COLUMNS = [LEFT, LEFT + COLUMN + GUTTER] as const;

const HEADING = { face: 'bold', size: 12 } as const;
const SUBHEADING = { face: 'bold', size: 8.6 } as const;
const BODY = { size: 8.1 } as const;
const SMALL = { size: 7, ink: 'grey' } as const;

/** The fault table takes the largest print that leaves it on the page; 6.5 pt is the smallest that one can read. */
const FAULT_SIZES = [8, 7.9, 7.8, 7.7, 7.6, 7.5, 7.4, 7.3, 7.2, 7.1, 7, 6.9, 6.8, 6.7, 6.6, 6.5] as const;

/** The whole card, as marks on one page. */
export function layout(content: CardContent): readonly Mark[] {
  const sheet = new Drawing();
  let y = head(sheet, content);
  y = allWell(sheet, y, content);
  y = trouble(sheet, y + 3, content);
  faults(sheet, y + 2, content);
  return sheet.marks;
}

function head(sheet: Drawing, { words }: CardContent): number {
  const top = PAGE.margin - 4;
  const form = 176;
  const room = RIGHT - LEFT - form - GUTTER;
  sheet.text(LEFT, top, room, words.title, { face: 'bold', size: 22 });
  sheet.text(LEFT, top + 27, room, words.use, { size: 9, ink: 'grey' });
  // To be filled in by hand: nobody looks for a telephone number while a guest waits.
  for (const [index, label] of [words.contact, words.phone].entries()) {
    const y = top + 14 + index * 21;
    sheet.line(RIGHT - form, y, RIGHT, y, 'black', 0.6);
    sheet.text(RIGHT - form, y + 1, form, label, { size: 6.5, ink: 'grey' });
  }
  return top + 48;
}

/** A rule across the page and what stands below it. @returns where the section's content begins */
function heading(sheet: Drawing, y: number, title: string, note: string): number {
  sheet.line(LEFT, y, RIGHT, y, 'black', 1.2);
  sheet.text(LEFT, y + 5, COLUMN, title, HEADING);
  const from = LEFT + widthOf(title, 'bold', HEADING.size) + 9;
  if (note !== '') sheet.text(from, y + 9, RIGHT - from, note, { size: 8, ink: 'grey' });
  return y + 24;
}

function allWell(sheet: Drawing, y: number, { words, talk, connection, languages }: CardContent): number {
  const top = heading(sheet, y, words.allWell, '');
  const left = light(sheet, COLUMNS[0], top, talk, 'talk');
  const middle = light(sheet, COLUMNS[1], y + 7, connection, 'connection');
  const right = light(sheet, COLUMNS[1], middle + 5, languages, 'language');
  return Math.max(left, right);
}

function light(sheet: Drawing, x: number, y: number, { title, rows }: Light, part: string): number {
  const width = 80;
  const text = 108;
  let at = sheet.text(x, y, COLUMN, title, SUBHEADING) + 2.5;
  for (const { look, says } of rows) {
    led(sheet, x + 7, at + 6, 4.5, look);
    rhythm(sheet, { x: x + 20, y: at + 2.5, width, height: 7 }, look, `${part}: ${says}`);
    at = Math.max(at + 12.6, sheet.text(x + text, at + 1, COLUMN - text, says, BODY) + 2);
  }
  return at;
}

/** The columns of the trouble light, from LEFT. */
const TROUBLE = { led: 11, name: 26, rhythm: 106, means: 199, doing: 320 } as const;
const RHYTHM_WIDTH = 80;

function trouble(sheet: Drawing, y: number, { words, trouble: rows }: CardContent): number {
  const top = heading(sheet, y, words.trouble, words.troubleNote);
  sheet.text(LEFT + TROUBLE.means, top, TROUBLE.doing - TROUBLE.means, words.means, SMALL);
  sheet.text(LEFT + TROUBLE.doing, top, RIGHT - LEFT - TROUBLE.doing, words.doing, SMALL);
  seconds(sheet, LEFT + TROUBLE.rhythm, top, words.seconds);
  let at = top + 13;
  for (const row of rows) {
    at = troubleRow(sheet, at, row);
  }
  return at;
}

/** The time axis above the rhythms. */
function seconds(sheet: Drawing, x: number, y: number, unit: string): void {
  for (let second = 0; second * 1000 < SHOWN_MS; second++) {
    const at = x + (RHYTHM_WIDTH * second * 1000) / SHOWN_MS;
    sheet.line(at, y + 9.5, at, y + 13, 'grey', 0.5);
    sheet.textAround(at, y, String(second), SMALL);
  }
  sheet.textToRight(x - 6, y, TROUBLE.rhythm - 6, unit, SMALL);
}

function troubleRow(sheet: Drawing, y: number, { look, name, means, doing }: TroubleRow): number {
  const cells = [
    cell(TROUBLE.name, TROUBLE.rhythm - 6, name, 'bold'),
    cell(TROUBLE.means, TROUBLE.doing - 8, means, 'bold'),
    cell(TROUBLE.doing, RIGHT - LEFT, doing, 'regular'),
  ];
  const height = Math.max(20, 4.2 + Math.max(...cells.map((of) => of.height)));
  const middle = y + height / 2;
  sheet.line(LEFT, y, RIGHT, y, 'rule', 0.5);
  led(sheet, LEFT + TROUBLE.led, middle, 7.6, look);
  rhythm(
    sheet,
    { x: LEFT + TROUBLE.rhythm, y: middle - 5, width: RHYTHM_WIDTH, height: 10 },
    look,
    `trouble: ${name}`,
  );
  for (const { x, runs, room, height: own } of cells) sheet.text(x, middle - own / 2, room, runs, BODY);
  return y + height;
}

/** Text between two columns (from LEFT), its lines of about the same length. */
function cell(from: number, to: number, text: string, face: Face) {
  const runs = runsOf(text, face);
  const room = balancedRoom(runs, BODY.size, to - from);
  return { x: LEFT + from, runs, room, height: wrap(runs, BODY.size, room).length * BODY.size * LEADING };
}

function faults(sheet: Drawing, y: number, { words, faults: rows }: CardContent): void {
  const top = heading(sheet, y, words.faults, words.faultsNote);
  legend(sheet, top - 1, words.menders);
  const first = top + 11.5;
  const sizes = FAULT_SIZES.map((size) => ({ size, split: split(rows, size) }));
  const fitting = sizes.find(({ split: { height } }) => first + height <= BOTTOM) ?? sizes.at(-1);
  if (fitting === undefined) return;
  const {
    size,
    split: { at },
  } = fitting;
  column(sheet, COLUMNS[0], first, rows.slice(0, at), size);
  column(sheet, COLUMNS[1], first, rows.slice(at), size);
}

const MENDERS: readonly Mender[] = ['staff', 'operator', 'nobody'];

function legend(sheet: Drawing, y: number, menders: Readonly<Record<Mender, string>>): void {
  let x: number = LEFT;
  for (const mender of MENDERS) {
    menderMark(sheet, x, y + 1.6, 5.4, mender);
    const width = widthOf(menders[mender], 'regular', 8);
    sheet.text(x + 9, y, width + 0.01, menders[mender], { size: 8 });
    x += width + 26;
  }
}

/** Full: the desk. Hollow: who looks after the device. A dash: nobody needs to. */
function menderMark(sheet: Drawing, x: number, y: number, side: number, mender: Mender): void {
  if (mender === 'staff') sheet.rect(x, y, side, side, 'black');
  if (mender === 'operator') sheet.box(x + 0.35, y + 0.35, side - 0.7, side - 0.7, 'black');
  if (mender === 'nobody') sheet.line(x, y + side / 2, x + side, y + side / 2, 'black', 1);
}

const FAULT_TEXT = 26;
/** Between two faults, relative to the size. */
const FAULT_GAP = 0.08;
const GROUP_GAP = 3;

/** Title and hint run on: that takes the least paper. */
function faultRuns({ title, hint }: FaultRow): Run[] {
  return hint === '' ? runsOf(title, 'bold') : [{ text: `${title}. `, face: 'bold' }, ...runsOf(hint)];
}

function heightOf(row: FaultRow, size: number): number {
  return wrap(faultRuns(row), size, COLUMN - FAULT_TEXT).length * size * LEADING + size * FAULT_GAP;
}

/** Whether another group begins with this row: another first digit. */
function beginsGroup(rows: readonly FaultRow[], index: number): boolean {
  return index > 0 && rows[index]?.id[1] !== rows[index - 1]?.id[1];
}

/** Where the second column begins so that the longer one is as short as can be, and how long it is. */
function split(rows: readonly FaultRow[], size: number): { readonly at: number; readonly height: number } {
  const heights = rows.map((row) => heightOf(row, size));
  const sum = (from: number, to: number) =>
    heights.slice(from, to).reduce((total, height, index) => {
      const gap = index > 0 && beginsGroup(rows, from + index) ? GROUP_GAP : 0;
      return total + height + gap;
    }, 0);
  let best = { at: rows.length, height: Number.POSITIVE_INFINITY };
  for (let at = 0; at <= rows.length; at++) {
    const height = Math.max(sum(0, at), sum(at, rows.length));
    if (height < best.height) best = { at, height };
  }
  return best;
}

function column(sheet: Drawing, x: number, y: number, rows: readonly FaultRow[], size: number): void {
  let at = y;
  for (const [index, row] of rows.entries()) {
    if (beginsGroup(rows, index)) {
      const rule = at + (GROUP_GAP - size * FAULT_GAP) / 2;
      sheet.line(x, rule, x + COLUMN, rule, 'rule', 0.5);
      at += GROUP_GAP;
    }
    const side = size * 0.68;
    menderMark(sheet, x, at + size * 0.24, side, row.mender);
    sheet.text(x + 9, at, FAULT_TEXT - 9, row.id, { face: 'bold', size, ink: 'accent' });
    sheet.text(x + FAULT_TEXT, at, COLUMN - FAULT_TEXT, faultRuns(row), { size });
    at += heightOf(row, size);
  }
}
