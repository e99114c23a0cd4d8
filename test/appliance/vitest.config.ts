import { defineConfig } from 'vitest/config';
import { ClosingLine } from '../closing-line.ts';

/** The device in containers, one at a time: ./scripts/test-appliance. */
export default defineConfig({
  test: {
    include: ['test/appliance/**/*.test.ts'],
    reporters: ['verbose', new ClosingLine()],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
