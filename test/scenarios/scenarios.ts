import { afterEach, onTestFailed } from 'vitest';
import type { RealCounter as Counter } from '../rig/real/counter.ts';
import { openScenario, type ScenarioOptions } from './scenario.ts';

/** Opens the counters of a file's scenarios and closes them behind each. One that fails shows what its daemon told. */
export function scenarios(): (options?: ScenarioOptions) => Promise<Counter> {
  const opened: Counter[] = [];
  afterEach(async () => {
    for (const counter of opened.splice(0)) await counter.stop();
  });
  return async (options = {}) => {
    const counter = await openScenario(options);
    opened.push(counter);
    onTestFailed(({ task }) => {
      const told = counter.daemon.output.all.map(({ text }) => text);
      console.error([`The daemon of "${task.name}" told:`, ...told].join('\n'));
    });
    return counter;
  };
}
