import { type Clock, REAL_TIME } from '../time.ts';

/** Time that can run faster than the wall's, so that a limit of an hour is a matter of seconds in a test. */

/** The wall's clock, `speed` times as fast. */
export function scaledClock(speed: number): Clock {
  if (!(speed > 0 && Number.isFinite(speed)))
    throw new RangeError(`clockSpeed must be above 0, not ${speed}`);
  const start = REAL_TIME.now();
  const now = () => (REAL_TIME.now() - start) * speed;
  return {
    ...REAL_TIME,
    now,
    after: (ms, call) => {
      const due = now() + ms;
      // Node's timers may fire almost a millisecond early, which is a long time on a fast clock.
      const fire = () => {
        const rest = due - now();
        if (rest > 0) cancel = REAL_TIME.after(Math.max(1, rest / speed), fire);
        else call();
      };
      let cancel = REAL_TIME.after(ms / speed, fire);
      return () => cancel();
    },
  };
}

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
