import { INKS, type Ink } from '../page/page.ts';

/** A piece of a pictogram: a path. */
export interface Piece {
  /** Of M, L, C and Z: absolute. */
  readonly d: string;
  readonly fill?: Ink;
  readonly stroke?: Ink;
  /** The width of the stroke. */
  readonly weight?: number;
}

/** Drawn in this order, the later above the earlier. */
export type Shape = readonly Piece[];

/** Control points at this part of the radius make a quarter of a circle out of a cubic curve. */
const ROUND = 0.5523;

/** A rectangle with rounded corners. */
export function rounded(x: number, y: number, width: number, height: number, r: number): string {
  const [right, bottom, c] = [x + width, y + height, r * (1 - ROUND)];
  return [
    `M ${x + r} ${y} L ${right - r} ${y} C ${right - c} ${y} ${right} ${y + c} ${right} ${y + r}`,
    `L ${right} ${bottom - r} C ${right} ${bottom - c} ${right - c} ${bottom} ${right - r} ${bottom}`,
    `L ${x + r} ${bottom} C ${x + c} ${bottom} ${x} ${bottom - c} ${x} ${bottom - r}`,
    `L ${x} ${y + r} C ${x} ${y + c} ${x + c} ${y} ${x + r} ${y} Z`,
  ].join(' ');
}

