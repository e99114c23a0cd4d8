import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SoundServer, soundServerMissing } from '../../../test/rig/real/sound-server.ts';
import { parseConfig } from '../../system/config/load.ts';
import { checkDevices } from './check.ts';

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
    checkDevices(
      parseConfig('[microphone]\ndevice = "mic"\n[loudspeaker]\ndevice = "loudspeaker"\n', 'test.toml'),
      {
        stderr: process.stderr,
        environment: process.env,
        signal: new AbortController().signal,
      },
    );

  it('records and plays', async () => {
    const format = ['-t', 'raw', '-f', 'S16_LE', '-r', '16000', '-c', '1'];
    const noise = spawn('aplay', ['-q', '-D', 'mouth', ...format, '/dev/urandom']);
    const { text, microphone, loudspeaker } = await check();
    noise.kill();
    expect(text).toMatch(/^microphone works: .*\d+ frames of 20 ms/m);
    expect(text).toMatch(/^loudspeaker works: .*played a tone/m);
    expect([microphone.works, loudspeaker.works]).toEqual([true, true]);
  });
});
