import { ok } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPrintable, nothingInherited } from './invariants.ts';
import { damaged } from './mutate.ts';
import { type Failure, failureText, target } from './target.ts';
import { TARGETS } from './targets.ts';

/** A new one each time; in CI one for each day, so that the result of a commit can be repeated. */
function freshSeed(): number {
  const ms = Date.now();
  return process.env.CI === 'true' ? Math.floor(ms / 86_400_000) : ms % 2 ** 30;
}

/** How many of a million cases of all targets a test runs: two seconds of processor time in total. */
const CASES_A_SHARE = 1 / 1500;

describe('input from outside', () => {
  const seed = freshSeed();
  console.log(`fuzz: seed ${seed}`);

  it.each(TARGETS)('is accepted or rejected, with new cases: $name', async ({ run, share }) => {
    const cases = Math.ceil(share * CASES_A_SHARE);
    for (let i = 0; i < cases; i += 1) {
      const failure = await run(seed + i);
      if (failure !== undefined) expect.fail(failureText(failure));
    }
  });
});

describe('a broken invariant', () => {
  const planted = target('planted', 1, damaged(fc.constant('{"a": [1, 2]}')), (text) => {
    ok(!text.includes('\u001b'));
  });

  it('is found, its input is shortened, and its seed reproduces it', async () => {
    let found: Failure | undefined;
    for (let seed = 1; found === undefined && seed < 5000; seed += 1) found = await planted.run(seed);
    if (found === undefined) throw new Error('the planted bug was not found');
    expect(found.input.length).toBeLessThan(40);
    expect(await planted.run(found.seed)).toMatchObject({ path: found.path, input: found.input });
    expect(failureText(found)).toContain(`./scripts/fuzz --target planted --seed ${found.seed} --cases 1`);
  });

  it('is noticed where a shared prototype was changed, which is restored', () => {
    Reflect.set(Object.prototype, 'planted', 1);
    expect(nothingInherited).toThrow('planted');
    expect(nothingInherited).not.toThrow();
    expect('planted' in {}).toBe(false);
  });

  it.each(['\u001b[2J', '\u202e', '\ud800', 'a\nb'])('is noticed in a text for a terminal: %j', (text) => {
    expect(() => isPrintable(text)).toThrow();
    expect(() => isPrintable('é – 日本 😀')).not.toThrow();
  });
});
