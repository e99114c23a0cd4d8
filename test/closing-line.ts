import type { Reporter, TestModule } from 'vitest/node';

/** Ends the output with one plain line that a machine can read: "N passed, N failed, N skipped". */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    // Errors outside of tests, and files that could not even be collected, count as failures.
    count.failed += errors.length + modules.filter((module) => module.errors().length > 0).length;
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state] += 1;
    }
    const { passed, failed, skipped, pending } = count;
    process.stdout.write(`${passed} passed, ${failed + pending} failed, ${skipped} skipped\n`);
  }
}
