import type { Clock } from '../base/time.ts';

/**
 * The time of CLOCK_MONOTONIC, which the kernel's events have, when the given clock shows 0, in milliseconds. On a real
 * machine both are the same clock with different zeros. The quickest of several readings counts.
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