/** Arcs around a point, growing outwards. @param towards the middle of the arcs, in degrees: 0 right, 90 down */
export function waves(x: number, y: number, radii: readonly number[], towards: number, weight = 5): Shape {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const [from, to] = [radians(towards - 38), radians(towards + 38)];
  const handle = (4 / 3) * Math.tan((to - from) / 4);
  const at = (angle: number, r: number, turn: number) => {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return `${round(x + r * (cos - turn * sin))} ${round(y + r * (sin + turn * cos))}`;
  };
  return radii.map((r) => ({
    d: `M ${at(from, r, 0)} C ${at(from, r, handle)} ${at(to, r, -handle)} ${at(to, r, 0)}`,
    stroke: 'accent',
    weight,
  }));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** A hand that points down; its finger tip is at (24, 130), its sleeve ends at (47, -34). */
export const HAND: Shape = [
  { d: rounded(16, -34, 62, 24, 4), fill: 'black' },
  { d: rounded(22, -4, 50, 40, 8), fill: 'black' },
  { d: rounded(14, 18, 64, 50, 15), fill: 'black' },
  { d: rounded(14, 40, 20, 90, 10), fill: 'black' },
  { d: rounded(34, 44, 16, 46, 8), fill: 'black' },
  { d: rounded(49, 44, 15.5, 42, 7.7), fill: 'black' },
  { d: rounded(63, 42, 15, 37, 7.5), fill: 'black' },
  // The thumb, held off the palm.
  { d: 'M 26 20 C 10 24 2 40 -1 56 C -3 67 10 71 14 61 C 16 54 19 50 26 47 Z', fill: 'black' },
  { d: 'M 34.5 62 L 34.5 88', stroke: 'white', weight: 2.6 },
  { d: 'M 49.5 60 L 49.5 86', stroke: 'white', weight: 2.6 },
  { d: 'M 63.5 58 L 63.5 80', stroke: 'white', weight: 2.6 },
];

const PROFILE =
  'M 22 122 L 22 99 C 8 90 0 72 0 52 C 0 20 22 0 50 0 C 77 0 93 16 94 40 L 95 48 L 104 64 C 106 68 104 70 100 70 L 95 71';

const OPEN_MOUTH = `${PROFILE} L 97 75 L 78 80 L 95 87 L 92 93 C 93 104 88 108 79 107 L 70 106 L 72 122 Z`;

/** A head that looks to the right and speaks; its mouth is at (92, 79). */
export const SPEAKER: Shape = [{ d: OPEN_MOUTH, fill: 'black', stroke: 'black', weight: 3 }];
/** Another one. */
export const OTHER_SPEAKER: Shape = [{ d: OPEN_MOUTH, fill: 'white', stroke: 'black', weight: 6 }];

const SHUT_MOUTH = `${PROFILE} L 97 78 L 88 81 L 95 85 L 92 92 C 93 104 88 108 79 107 L 70 106 L 72 122 Z`;
const EAR = 'M 36 58 C 30 44 44 36 53 43 C 62 50 57 60 51 65 C 47 69 49 76 42 77 C 37 77 36 73 36 70';

/** A head that looks to the right and listens; its ear is at (46, 58). */
export const LISTENER: Shape = [
  { d: SHUT_MOUTH, fill: 'white', stroke: 'black', weight: 6 },
  { d: EAR, stroke: 'black', weight: 5.5 },
];
export const DARK_LISTENER: Shape = [
  { d: SHUT_MOUTH, fill: 'black', stroke: 'black', weight: 3 },
  { d: EAR, stroke: 'white', weight: 5.5 },
];

/** Turns a path from left to right, around the middle of its width. */
export function mirrored(shape: Shape, width: number): Shape {
  return shape.map((piece) => {
    let across = false;
    const d = piece.d.replaceAll(/-?\d+(?:\.\d+)?/g, (number) => {
      across = !across;
      return across ? String(round(width - Number(number))) : number;
    });
    return { ...piece, d };
  });
}

/** The letters of two languages, drawn, so that no font is needed; each in 46 by 38, and the same in a mirror. */
const LATIN = 'M 13 30 L 23 8 L 33 30 M 16.8 22.5 L 29.2 22.5';
const CHINESE = 'M 23 4.5 L 23 10 M 10 13 L 36 13 M 31 13 C 28 21 21 28 11 32 M 15 13 C 18 21 25 28 35 32';
const LETTERS = { latin: LATIN, chinese: CHINESE } as const;

/** A speech bubble of 46 by 38. @param tailX where its tail points, at y 52 */
export function bubble(letters: keyof typeof LETTERS, tailX: number): Shape {
  const ink = letters === 'latin' ? ({ fill: 'black' } as const) : ({ fill: 'white' } as const);
  const base = Math.min(32, Math.max(14, tailX));
  return [
    { d: `M ${base - 6} 34 L ${tailX} 52 L ${base + 7} 34 Z`, ...ink, stroke: 'black', weight: 3.5 },
    { d: rounded(0, 0, 46, 38, 9), ...ink, stroke: 'black', weight: 3.5 },
    { d: `M ${base - 5} 35 L ${base + 6} 35`, stroke: ink.fill, weight: 3.5 },
    { d: LETTERS[letters], stroke: letters === 'latin' ? 'white' : 'black', weight: 3.4 },
  ];
}

/**
 * The device, 150 by 52. With one button its loudspeaker is at (42, 26), with two at (75, 26). The button that may be pressed
 * stands at (106, 0), the other at (44, 0).
 */
export function device(buttons: 1 | 2, pressed: boolean): Shape {
  const button = (x: number, height: number): Piece => ({
    d: rounded(x - 25, -height, 50, height + 12, Math.min(9, height)),
    fill: 'accent',
  });
  const left = buttons === 1 ? 22 : 55;
  const holes = [0, 1, 2].flatMap((row) =>
    [0, 1, 2, 3, 4].map(
      (column) => `M ${left + column * 10} ${16 + row * 10} L ${left + 0.1 + column * 10} ${16 + row * 10}`,
    ),
  );
  return [
    button(106, pressed ? 5 : 17),
    ...(buttons === 1 ? [] : [button(44, 17)]),
    { d: rounded(0, 0, 150, 52, 9), fill: 'pale', stroke: 'black', weight: 4 },
    { d: holes.join(' '), stroke: 'black', weight: 4.6 },
  ];
}

const HOURGLASS_GLASS =
  'M 6 4 L 34 4 C 34 20 24 24 24 28 C 24 32 34 36 34 52 L 6 52 C 6 36 16 32 16 28 C 16 24 6 20 6 4 Z';

/** Sand runs: wait. 40 by 56. */
export const HOURGLASS: Shape = [
  { d: HOURGLASS_GLASS, fill: 'white', stroke: 'black', weight: 4 },
  { d: 'M 11 16 L 29 16 C 27 21 22 24 20 28 C 18 24 13 21 11 16 Z', fill: 'accent' },
  { d: 'M 9 49 C 10 43 16 41 20 38 C 24 41 30 43 31 49 Z', fill: 'accent' },
  { d: 'M 2 4 L 38 4 M 2 52 L 38 52', stroke: 'black', weight: 5 },
];

/** Arrows to and fro, 64 by 40. */
export const TO_AND_FRO: Shape = [
  { d: 'M 64 11 L 46 0 L 46 7 L 0 7 L 0 15 L 46 15 L 46 22 Z', fill: 'accent' },
  { d: 'M 0 35 L 18 24 L 18 31 L 64 31 L 64 39 L 18 39 L 18 46 Z', fill: 'accent' },
];

/** An arrow, its tip at (0, 0). @param toTail from the tip: negative points down, positive points up */
export function arrow(toTail: number): Shape {
  const head = 19 * Math.sign(toTail);
  const d = `M 0 0 L -15 ${head} L -6 ${head} L -6 ${toTail} L 6 ${toTail} L 6 ${head} L 15 ${head} Z`;
  return [{ d, fill: 'accent' }];
}

/** A shape as SVG, moved and enlarged. */
export function drawn(shape: Shape, x: number, y: number, scale: number): string {
  const paths = shape.map(({ d, fill, stroke, weight }) => {
    const line = stroke === undefined ? '' : ` stroke="${INKS[stroke]}" stroke-width="${weight}"`;
    return `<path d="${d}" fill="${fill === undefined ? 'none' : INKS[fill]}"${line}/>`;
  });
  return `<g transform="translate(${round(x)} ${round(y)}) scale(${scale})">${paths.join('')}</g>`;
}
