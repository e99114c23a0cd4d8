/**
 * Milliseconds of CLOCK_MONOTONIC: the one clock that the tests, their children and the GPIO share. (The origin
 * of performance.now() is each process's own start.)
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
