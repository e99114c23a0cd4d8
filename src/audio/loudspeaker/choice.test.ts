import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Told } from '../../../test/rig/events.ts';
import { SoundServer, soundServerMissing } from '../../../test/rig/real/sound-server.ts';
import { AlsaDevices } from '../alsa/devices.ts';
import { AplayPlayer } from './aplay.ts';
import type { LoudspeakerState } from './loudspeaker.ts';
import { PacedLoudspeaker } from './paced.ts';
import { SpeakerPlayer } from './speaker.ts';

const missing = soundServerMissing();
const where =
  missing === undefined ? 'a virtual sound card' : `a virtual sound card (missing here: ${missing})`;

describe.skipIf(missing !== undefined)(`what is chosen as loudspeaker, on ${where}`, () => {
  const server = new SoundServer();
  const environment = { ...process.env };
  beforeAll(async () => {
    server.prepare();
    await server.start();
  });
  afterAll(() => server.stop());
  afterEach(() => {
    for (const name of ['HOME', 'PATH', 'ALSA_CONFIG_PATH']) {
      const value = environment[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  const silent = { playing() {}, drained() {}, gap() {}, lost() {}, interval() {} };

  it('beats the default of the machine and of the user, which speaker would open whatever its options say', async () => {
    writeFileSync(join(server.folder, '.asoundrc'), 'pcm.!default { type hw card 7 }\n');
    process.env.HOME = server.folder;
    process.env.ALSA_CONFIG_PATH = server.alsaConfig;
    const states = new Told<LoudspeakerState>();
    const devices = new AlsaDevices({
      microphone: {},
      loudspeaker: { device: 'loudspeaker' },
      folder: join(server.folder, 'alsa'),
    });
    const chosen = new PacedLoudspeaker(new SpeakerPlayer(), { routing: devices.playback });
    chosen.start({ ...silent, state: states.tell });
    await states.first(() => true);
    await chosen.stop();
    expect(states.all).toEqual([{ kind: 'working' }]);

    const none = new Told<LoudspeakerState>();
    const byDefault = new PacedLoudspeaker(new SpeakerPlayer());
    byDefault.start({ ...silent, state: none.tell });
    await none.first(() => true);
    await byDefault.stop();
    expect(none.all[0]).toMatchObject({ kind: 'trouble', trouble: 'missing' });
  });

  it.each([
    ['busy', 'echo "aplay: main:831: audio open error: Device or resource busy" >&2; exit 1'],
    ['died', 'exit 0'],
  ] as const)('"%s" is told apart', async (expected, script) => {
    const folder = join(server.folder, 'fake');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'aplay'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'aplay'), 0o755);
    process.env.PATH = `${folder}:${environment.PATH}`;
    const states = new Told<LoudspeakerState>();
    const loudspeaker = new PacedLoudspeaker(new AplayPlayer());
    loudspeaker.start({ ...silent, state: states.tell });
    expect(await states.first(() => true)).toMatchObject({ trouble: expected });
    await loudspeaker.stop();
  });

  it('says "no player" without aplay', async () => {
    process.env.PATH = server.folder;
    const states = new Told<LoudspeakerState>();
    const loudspeaker = new PacedLoudspeaker(new AplayPlayer());
    loudspeaker.start({ ...silent, state: states.tell });
    expect(await states.first(() => true)).toMatchObject({ trouble: 'no player' });
    await loudspeaker.stop();
  });
});
