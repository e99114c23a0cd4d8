import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('tells nobody how it is used: onnxruntime leaves no telemetry in the home folder', async () => {
  const home = await mkdtemp(join(tmpdir(), 'dragoman-home-'));
  try {
    const program = `import(${JSON.stringify(new URL('./detector.ts', import.meta.url).href)})
      .then(({ loadSileroDetector }) => loadSileroDetector())
      .then(() => console.log('loaded'))`;
    const { CI: _, ...environment } = process.env; // where CI is set, onnxruntime keeps quiet by itself
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], {
      env: { ...environment, HOME: home, XDG_CACHE_HOME: undefined },
    });
    expect(stdout).toBe('loaded\n');
    expect(await readdir(home)).toEqual([]);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
