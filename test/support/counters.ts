import { afterEach } from 'vitest';
import { type Counter, type CounterOptions, openCounter } from './counter.ts';

/** Opens counters in the tests of a file and closes them behind each. */
export function counters(): (options?: CounterOptions) => Promise<Counter> {
  const opened: Counter[] = [];
  afterEach(async () => {
    for (const counter of opened.splice(0)) await counter.stop();
  });
  return async (options = {}) => {
    const counter = await openCounter(options);
    opened.push(counter);
    return counter;
  };
}
