import { defineConfig } from 'vitest/config';
import { ClosingLine } from '../../../closing-line.ts';

/** The tests about real time that `disturbance.rig.test.ts` runs by the runner of the rig. */
// biome-ignore lint/style/noDefaultExport: vitest takes the default export of its configuration
export default defineConfig({
  test: {
    include: ['test/rig/real/children/*.proof.ts'],
    reporters: ['verbose', new ClosingLine()],
    runner: './test/rig/real/runner.ts',
    maxWorkers: 1,
  },
});
