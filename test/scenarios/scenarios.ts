import type { Counter } from '../rig/counter.ts';
import { counters } from '../rig/counters.ts';
import { type ScenarioOptions, scenarioOptions } from './scenario.ts';

/** Opens the counters of a file's scenarios, and closes them afterwards. */
export function scenarios(): (options?: ScenarioOptions) => Promise<Counter> {
  const open = counters();
  return (options) => open(scenarioOptions(options));
}
