import { relative } from 'node:path';
import type { TaskMeta } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends the output with one plain line that a machine can read: "N passed, N failed, N skipped". Before it come the
 * results that are none: tests in real time that failed while something else kept the rig from running.
 */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const inconclusive: string[] = [];
    // Errors outside of tests, and files that could not even be collected, count as failures.
    count.failed += errors.length;
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId);
      const reasons = new Set<string>();
      const isInconclusive = (name: string, { inconclusive: why }: TaskMeta): boolean => {
        if (why === undefined) return false;
        inconclusive.push(`${name}: ${why}`);
        reasons.add(why);
        return true;
      };
      for (const test of module.children.allTests())
        if (!isInconclusive(`${file} > ${test.fullName}`, test.meta())) count[test.result().state] += 1;
      // A hook that failed: a suite's tests give the reason of its beforeAll, but not of its afterAll.
      const named = [...module.children.allSuites()].map(
        (suite) => [suite, `${file} > ${suite.fullName}`] as const,
      );
      for (const [suite, name] of [[module, file] as const, ...named]) {
        if (suite.errors().length > 0) count.failed += 1;
        if (!reasons.has(suite.meta().inconclusive ?? '')) isInconclusive(name, suite.meta());
      }
    }
    for (const one of inconclusive) process.stdout.write(`inconclusive: ${one}\n`);
    if (inconclusive.length > 0) process.stdout.write(`${inconclusive.length} inconclusive\n`);
    const { passed, failed, skipped, pending } = count;
    process.stdout.write(`${passed} passed, ${failed + pending} failed, ${skipped} skipped\n`);
  }
}
