import { appendFileSync } from 'node:fs';
import {
  type RunnerTask,
  type RunnerTestCase,
  type RunnerTestSuite,
  TestRunner,
  type TestTryOptions,
} from 'vitest';
import {
  type Attempt,
  type Disturbance,
  DisturbanceMeter,
  describeDisturbance,
  isDisturbed,
  untilCalm,
  verdict,
} from './disturbance.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Why there is no result: the rig was disturbed whenever it failed. */
    inconclusive?: string;
  }
}

/** DESK_DISTURBED=never: the runner takes no run for disturbed. For the proof that failures of such runs count. */
const wasDisturbed = (disturbance: Disturbance): boolean =>
  process.env.DESK_DISTURBED !== 'never' && isDisturbed(disturbance);

/** DESK_TWICE=1: each test runs twice, to show that it can be repeated. */
const RUNS_TWICE = process.env.DESK_TWICE === '1';

/** A file to which the figures of each run are appended, to choose the limits by. */
const FIGURES_FILE = process.env.DESK_FIGURES;

/**
 * Runs the tests that need real time, `*.rig.test.ts`, and measures whether the rig was disturbed. A test that fails
 * in a disturbed run is repeated once. Disturbed and failed again, it is inconclusive: reported as skipped, with its
 * figures; a failure with DESK_REQUIRED=1. The same for `beforeAll`; an `afterAll` is not repeated.
 */
// biome-ignore lint/style/noDefaultExport: vitest takes the default export of its option `runner`
export default class RigRunner extends TestRunner {
  readonly #meter = new DisturbanceMeter();
  readonly #attempts = new WeakMap<RunnerTestCase, { attempt: Attempt; figures: string }[]>();

  override async onBeforeRunSuite(suite: RunnerTestSuite): Promise<void> {
    await super.onBeforeRunSuite(suite);
    const hooks = TestRunner.getSuiteHooks(suite);
    hooks.beforeAll = hooks.beforeAll.map((hook) => this.#beforeAll(suite, hook));
    hooks.afterAll = hooks.afterAll.map((hook) => this.#afterAll(suite, hook));
  }

  override async onBeforeRunTask(test: RunnerTask): Promise<void> {
    await super.onBeforeRunTask(test);
    if (test.type !== 'test' || (test.mode !== 'run' && test.mode !== 'queued')) return;
    const why = inconclusive(test);
    if (why !== undefined) {
      skip(test, why);
      return;
    }
    const attempts: { attempt: Attempt; figures: string }[] = [];
    this.#attempts.set(test, attempts);
    if (RUNS_TWICE) test.repeats = 1;
    const disturbed = () => verdict(attempts.map(({ attempt }) => attempt)) === 'repeat';
    test.retry = { count: 1, condition: disturbed };
  }

  override async onBeforeTryTask(test: RunnerTestCase, options: TestTryOptions): Promise<void> {
    super.onBeforeTryTask(test, options);
    if (options.retry > 0) await untilCalm();
    await this.#meter.begin();
  }

  override async onAfterRetryTask(test: RunnerTestCase, options: TestTryOptions): Promise<void> {
    const disturbance = await this.#meter.end();
    const failed = test.result?.state === 'fail';
    keep(test.name, failed, disturbance);
    this.#attempts.get(test)?.push({
      attempt: { failed, disturbed: wasDisturbed(disturbance) },
      figures: describeDisturbance(disturbance),
    });
    await super.onAfterRetryTask(test, options);
  }

  override onAfterRunTask(test: RunnerTask): void {
    super.onAfterRunTask(test);
    if (test.type !== 'test' || test.result?.state !== 'fail') return;
    const attempts = this.#attempts.get(test) ?? [];
    if (verdict(attempts.map(({ attempt }) => attempt)) !== 'inconclusive') return;
    const why = [
      firstLine(test.result.errors?.at(-1)?.message),
      ...attempts.map(({ figures }) => figures),
    ].join('; ');
    if (required())
      test.result.errors?.push({ name: 'Inconclusive', message: `inconclusive, and required: ${why}` });
    else skip(test, why);
  }

  /** As a test is, a hook is repeated once. When that is inconclusive too, the suite's tests are. */
  #beforeAll<Hook extends AnyHook>(suite: RunnerTestSuite, hook: Hook): Hook {
    return replacing(hook, async (...args) => {
      if (inconclusive(suite) !== undefined) return undefined;
      const failures: string[] = [];
      for (;;) {
        await this.#meter.begin();
        try {
          return await hook(...args);
        } catch (error) {
          failures.push(await this.#whyInconclusive(suite, error));
        }
        if (failures.length > 1) {
          suite.meta.inconclusive = failures.join('; ');
          return undefined;
        }
        await untilCalm();
      }
    });
  }

  /** It is not repeated: what it does cannot be done twice. */
  #afterAll<Hook extends AnyHook>(suite: RunnerTestSuite, hook: Hook): Hook {
    return replacing(hook, async (...args) => {
      const before = inconclusive(suite);
      await this.#meter.begin();
      try {
        await hook(...args);
      } catch (error) {
        // Without its beforeAll it has nothing to end.
        if (before === undefined) suite.meta.inconclusive = await this.#whyInconclusive(suite, error);
      }
    });
  }

  /** @throws the error where nothing disturbed the rig, or where it must not be disturbed */
  async #whyInconclusive(suite: RunnerTestSuite, error: unknown): Promise<string> {
    const disturbance = await this.#meter.end();
    keep(`hook of ${suite.name}`, true, disturbance);
    if (!wasDisturbed(disturbance) || required()) throw error;
    return `${firstLine(String(error))}; ${describeDisturbance(disturbance)}`;
  }
}

type AnyHook = (...args: never[]) => unknown;

/** The same hook for vitest, which keeps its limit of time and its place with it. */
function replacing<Hook extends AnyHook>(
  hook: Hook,
  by: (...args: Parameters<Hook>) => Promise<unknown>,
): Hook {
  return Object.assign(by, hook) as unknown as Hook;
}

const required = (): boolean => process.env.DESK_REQUIRED === '1';

const firstLine = (text = 'failed'): string => text.split('\n')[0] ?? text;

/** Why a task has no result: its own reason, or that of a suite around it. */
function inconclusive(task: RunnerTask): string | undefined {
  for (let at: RunnerTask | undefined = task; at !== undefined; at = at.suite ?? fileOf(at))
    if (at.meta.inconclusive !== undefined) return at.meta.inconclusive;
  return undefined;
}

const fileOf = (task: RunnerTask): RunnerTask | undefined => (task.file === task ? undefined : task.file);

function skip(test: RunnerTestCase, why: string): void {
  test.mode = 'skip';
  test.meta.inconclusive = why;
  // `note` is what `context.skip(note)` sets; the type of the result leaves it out.
  const result = { state: 'skip' as const, note: `inconclusive: ${why}`, pending: true };
  test.result = result;
}

function keep(name: string, failed: boolean, disturbance: Disturbance): void {
  if (FIGURES_FILE === undefined) return;
  appendFileSync(
    FIGURES_FILE,
    `${JSON.stringify({ name, failed, disturbed: wasDisturbed(disturbance), ...disturbance })}\n`,
  );
}
