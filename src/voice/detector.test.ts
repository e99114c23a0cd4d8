import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

describe('the speech detector', () => {
  it('leaves nothing behind in the home folder: onnxruntime would keep an identifier there, to report its use', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'dragoman-home-'));
    try {
      const load = `const { loadSileroDetector } = await import('${new URL('./detector.ts', import.meta.url)}');
        await (await loadSileroDetector()).probability(new Float32Array(512));`;
      await promisify(execFile)(process.execPath, ['--input-type=module', '-e', load], {
        env: { HOME: home, PATH: process.env.PATH },
      });
      expect(readdirSync(home)).toEqual([]);
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});
