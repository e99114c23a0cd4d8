/**
 * Milliseconds of CLOCK_MONOTONIC: the one clock that the tests, their children and the GPIO share. (The origin
 * of performance.now() is each process's own start.)
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Until a moment of this clock: people take their time, and the desk runs in real time. */
export async function passes(untilMs: number): Promise<void> {
  const leftMs = untilMs - monotonicMs();
  if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
}
