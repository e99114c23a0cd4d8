import type { Counter } from '../rig/counter.ts';
import { counters, realCounters } from '../rig/counters.ts';
import type { RealCounter, RealCounterOptions } from '../rig/real/counter.ts';
import { type ScenarioOptions, scenarioOptions } from './scenario.ts';

/** Opens the counters of a file's scenarios, and closes them afterwards. */
export function scenarios(): (options?: ScenarioOptions) => Promise<Counter> {
  const open = counters();
  return (options) => open(scenarioOptions(options));
}

/** Of scenarios that need the real desk: its kernel, its programs, its name server. */
export function realScenarios(): (
  options?: RealCounterOptions & { readonly patient?: boolean },
) => Promise<RealCounter> {
  const open = realCounters();
  return ({ patient = false, config = '', ...real } = {}) =>
    open({
      ...real,
      ...scenarioOptions({ patient, config, standin: real.standin ?? {} }),
    } as RealCounterOptions);
}
