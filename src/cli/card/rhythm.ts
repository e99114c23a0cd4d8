import { type Look, lit } from '../../kiosk/shown/looks.ts';

/** How much of every rhythm the card shows, in milliseconds: three slow blinks, and all flashes at least once. */
export const SHOWN_MS = 4800;
/** Finer than any rhythm. */
const STEP_MS = 10;

/** What a light does over SHOWN_MS, as SVG a millisecond wide for each unit: the same answer that the light itself gets. */
export function rhythm(look: Look): string {
  let path = '';
  for (let atMs = 0; atMs < SHOWN_MS; atMs += STEP_MS) {
    const [before, now] = [atMs > 0 && lit(look, atMs - STEP_MS), lit(look, atMs)];
    if (now && !before) path += `M${atMs} 0V10H`;
    if (before && !now) path += `${atMs}V0Z`;
  }
  if (lit(look, SHOWN_MS - STEP_MS)) path += `${SHOWN_MS}V0Z`;
  return `<svg class="rhythm" viewBox="0 0 ${SHOWN_MS} 10" preserveAspectRatio="none"><path d="${path}"/></svg>`;
}

/** A light: hollow when dark, with rays when lit steadily, with the number of its flashes where it flashes. */
export function led(look: Look): string {
  const inside =
    look.look === 'flashes'
      ? `<text y="3.4">${look.count}</text>`
      : look.look === 'on'
        ? `<path d="${RAYS}"/>`
        : '';
  return `<svg class="led ${look.look === 'off' ? 'dark' : ''}" viewBox="-10 -10 20 20"><circle r="6.2"/>${inside}</svg>`;
}

const RAYS = Array.from({ length: 8 }, (_, ray) => {
  const [x, y] = [Math.cos((ray * Math.PI) / 4), Math.sin((ray * Math.PI) / 4)];
  return `M${(x * 7.4).toFixed(2)} ${(y * 7.4).toFixed(2)}L${(x * 9.4).toFixed(2)} ${(y * 9.4).toFixed(2)}`;
}).join('');
