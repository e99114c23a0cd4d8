import type { Config } from '../../system/config/schema.ts';
import {
  arrow,
  bubble,
  DARK_LISTENER,
  device,
  drawn,
  HAND,
  HOURGLASS,
  LISTENER,
  mirrored,
  OTHER_SPEAKER,
  rounded,
  type Shape,
  SPEAKER,
  TO_AND_FRO,
  waves,
} from './shapes.ts';

export type TalkMode = Config['turn']['mode'];

/** What is drawn in a panel of 172 by 300: shapes with their places. */
export type Scene = readonly Placed[];

interface Placed {
  readonly shape: Shape;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export const PANEL = { width: 172, height: 300, gap: 14 } as const;

const place = (shape: Shape, x: number, y: number, scale = 1): Placed => ({ shape, x, y, scale });

/** Where the device stands in a panel, and the middle of its button. */
const DEVICE = { x: 11, y: 226 } as const;
const BUTTON_X = DEVICE.x + 106;
const HAND_SCALE = 0.86;

/** The hand with its finger tip so far above the device. */
function hand(above: number): Placed {
  return place(HAND, BUTTON_X - 24 * HAND_SCALE, DEVICE.y - above - 130 * HAND_SCALE, HAND_SCALE);
}

/** The four pictures of a talk mode: press, speak, wait for the translation, now the other one. */
export function scenesOf(mode: TalkMode, buttons: 1 | 2): readonly Scene[] {
  const at = (pressed: boolean) => place(device(buttons, pressed), DEVICE.x, DEVICE.y);
  const press = (...arrows: Scene): Scene => [at(true), hand(4), ...arrows];
  const tap = press(place(arrow(-70), 32, 206, 1.1), place(arrow(70), 68, 129, 1.1));
  const held = place(arrow(-34), BUTTON_X + 19, 76);
  const tapped = [place(arrow(-34), BUTTON_X + 4, 76, 0.8), place(arrow(34), BUTTON_X + 34, 49, 0.8)];
  const speaks = (who: Shape, letters: 'latin' | 'chinese', ...arrows: Scene): Scene => [
    ...press(...arrows),
    place(bubble(letters, 24), 14, 46, 1.1),
    place(who, 4, 106, 0.66),
    place(waves(66, 160, [8, 15, 22], 38, 4), 0, 0),
  ];
  /** It is the other side's button, where there are two. */
  const byOther = (scene: Scene) => (buttons === 1 ? scene : reflected(scene));
  const plays = place(
    buttons === 1 ? waves(31, 219, [9, 18, 27], 264) : waves(86, 212, [8, 15, 22], 270),
    0,
    0,
  );
  const answer = place(
    bubble('chinese', buttons === 1 ? 2 : 44),
    buttons === 1 ? 52 : 30,
    buttons === 1 ? 152 : 138,
  );
  switch (mode) {
    case 'hold':
      return [
        press(place(arrow(-96), 46, 206, 1.3)),
        speaks(SPEAKER, 'latin', held),
        [
          at(false),
          hand(62),
          place(arrow(28), BUTTON_X, 168),
          place(HOURGLASS, 54, 14, 0.72),
          place(LISTENER, 8, 58, 0.66),
          answer,
          plays,
        ],
        byOther(speaks(OTHER_SPEAKER, 'chinese', held)),
      ];
    case 'tap':
      return [
        tap,
        [
          at(false),
          place(SPEAKER, 10, 92, 0.95),
          place(bubble('latin', 6), 102, 82, 1.15),
          place(waves(102, 168, [12, 23, 34], 24), 0, 0),
        ],
        [
          at(false),
          place(HOURGLASS, 122, 18, 0.86),
          place(LISTENER, 26, 42, 0.82),
          place(bubble('chinese', buttons === 1 ? -10 : -2), 96, 142, 1.12),
          plays,
        ],
        byOther(speaks(OTHER_SPEAKER, 'chinese', ...tapped)),
      ];
    case 'open':
      return [
        tap,
        [
          at(false),
          ...pair(96, SPEAKER, LISTENER),
          place(bubble('latin', 20), 14, 40),
          place(waves(64, 156, [10, 20], 40), 0, 0),
        ],
        [at(false), place(HOURGLASS, 70, 14, 0.8), ...pair(66, DARK_LISTENER, LISTENER), answer, plays],
        [
          at(false),
          ...pair(96, DARK_LISTENER, OTHER_SPEAKER),
          place(bubble('chinese', 26), 112, 40),
          place(waves(108, 156, [10, 20], 140), 0, 0),
        ],
      ];
  }
}

/** Two people, one on each side, the left one by the first shape. */
function pair(y: number, left: Shape, right: Shape): Scene {
  return [place(left, 6, y, 0.62), place(mirrored(right, 106), PANEL.width - 6 - 106 * 0.62, y, 0.62)];
}

function reflected(scene: Scene): Scene {
  return scene.map(({ shape, x, y, scale }) => place(mirrored(shape, 0), PANEL.width - x, y, scale));
}

/** The pictures side by side, as SVG; while the button is held, a line joins the press and the release. */
export function strip(mode: TalkMode, buttons: 1 | 2): string {
  const scenes = scenesOf(mode, buttons);
  const left = (index: number) => index * (PANEL.width + PANEL.gap);
  const [from, to, y] = [left(0) + BUTTON_X, left(2) + BUTTON_X, 288];
  const line = `<g class="held"><path d="M${from} ${y}H${to}"/><circle cx="${from}" cy="${y}" r="4"/><circle cx="${to}" cy="${y}" r="4"/></g>`;
  const panels = scenes.map((scene, index) => {
    const number = `<g class="number"><circle cx="20" cy="20" r="13"/><text x="20" y="27">${index + 1}</text></g>`;
    const frame: Shape = [{ d: rounded(0, 0, PANEL.width, PANEL.height, 12), stroke: 'rule', weight: 1.4 }];
    return `<g transform="translate(${left(index)} 0)">${svgOf([place(frame, 0, 0)])}${number}${svgOf(scene)}</g>`;
  });
  return `<svg class="strip" viewBox="-1 -1 ${left(scenes.length) - PANEL.gap + 2} ${PANEL.height + 2}">${panels.join('\n')}${mode === 'hold' ? line : ''}</svg>`;
}

/** What the device is for: two people speak, each in their own language. */
export const PURPOSE = `<svg class="purpose" viewBox="0 0 300 88">${svgOf([
  place(SPEAKER, 0, 6, 0.64),
  place(bubble('latin', -6), 76, 8),
  place(TO_AND_FRO, 128, 8, 0.72),
  place(bubble('chinese', 52), 178, 8),
  place(mirrored(OTHER_SPEAKER, 106), 232, 6, 0.64),
])}</svg>`;

function svgOf(scene: Scene): string {
  return scene.map(({ shape, x, y, scale }) => drawn(shape, x, y, scale)).join('');
}
