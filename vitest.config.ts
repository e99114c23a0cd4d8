import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/closing-line.ts';

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    // Most tests wait for real time to pass on virtual devices: four at once keep two cores busy.
    maxWorkers: 4,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'desk',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/appliance/**'],
        },
      },
      // The installed device, by itself behind all others: it is measured by the clock, and so are they.
      {
        extends: true,
        test: {
          name: 'appliance',
          include: ['test/appliance/smoke.test.ts'],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
