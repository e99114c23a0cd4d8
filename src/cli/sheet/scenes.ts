import type { Drawing } from '../page/drawing.ts';
import type { TalkMode } from './instructions.ts';
import {
  arrowDown,
  arrowUp,
  bubble,
  DARK_LISTENER,
  device,
  HAND,
  LISTENER,
  mirrored,
  OTHER_SPEAKER,
  rounded,
  type Shape,
  SPEAKER,
  TO_AND_FRO,
  waves,
} from './shapes.ts';

/** What is drawn in a panel of 172 by 300: shapes with their places. */
export type Scene = readonly Placed[];

interface Placed {
  readonly shape: Shape;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export const PANEL = { width: 172, height: 300 } as const;

const place = (shape: Shape, x: number, y: number, scale = 1): Placed => ({ shape, x, y, scale });

/** Where the device stands in a panel, and the middle of its button. */
const DEVICE = { x: 11, y: 226 } as const;
export const BUTTON_X = DEVICE.x + 106;
const HAND_SCALE = 0.86;

/** The hand with its finger tip so far above the device. */
function hand(above: number): Placed {
  return place(HAND, BUTTON_X - 24 * HAND_SCALE, DEVICE.y - above - 130 * HAND_SCALE, HAND_SCALE);
}

const at = (pressed: boolean) => place(device(pressed), DEVICE.x, DEVICE.y);

/** The hand still presses. */
const HELD = place(arrowDown(34), BUTTON_X + 19, 76);

const press = (arrows: Scene): Scene => [at(true), hand(4), ...arrows];

/** Down and up again: a short press. */
const TAPPED = press([place(arrowDown(70), 32, 206, 1.1), place(arrowUp(70), 68, 129, 1.1)]);

const SCENES: Readonly<Record<TalkMode, readonly Scene[]>> = {
  hold: [
    press([place(arrowDown(96), 46, 206, 1.3)]),
    [
      at(true),
      hand(4),
      HELD,
      place(bubble('latin', 24), 14, 44, 1.1),
      place(SPEAKER, 4, 106, 0.66),
      place(waves(67, 160, [9, 18, 27], 26), 0, 0),
    ],
    [
      at(false),
      hand(62),
      place(arrowUp(28), BUTTON_X, 168),
      place(LISTENER, 8, 56, 0.68),
      place(bubble('chinese', 2), 52, 160),
      place(waves(31, 219, [9, 18, 27], 262), 0, 0),
    ],
  ],
  tap: [
    TAPPED,
    [
      at(false),
      place(SPEAKER, 10, 92, 0.95),
      place(bubble('latin', 6), 102, 82, 1.15),
      place(waves(102, 168, [12, 23, 34], 24), 0, 0),
    ],
    [
      at(false),
      place(LISTENER, 26, 42, 0.82),
      place(bubble('chinese', -10), 90, 148, 1.12),
      place(waves(48, 219, [13, 25, 37], 262, 6), 0, 0),
    ],
  ],
  open: [
    TAPPED,
    [
      at(false),
      ...pair(102, SPEAKER, OTHER_SPEAKER),
      place(bubble('latin', 20), 14, 44),
      place(bubble('chinese', 26), 112, 44),
      place(waves(64, 166, [10, 20], 78), 0, 0),
      place(waves(108, 166, [10, 20], 102), 0, 0),
    ],
    [
      at(false),
      ...pair(58, DARK_LISTENER, LISTENER),
      place(bubble('chinese', 4), 52, 158),
      place(bubble('latin', -34), 106, 158),
      place(waves(31, 219, [9, 18, 27], 262), 0, 0),
    ],
  ],
};

/** Two people, one on each side, the left one by the first shape. */
function pair(y: number, left: Shape, right: Shape): Scene {
  return [place(left, 6, y, 0.62), place(mirrored(right, 106), PANEL.width - 6 - 106 * 0.62, y, 0.62)];
}

/** The scenes of a talk mode, in their order. */
export function scenesOf(mode: TalkMode): readonly Scene[] {
  return SCENES[mode];
}

/** What the device is for: two people speak, each in their own language. 300 by 84. */
export const PURPOSE: Scene = [
  place(SPEAKER, 0, 6, 0.64),
  place(bubble('latin', -6), 76, 8, 1),
  place(TO_AND_FRO, 128, 8, 0.72),
  place(bubble('chinese', 52), 178, 8, 1),
  place(mirrored(OTHER_SPEAKER, 106), 232, 6, 0.64),
];
export const PURPOSE_WIDTH = 300;

export function drawn(drawing: Drawing, scene: Scene, left: number, top: number): void {
  for (const { shape, x, y, scale } of scene) {
    for (const piece of shape) {
      drawing.path({ ...piece, x: left + x, y: top + y, scale });
    }
  }
}

export const FRAME: Shape = [
  { d: rounded(0, 0, PANEL.width, PANEL.height, 12), stroke: 'rule', weight: 1.2 },
];
