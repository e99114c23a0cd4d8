import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Tests about real time for `disturbance.rig.test.ts`, which runs them in a vitest of its own. */

/** Computes for a time in this thread, and measures how long that took on the clock. */
function computeMs(cpuMs: number): number {
  const beganMs = performance.now();
  const began = process.threadCpuUsage();
  for (;;) {
    const { user, system } = process.threadCpuUsage(began);
    if ((user + system) / 1000 >= cpuMs) return performance.now() - beganMs;
  }
}

// Busy loops beside all tests, but not beside the start of vitest. They outlive no test run by more than two minutes.
const loops = Array.from({ length: process.env.PROOF === 'busy' ? 4 : 0 }, () =>
  spawn('timeout', ['120', 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' }),
);
afterAll(async () => {
  for (const loop of loops) loop.kill(); // `timeout` passes the signal on
  await Promise.all(loops.map((loop) => once(loop, 'exit')));
});

it('computes for 150 ms in at most 300 ms', () => {
  expect(computeMs(150)).toBeLessThan(300);
});

it.runIf(process.env.PROOF === 'wrong')('finds that one and one are three', () => {
  computeMs(100);
  expect(1 + 1).toBe(3);
});

describe('a suite with hooks', () => {
  beforeAll(() => expect(computeMs(150)).toBeLessThan(300));
  afterAll(() => expect(computeMs(150)).toBeLessThan(300));
  it('runs', () => expect(computeMs(1)).toBeGreaterThan(0));
});
