/** Time that can run faster than the wall's, so that a limit of an hour is a matter of seconds in a test. */

export type Cancel = () => void;

export interface Clock {
  /** Milliseconds of this clock since it was made. */
  now(): number;
  /** Calls once, `ms` of this clock from now. */
  after(ms: number, call: () => void): Cancel;
}

/** The wall's clock, `speed` times as fast. */
export function scaledClock(speed: number): Clock {
  if (!(speed > 0 && Number.isFinite(speed)))
    throw new RangeError(`clockSpeed must be above 0, not ${speed}`);
  const start = performance.now();
  const now = () => (performance.now() - start) * speed;
  return {
    now,
    after: (ms, call) => {
      const due = now() + ms;
      // Node's timers may fire almost a millisecond early, which is a long time on a fast clock.
      const fire = () => {
        const rest = due - now();
        if (rest > 0) timer = setTimeout(fire, Math.max(1, rest / speed));
        else call();
      };
      let timer = setTimeout(fire, Math.max(0, ms / speed));
      return () => clearTimeout(timer);
    },
  };
}

/** A clock that stands still until it is told to go on: for tests of limits and order. */
export interface ManualClock extends Clock {
  /** Goes on by `ms`, calling what falls due on the way, each at its own time. */
  advance(ms: number): void;
}

export function manualClock(): ManualClock {
  let now = 0;
  let due: { readonly at: number; readonly call: () => void }[] = [];
  return {
    now: () => now,
    after: (ms, call) => {
      const entry = { at: now + Math.max(0, ms), call };
      due.push(entry);
      return () => {
        due = due.filter((other) => other !== entry);
      };
    },
    advance: (ms) => {
      const end = now + ms;
      for (;;) {
        const next = due.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        due = due.filter((entry) => entry !== next);
        now = Math.max(now, next.at);
        next.call();
      }
      now = end;
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
