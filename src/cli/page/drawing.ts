import { type Face, widthOf } from './metrics.ts';
import { rightToLeft, widthIn } from './script.ts';
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
      /**
       * In this language (BCP-47), where it is not the page's. Where its script's widths are not known, `width` is an
       * estimate and the font is not squeezed to it; where it runs to the left, it ends at `x + width` all the same.
       */
      readonly language?: string;
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
    }
  | {
      readonly mark: 'path';
      /** Of M, L, C and Z: absolute, in units of `scale` from `x` and `y`. */
      readonly d: string;
      readonly x: number;
      readonly y: number;
      readonly scale: number;
      readonly fill?: Ink;
      readonly stroke?: Ink;
      /** Of the stroke, in the path's units. */
      readonly weight: number;
    };

export type TextMark = Extract<Mark, { mark: 'text' }>;
export type PathMark = Extract<Mark, { mark: 'path' }>;

export interface TextStyle {
  readonly face?: Face;
  readonly size: number;
  readonly ink?: Ink;
}

/** Lines are so far apart, relative to the size. */
export const LEADING = 1.15;
/** From the top of a line to its baseline, relative to the size. */
export const ASCENT = 0.93;

/** A page being drawn. */
export class Drawing {
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

  disc(x: number, y: number, r: number, ink: Ink): void {
    this.marks.push({ mark: 'circle', x, y, r, ink });
  }

  ring(x: number, y: number, r: number, ink: Ink): void {
    this.marks.push({ mark: 'circle', x, y, r, ink, hollow: true });
  }

  path(mark: Omit<PathMark, 'mark'>): void {
    this.marks.push({ mark: 'path', ...mark });
  }

  /**
   * One line in any language on a baseline, where its script begins: at `left`, or at `right` where it runs to the
   * left; `indent` further in.
   */
  textIn(
    language: string,
    left: number,
    baseline: number,
    right: number,
    text: string,
    { face = 'regular', size, ink = 'black' }: TextStyle,
    indent: number,
  ): void {
    const width = widthIn(language, text, face, size);
    const x = rightToLeft(language) ? right - indent - width : left + indent;
    this.marks.push({ mark: 'text', x, y: baseline, text, face, size, ink, width, limit: right, language });
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
