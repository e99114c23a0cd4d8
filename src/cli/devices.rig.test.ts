import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { SoundServer, soundServerMissing } from '../../test/rig/real/sound-server.ts';
import { devicesCheck } from './devices-check.ts';

const folder = temporaryFolders();

function configured(text: string): { config: string } {
  const config = path.join(folder(), 'dragoman.toml');
  writeFileSync(config, text);
  return { config };
}

const missing = soundServerMissing();

describe.skipIf(missing !== undefined)('dragoman devices --check', () => {
  const server = new SoundServer();
  const before = process.env.ALSA_CONFIG_PATH;
  beforeAll(async () => {
    server.prepare();
    await server.start();
    process.env.ALSA_CONFIG_PATH = server.alsaConfig;
  });
  afterAll(async () => {
    if (before === undefined) delete process.env.ALSA_CONFIG_PATH;
    else process.env.ALSA_CONFIG_PATH = before;
    await server.stop();
  });

  const check = () =>
    devicesCheck(configured('[microphone]\ndevice = "mic"\n[loudspeaker]\ndevice = "loudspeaker"\n'), {
      stderr: process.stderr,
      environment: process.env,
      signal: new AbortController().signal,
    });

  it('records and plays', async () => {
    const format = ['-t', 'raw', '-f', 'S16_LE', '-r', '16000', '-c', '1'];
    const noise = spawn('aplay', ['-q', '-D', 'mouth', ...format, '/dev/urandom']);
    const { stdout, exitCode } = await check();
    noise.kill();
    expect(stdout).toMatch(/^microphone works: .*\d+ frames of 20 ms/m);
    expect(stdout).toMatch(/^loudspeaker works: .*played a tone/m);
    expect(exitCode).toBe(0);
  });
});
