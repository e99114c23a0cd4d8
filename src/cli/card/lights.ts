import type { Look } from '../../kiosk/shown/looks.ts';
import { ASCENT, type Drawing } from '../page/drawing.ts';
import { litSpans, SHOWN_MS } from './rhythm.ts';

/** A light: hollow when dark, with rays when lit steadily, with the number of its flashes where it flashes. */
export function led(drawing: Drawing, x: number, y: number, r: number, look: Look): void {
  if (look.look === 'off') {
    drawing.ring(x, y, r, 'black');
    return;
  }
  drawing.disc(x, y, r, 'accent');
  if (look.look === 'on') rays(drawing, x, y, r);
  if (look.look === 'flashes') {
    const size = r * 1.45;
    drawing.textAround(x, y - size * (ASCENT - 0.36), String(look.count), {
      face: 'bold',
      size,
      ink: 'white',
    });
  }
}

/** Where a rhythm is drawn, in points. */
export interface Track {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a light does over SHOWN_MS: dark is pale, lit is full. @param part its name in the drawing */
export function rhythm(drawing: Drawing, { x, y, width, height }: Track, look: Look, part: string): void {
  drawing.rect(x, y, width, height, 'pale', part);
  for (const { startMs, endMs } of litSpans(look)) {
    const from = x + (width * startMs) / SHOWN_MS;
    drawing.rect(from, y, (width * (endMs - startMs)) / SHOWN_MS, height, 'accent', part);
  }
}

function rays(drawing: Drawing, x: number, y: number, r: number): void {
  for (let ray = 0; ray < 8; ray++) {
    const [dx, dy] = [Math.cos((ray * Math.PI) / 4), Math.sin((ray * Math.PI) / 4)];
    const [from, to] = [r * 1.2, r * 1.45];
    drawing.line(x + dx * from, y + dy * from, x + dx * to, y + dy * to, 'accent', r / 6);
  }
}
