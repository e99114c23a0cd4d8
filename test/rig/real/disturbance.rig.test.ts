import { execFile } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';

const CONFIG = 'test/rig/real/children/proof.config.ts';

/** Runs `children/tight.proof.ts` by the runner of the rig. @returns the exit code and what was printed */
async function proof(env: Record<string, string> = {}): Promise<{ code: unknown; printed: string }> {
  // The variables of the vitest that runs this are none of its business.
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|DESK_|NODE_OPTIONS)/.test(name));
  return await new Promise((resolve) =>
    execFile(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--config', CONFIG, '--root', '.'],
      { env: { ...Object.fromEntries(own), NO_COLOR: '1', DESK_CALM_LIMIT_MS: '500', ...env } },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, printed: stdout + stderr }),
    ),
  );
}

describe('a test that computes for 150 ms and allows 300', { timeout: 120_000 }, () => {
  it('passes where nothing disturbs it; one with a false statement fails, without being repeated', async () => {
    // Independent of what else runs; the tests below state that disturbance is detected.
    const { code, printed } = await proof({ PROOF: 'wrong', DESK_DISTURBED: 'never' });
    expect(printed).toMatch(/^2 passed, 1 failed, 0 skipped$/m);
    expect(printed).not.toContain('inconclusive');
    expect(printed).toMatch(/expected 2 to be 3/);
    expect(code).toBe(1);
  });

  describe('beside four busy loops', () => {
    let runs: Record<'usual' | 'required', Awaited<ReturnType<typeof proof>>>;
    beforeAll(async () => {
      const [usual, required] = await Promise.all([
        proof({ PROOF: 'busy' }),
        proof({ PROOF: 'busy', DESK_REQUIRED: '1' }),
      ]);
      runs = { usual, required };
    }, 120_000);

    it('is inconclusive, with its figures; so are the tests of a suite whose hook is', () => {
      const { code, printed } = runs.usual;
      expect(printed).toMatch(/^inconclusive: .*computes for 150 ms.*: expected .*longest wait \d+ ms$/m);
      expect(printed).toMatch(/^inconclusive: .*a suite with hooks > runs: .*longest wait \d+ ms$/m);
      expect(printed).toMatch(/^2 inconclusive\n0 passed, 0 failed, 1 skipped$/m);
      expect(code).toBe(0);
    });

    it('fails where the rig is required', () => {
      const { code, printed } = runs.required;
      expect(printed).toMatch(/inconclusive, and required: /);
      expect(printed).toMatch(/^0 passed, [12] failed, [12] skipped$/m);
      expect(code).toBe(1);
    });
  });
});
