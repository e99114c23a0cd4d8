/**
 * The one source of time and chance. Everything that waits, measures, reads the wall clock or draws a random number
 * takes a `Clock`, so that the whole program can run in simulated time and replay from a seed.
 */
export interface Clock {
  /** Milliseconds on a clock that never goes back; its zero means nothing. */
  now(): number;
  /** Calls `then` once, `ms` milliseconds from now. @returns cancels the call; does nothing after it */
  after(ms: number, then: () => void): Cancel;
  /** The wall clock in milliseconds since 1970, UTC. It may be wrong, and may be set while the program runs. */
  wallMs(): number;
  /** A random number from 0 up to but not including 1. */
  random(): number;
}

export type Cancel = () => void;

/** The machine's own time, which is 0 when the process starts, and Node's own random numbers. */
export const REAL_TIME: Clock = {
  now: () => performance.now(),
  after(ms, then) {
    const timer = setTimeout(then, Math.max(0, ms));
    return () => clearTimeout(timer);
  },
  wallMs: () => Date.now(),
  random: () => Math.random(),
};

/** Calls `then` when the process still runs in `ms` milliseconds of real time. It does not keep it running. */
export function ifStillRunning(ms: number, then: () => void): void {
  setTimeout(then, ms).unref();
}

/** The wall clock as a date. */
export function wallDate(clock: Clock): Date {
  return new Date(clock.wallMs());
}

/** Calls `then` every `ms` milliseconds, first after `ms`. @returns ends it */
export function every(clock: Clock, ms: number, then: () => void): Cancel {
  let cancel = clock.after(ms, tick);
  function tick() {
    cancel = clock.after(ms, tick);
    then();
  }
  return () => cancel();
}

/** Resolves after `ms` milliseconds. @throws the signal's reason as soon as that is aborted */
export async function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(ms, resolve);
  const stop = () => resolve();
  signal?.addEventListener('abort', stop, { once: true });
  await promise;
  cancel();
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
}

/** A signal that is aborted after `ms` milliseconds, unless it is cancelled before. */
export function abortAfter(
  clock: Clock,
  ms: number,
): { readonly signal: AbortSignal; readonly cancel: Cancel } {
  const late = new AbortController();
  return { signal: late.signal, cancel: clock.after(ms, () => late.abort()) };
}

/** Resolves to what `work` resolves to, or to undefined when that takes longer than `ms` milliseconds. */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const cancel = clock.after(ms, () => resolve(undefined));
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}
