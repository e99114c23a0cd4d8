import { Drawing, type Mark, PAGE } from '../page/drawing.ts';
import type { Instruction, TalkMode } from './instructions.ts';
import { BUTTON_X, drawn, FRAME, PANEL, PURPOSE, PURPOSE_WIDTH, scenesOf } from './scenes.ts';

const LEFT = PAGE.margin;
const RIGHT = PAGE.width - PAGE.margin;

/** The whole sheet, as marks on one page. */
export function sheetLayout(mode: TalkMode, instructions: readonly Instruction[]): readonly Mark[] {
  const drawing = new Drawing();
  drawn(drawing, PURPOSE, (PAGE.width - PURPOSE_WIDTH) / 2, 26);
  const y = panels(drawing, mode, 124);
  lines(drawing, mode, instructions, y + 20);
  return drawing.marks;
}

function panels(drawing: Drawing, mode: TalkMode, y: number): number {
  const scenes = scenesOf(mode);
  const gap = (RIGHT - LEFT - scenes.length * PANEL.width) / (scenes.length - 1);
  for (const [index, scene] of scenes.entries()) {
    const x = LEFT + index * (PANEL.width + gap);
    drawn(drawing, [{ shape: FRAME, x: 0, y: 0, scale: 1 }], x, y);
    drawing.disc(x + 20, y + 20, 13, 'accent');
    drawing.textAround(x + 20, y + 8.2, String(index + 1), { face: 'bold', size: 19, ink: 'white' });
    drawn(drawing, scene, x, y);
  }
  if (mode === 'hold') held(drawing, LEFT + BUTTON_X, LEFT + 2 * (PANEL.width + gap) + BUTTON_X, y + 287);
  return y + PANEL.height;
}

/** From the press to the release: one line through all panels. */
function held(drawing: Drawing, from: number, to: number, y: number): void {
  drawing.line(from, y, to, y, 'accent', 6);
  drawing.disc(from, y, 7, 'accent');
  drawing.disc(to, y, 7, 'accent');
  drawing.disc(to, y, 4, 'white');
}

const NAME = { width: 92, size: 11.5 } as const;
const SENTENCE = 18;

function lines(drawing: Drawing, mode: TalkMode, instructions: readonly Instruction[], y: number): void {
  const height = (PAGE.height - PAGE.margin - y) / instructions.length;
  for (const [index, { language, name, says }] of instructions.entries()) {
    const baseline = y + index * height + height / 2 + SENTENCE * 0.34;
    if (index > 0) drawing.line(LEFT, y + index * height, RIGHT, y + index * height, 'rule', 0.6);
    drawing.textIn(language, LEFT, baseline, RIGHT, name, { size: NAME.size, ink: 'grey' }, 0);
    drawing.textIn(language, LEFT, baseline, RIGHT, says[mode], { face: 'bold', size: SENTENCE }, NAME.width);
  }
}
