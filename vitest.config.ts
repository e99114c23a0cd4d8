import { availableParallelism } from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { ClosingLine } from './test/closing-line.ts';

/** Run on the simulated desk, or with DESK=real on the real one: scripts/test --desk. */
const SCENARIOS = 'test/scenarios/**/*.test.ts';
const onRealDesk = process.env.DESK === 'real';

/** Files of ten seconds and more. */
const LONG =
  /bad-day\/day|storm\/storm|phrasebook\/phrasebook(?:-worker)?\.|scenarios\/engines|standin\/main|update\/(?:older|refused)/;

/**
 * Where vitest has not measured them yet, it takes small files for short tests; a long one that begins last leaves the
 * other cores idle.
 */
class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => Number(LONG.test(moduleId));
    return (await super.sort(files)).toSorted((a, b) => isLong(b) - isLong(a));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongOnesFirst },
    reporters: ['default', new ClosingLine()],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Tests start hundreds of Node processes. To compile the same modules in each took half of their CPU time.
    env: { NODE_COMPILE_CACHE: path.resolve(import.meta.dirname, 'build/compile-cache') },
    projects: [
      // What does not depend on how fast it runs. More at once than there are cores: each waits a third of its time for
      // threads, files and child processes.
      {
        extends: true,
        test: {
          name: 'logic',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/*.rig.test.ts', 'test/appliance/**', ...(onRealDesk ? [SCENARIOS] : [])],
          // A percentage would be limited to the number of cores.
          maxWorkers: Math.ceil(availableParallelism() * 1.5),
          // The files of a worker share its modules: to load them for each file anew took a third of all the CPU time.
          // Not threads: time zone, umask and user belong to the process, and tests change them.
          isolate: false,
          // Only against hanging: a busy machine must never reach it.
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      // What needs real time: alone, one at a time, last.
      {
        extends: true,
        test: {
          name: 'rig',
          include: ['src/**/*.rig.test.ts', 'test/**/*.rig.test.ts', ...(onRealDesk ? [SCENARIOS] : [])],
          // On the real desk a scenario takes as long as it lasts.
          ...(onRealDesk ? { testTimeout: 300_000 } : {}),
          runner: './test/rig/real/runner.ts',
          isolate: false,
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
