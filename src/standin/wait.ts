import type { Clock } from '../time.ts';

/**
 * Waits until the clock shows `at`; at once when it already does.
 * @returns false when `signal` ended the wait, or had been raised before it.
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
