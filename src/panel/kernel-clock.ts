/**
 * Milliseconds of CLOCK_MONOTONIC, which the kernel stamps its events with, at the zero of performance.now(): the same
 * clock from another zero. Read several times, and the time when nothing came between two readings counts.
 */
export const ORIGIN_MS = originMs();

function originMs(): number {
  let best = { spanMs: Number.POSITIVE_INFINITY, originMs: 0 };
  for (let reading = 0; reading < 20; reading++) {
    const beforeMs = performance.now();
    const kernelMs = Number(process.hrtime.bigint()) / 1e6;
    const spanMs = performance.now() - beforeMs;
    if (spanMs < best.spanMs) best = { spanMs, originMs: kernelMs - beforeMs };
  }
  return best.originMs;
}
