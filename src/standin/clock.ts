import type { Clock } from '../base/time.ts';

/**
 * Waits until the clock shows `at`; not at all when it already does.
 * @returns false when `signal` was aborted before or during the wait
 */
export function waitUntil(clock: Clock, at: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  if (clock.now() >= at) return Promise.resolve(true);
  return new Promise((resolve) => {
    const stop = () => {
      cancel();
      resolve(false);
    };
    const cancel = clock.after(at - clock.now(), () => {
      signal?.removeEventListener('abort', stop);
      resolve(true);
    });
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** 128 random bits in hexadecimal digits, the same in every run with the same seed. */
export function randomId(clock: Clock): string {
  return Array.from({ length: 32 }, () => Math.floor(clock.random() * 16).toString(16)).join('');
}
