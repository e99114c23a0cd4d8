import { type Clock, sleep } from '../base/time.ts';

/**
 * Waits until the clock shows `at`; not at all when it already does.
 * @returns false when `signal` was aborted before or during the wait
 */
export async function waitUntil(clock: Clock, at: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return false;
  if (clock.now() >= at) return true;
  return await sleep(clock, at - clock.now(), signal).then(
    () => true,
    () => false,
  );
}

/** 128 random bits in hexadecimal digits, the same in every run with the same seed. */
export function randomId(clock: Clock): string {
  return Array.from({ length: 32 }, () => Math.floor(clock.random() * 16).toString(16)).join('');
}
