import { afterEach, beforeEach } from 'vitest';
import type { Standin } from '../../src/standin/server.ts';
import { quickStandin } from './live.ts';

/**
 * A quick stand-in for each test of the file.
 * @param fresh told the one of the next test
 * @returns what has to be ended behind a test, before the stand-in stops; the latest first
 */
export function quickStandins(fresh: (standin: Standin) => void): (() => void | Promise<void>)[] {
  const ended: (() => void | Promise<void>)[] = [];
  let standin: Standin;
  beforeEach(async () => {
    standin = await quickStandin();
    fresh(standin);
  });
  afterEach(async () => {
    for (const end of ended.splice(0).reverse()) await end();
    await standin.stop();
  });
  return ended;
}
