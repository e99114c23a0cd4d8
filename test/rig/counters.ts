import { afterEach, onTestFailed } from 'vitest';
import type { Counter, CounterOptions } from './counter.ts';
import { openRealCounter, type RealCounter, type RealCounterOptions } from './real/counter.ts';
import { openVirtualCounter, type VirtualCounter, type VirtualCounterOptions } from './virtual/counter.ts';

/** DESK=real: scenarios run on the real desk instead of the simulated one. */
export const ON_REAL_DESK = process.env.DESK === 'real';

type Open<O, C> = (options?: O) => Promise<C>;

/** Opens the counters of a file's tests, and closes them afterwards. A test that fails shows its daemon's log. */
function opening<O, C extends Counter>(open: Open<O, C>): Open<O, C> {
  const opened: C[] = [];
  afterEach(async () => {
    for (const counter of opened.splice(0)) await counter.stop();
  });
  return async (options) => {
    const counter = await open(options);
    opened.push(counter);
    onTestFailed(({ task }) => {
      console.error([`The log of "${task.name}":`, ...counter.logged().map(({ text }) => text)].join('\n'));
    });
    return counter;
  };
}

/** Of scenarios, which run on either desk: in virtual time, or with DESK=real on the real one. */
export function counters(): Open<CounterOptions, Counter> {
  return opening<CounterOptions, Counter>(ON_REAL_DESK ? openRealCounter : openVirtualCounter);
}

/** Of tests that need the real desk: its processes, its kernel, its clock. */
export function realCounters(): Open<RealCounterOptions, RealCounter> {
  return opening(openRealCounter);
}

/** Of tests that need virtual time: for hours, for exact moments, or for what the real desk cannot break. */
export function virtualCounters(): Open<VirtualCounterOptions, VirtualCounter> {
  return opening(openVirtualCounter);
}
