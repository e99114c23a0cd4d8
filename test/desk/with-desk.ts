import { describe } from 'vitest';
import { deskAvailable } from './available.ts';

// At import: what is skipped has to be known while the tests are collected.
const desk = await deskAvailable();
// The names of skipped tests don't appear in the default report; this does.
if (!desk.available) process.stderr.write(`skipped: there is no virtual desk here: ${desk.why}\n`);

/**
 * `describe` for tests that need the desk. Where the machine forbids it they are counted as skipped and say why
 * in their name; with DESK_REQUIRED=1 they fail instead, for a machine that is meant to have it.
 */
export function describeWithDesk(name: string, tests: () => void): void {
  if (desk.available) describe(name, tests);
  else if (process.env.DESK_REQUIRED === '1') throw new Error(`there is no virtual desk: ${desk.why}`);
  else describe.skip(`${name} [skipped, no virtual desk: ${desk.why}]`, tests);
}
