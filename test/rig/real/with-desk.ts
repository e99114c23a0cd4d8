import { describe } from 'vitest';
import { deskAvailable } from './available.ts';
import { networkAvailable } from './network.ts';

// At import: what is skipped has to be known while the tests are collected.
const desk = await deskAvailable();
const noDesk = desk.available ? undefined : desk.why;
// The names of skipped tests don't appear in the default report; this does.
if (noDesk !== undefined) process.stderr.write(`skipped: there is no virtual desk here: ${noDesk}\n`);

/**
 * `describe` for tests that need the desk. Where the machine forbids it they are counted as skipped and say why
 * in their name; with DESK_REQUIRED=1 they fail instead, for a machine that is meant to have it.
 */
export function describeWithDesk(name: string, tests: () => void): void {
  describeUnless(noDesk, 'virtual desk', name, tests);
}

/** The same for tests that need a desk in a network of its own. */
export function describeWithNetwork(name: string, tests: () => void): void {
  if (noDesk !== undefined) describeWithDesk(name, tests);
  else describeUnless(noNetwork(), 'network for a desk', name, tests);
}

let network: { readonly why: string | undefined } | undefined;

/** Tried only where a network is wanted, and once. */
function noNetwork(): string | undefined {
  if (network === undefined) {
    network = { why: networkAvailable() };
    if (network.why !== undefined)
      process.stderr.write(`skipped: there is no network for a desk here: ${network.why}\n`);
  }
  return network.why;
}

function describeUnless(why: string | undefined, what: string, name: string, tests: () => void): void {
  if (why === undefined) describe(name, tests);
  else if (process.env.DESK_REQUIRED === '1') throw new Error(`there is no ${what}: ${why}`);
  else describe.skip(`${name} [skipped, no ${what}: ${why}]`, tests);
}
