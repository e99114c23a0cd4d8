import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const STORM = fileURLToPath(new URL('./storm.ts', import.meta.url));

/** A short one with a seed of its own, which it prints: `scripts/storm --seed N` plays it again, and longer. */
it('a storm of 60 turns leaves every turn accounted for', async () => {
  const { stdout, code } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', STORM, '--turns', '60'],
    {
      maxBuffer: 64 * 1024 * 1024,
    },
  ).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  );
  process.stdout.write(`${stdout.split('\n')[0]}\n`);
  expect(code, stdout).toBe(0);
}, 120_000);
