/** Time as the parts see it: the monotonic clock, or one that a storm or a soak drives. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Calls `then` once, `ms` milliseconds from now. @returns calls it off; does nothing when it has been called */
  after(ms: number, then: () => void): () => void;
}

/** performance.now() and setTimeout: what frames are timed with. */
export const MONOTONIC: Clock = {
  now: () => performance.now(),
  after(ms, then) {
    const timer = setTimeout(then, Math.max(0, ms));
    return () => clearTimeout(timer);
  },
};

/** Lets so much time of the clock pass. @throws the signal's reason as soon as that is aborted */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stopWaiting = clock.after(ms, resolve);
  const stop = () => resolve();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) resolve();
  await promise;
  stopWaiting();
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
}
