import type { Look } from '../../kiosk/looks.ts';
import { type Face, widthOf } from './metrics.ts';
import { litSpans, SHOWN_MS } from './rhythm.ts';
import { type Line, type Run, runsOf, wrap } from './text.ts';

/** A4, upright, in points; y grows downwards. */
export const PAGE = { width: 595.28, height: 841.89, margin: 24 } as const;

/** Black and white say everything; the accent is for light, and dark enough to print grey. */
export type Ink = 'black' | 'grey' | 'rule' | 'pale' | 'white' | 'accent';

/** Something drawn. Lengths in points; y of a text is its baseline. */
export type Mark =
  | {
      readonly mark: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly face: Face;
      readonly size: number;
      readonly ink: Ink;
      readonly width: number;
      /** Where its column ends. */
      readonly limit: number;
    }
  | {
      readonly mark: 'rect';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly ink: Ink;
      /** Only its outline. */
      readonly hollow?: boolean;
      /** For those who check the drawing: which light this is the rhythm of. */
      readonly part?: string;
    }
  | {
      readonly mark: 'circle';
      readonly x: number;
      readonly y: number;
      readonly r: number;
      readonly ink: Ink;
      readonly hollow?: boolean;
    }
  | {
      readonly mark: 'line';
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
      readonly ink: Ink;
      readonly weight: number;
    };

export interface TextStyle {
  readonly face?: Face;
  readonly size: number;
  readonly ink?: Ink;
}

/** Lines are so far apart, relative to the size. */
export const LEADING = 1.15;
/** From the top of a line to its baseline, relative to the size. */
const ASCENT = 0.93;

/** A page being drawn. */
export class Sheet {
  readonly marks: Mark[] = [];

  rect(x: number, y: number, width: number, height: number, ink: Ink, part?: string): void {
    this.marks.push({ mark: 'rect', x, y, width, height, ink, ...(part === undefined ? {} : { part }) });
  }

  box(x: number, y: number, width: number, height: number, ink: Ink): void {
    this.marks.push({ mark: 'rect', x, y, width, height, ink, hollow: true });
  }

  line(x1: number, y1: number, x2: number, y2: number, ink: Ink, weight: number): void {
    this.marks.push({ mark: 'line', x1, y1, x2, y2, ink, weight });
  }

  /** Text in a column from `x`, `room` wide, its top at `y`. @returns where it ends */
  text(x: number, y: number, room: number, text: string | readonly Run[], style: TextStyle): number {
    const runs = typeof text === 'string' ? runsOf(text, style.face) : text;
    const lines = wrap(runs, style.size, room);
    for (const [index, line] of lines.entries()) {
      this.#placed(line, x, y + index * style.size * LEADING, room, style);
    }
    return y + lines.length * style.size * LEADING;
  }

  /** One line of text that ends at `right`. */
  textToRight(right: number, y: number, room: number, text: string, style: TextStyle): void {
    const width = widthOf(text, style.face ?? 'regular', style.size);
    this.text(right - width, y, Math.min(room, width + 0.01), text, style);
  }

  /** One line of text around `centre`. */
  textAround(centre: number, y: number, text: string, style: TextStyle): void {
    const width = widthOf(text, style.face ?? 'regular', style.size);
    this.text(centre - width / 2, y, width + 0.01, text, style);
  }

  /** A light: hollow when dark, with rays when lit steadily, with the number of its flashes where it flashes. */
  led(x: number, y: number, r: number, look: Look): void {
    if (look.look === 'off') {
      this.marks.push({ mark: 'circle', x, y, r, ink: 'black', hollow: true });
      return;
    }
    this.marks.push({ mark: 'circle', x, y, r, ink: 'accent' });
    if (look.look === 'on') this.#rays(x, y, r);
    if (look.look === 'flashes') {
      const size = r * 1.45;
      this.textAround(x, y - size * (ASCENT - 0.36), String(look.count), {
        face: 'bold',
        size,
        ink: 'white',
      });
    }
  }

  /** What a light does over SHOWN_MS: dark is pale, lit is full. @param part its name in the drawing */
  rhythm(x: number, y: number, width: number, height: number, look: Look, part: string): void {
    this.rect(x, y, width, height, 'pale', part);
    for (const { startMs, endMs } of litSpans(look)) {
      const from = x + (width * startMs) / SHOWN_MS;
      this.rect(from, y, (width * (endMs - startMs)) / SHOWN_MS, height, 'accent', part);
    }
  }

  #rays(x: number, y: number, r: number): void {
    for (let ray = 0; ray < 8; ray++) {
      const [dx, dy] = [Math.cos((ray * Math.PI) / 4), Math.sin((ray * Math.PI) / 4)];
      const [from, to] = [r * 1.2, r * 1.45];
      this.line(x + dx * from, y + dy * from, x + dx * to, y + dy * to, 'accent', r / 6);
    }
  }

  #placed(line: Line, x: number, top: number, room: number, style: TextStyle): void {
    for (const { text, face, x: offset, width } of line) {
      this.marks.push({
        mark: 'text',
        x: x + offset,
        y: top + style.size * ASCENT,
        text,
        face,
        size: style.size,
        ink: style.ink ?? 'black',
        width,
        limit: x + room,
      });
    }
  }
}
