/** How long to wait before a device is tried again. */
export interface BackoffSettings {
  /** The longest first wait, in milliseconds, more than 0. It doubles with each failure in a row. */
  readonly baseMs: number;
  /** No wait is longer than this, in milliseconds. */
  readonly capMs: number;
}

/**
 * Sound devices come back when someone plugs them in: within the cap they are found again. A recorder that died by
 * itself is back before anyone notices.
 */
export const RECORDER_BACKOFF: BackoffSettings = { baseMs: 100, capMs: 5000 };

/**
 * Every try of a player may be a Node process, a quarter of a second of a small computer's time: a desk without a
 * loudspeaker should not spend more than a twentieth of it on that.
 */
export const PLAYER_BACKOFF: BackoffSettings = { baseMs: 100, capMs: 10_000 };

/** A device that worked this long, in milliseconds, has mended: its next failure is a first one. */
export const STEADY_AFTER_MS = 5000;

/**
 * Exponential backoff with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 * @param failures in a row before this one, 0 for the first
 * @param random from 0 up to 1
 * @returns milliseconds, 0 to the cap
 */
export function backoffMs(failures: number, settings: BackoffSettings, random: number): number {
  const most = Math.min(settings.capMs, settings.baseMs * 2 ** Math.min(failures, 30));
  return Math.round(random * most);
}
