import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { levelDbfs } from '../../src/audio/pcm/level.ts';
import { readWav } from '../../src/audio/pcm/wav.ts';
import { describeWithDesk } from '../rig/real/with-desk.ts';

const run = promisify(execFile);
const DEMO = fileURLToPath(new URL('../../scripts/demo', import.meta.url));

describeWithDesk('the demo', () => {
  it('plays a right turn and keeps what came out of the loudspeaker', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-demo-'));
    try {
      const { stdout } = await run(DEMO, ['--out', folder, '--turns', '1']);
      expect(stdout).toContain('1 of 1 turns right.');
      const heard = readWav(await readFile(path.join(folder, 'loudspeaker.wav')));
      expect(heard.sampleRate).toBe(48_000);
      expect(levelDbfs(heard.samples)).toBeGreaterThan(-50);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 120_000);
});
