/** What an LED does. Its rhythm carries the meaning, never its colour alone. */
export type Look =
  | { readonly look: 'off' | 'on' | 'slow blink' | 'fast blink' }
  /** n short flashes, a pause, and again. */
  | { readonly look: 'flashes'; readonly count: number };

export const OFF: Look = { look: 'off' };
export const ON: Look = { look: 'on' };
export const SLOW: Look = { look: 'slow blink' };
export const FAST: Look = { look: 'fast blink' };
export const flashes = (count: number): Look => ({ look: 'flashes', count });

/** Rhythms that can be distinguished at a glance, none near 3 Hz, which can harm people (WCAG 2.3.1). */
const SLOW_PERIOD_MS = 1600;
const FAST_PERIOD_MS = 400;
const FLASH_PERIOD_MS = 400;
const FLASHES_PAUSE_MS = 1200;

/** The period of a look, in milliseconds. */
export function periodMs(look: Look): number {
  if (look.look === 'flashes') return look.count * FLASH_PERIOD_MS + FLASHES_PAUSE_MS;
  return look.look === 'fast blink' ? FAST_PERIOD_MS : SLOW_PERIOD_MS;
}

/** Whether an LED with this look is lit at a moment. @param phaseMs time since the look began, 0 or more */
export function lit(look: Look, phaseMs: number): boolean {
  const at = phaseMs % periodMs(look);
  if (look.look === 'flashes')
    return at < look.count * FLASH_PERIOD_MS && at % FLASH_PERIOD_MS < FLASH_PERIOD_MS / 2;
  return look.look === 'on' || (look.look !== 'off' && at < periodMs(look) / 2);
}

/** In words, for the log and the printed card: "3 flashes". */
export function lookInWords(look: Look): string {
  if (look.look !== 'flashes') return look.look;
  return look.count === 1 ? '1 flash' : `${look.count} flashes`;
}
