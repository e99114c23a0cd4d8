import type { Clock } from '../base/time.ts';

/**
 * What CLOCK_MONOTONIC, with which the kernel stamps its events, shows when the given clock shows 0, in milliseconds. On a
 * real machine both are the same clock with different zeros. Of several readings the quickest counts.
 */
export function kernelOriginMs(clock: Clock): number {
  let best = { spanMs: Number.POSITIVE_INFINITY, originMs: 0 };
  for (let reading = 0; reading < 20; reading++) {
    const beforeMs = clock.now();
    const kernelMs = Number(process.hrtime.bigint()) / 1e6;
    const spanMs = clock.now() - beforeMs;
    if (spanMs < best.spanMs) best = { spanMs, originMs: kernelMs - beforeMs };
  }
  return best.originMs;
}
