import { type Look, lit } from '../../kiosk/shown/looks.ts';

/** How much of every rhythm the card shows, in milliseconds: three slow blinks, and all flashes at least once. */
export const SHOWN_MS = 4800;
/** Finer than any rhythm. */
const STEP_MS = 10;

/** A time in which a light is lit, in milliseconds since its look began. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** When a light with this look is lit, up to SHOWN_MS: the same answer that the light itself gets. */
export function litSpans(look: Look): Span[] {
  const spans: Span[] = [];
  let startMs: number | undefined;
  for (let atMs = 0; atMs <= SHOWN_MS; atMs += STEP_MS) {
    const on = atMs < SHOWN_MS && lit(look, atMs);
    if (on) startMs ??= atMs;
    else if (startMs !== undefined) {
      spans.push({ startMs, endMs: atMs });
      startMs = undefined;
    }
  }
  return spans;
}
