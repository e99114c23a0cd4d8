import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Told } from '../../../test/rig/events.ts';
import { SoundServer, soundServerMissing } from '../../../test/rig/real/sound-server.ts';
import { named } from '../alsa/devices.ts';
import type { Frame } from '../pcm/frame.ts';
import { ArecordMicrophone } from './arecord.ts';
import type { MicrophoneState } from './microphone.ts';

/** Recorders that misbehave as no device makes them. What holds on any device: test/rig/contracts/microphone.ts. */

const missing = soundServerMissing();
const title = `the microphone, with arecord and a virtual sound card${missing === undefined ? '' : ` (missing here: ${missing})`}`;

describe.skipIf(missing !== undefined)(title, () => {
  const server = new SoundServer();
  const environment = { ...process.env };
  const microphones: ArecordMicrophone[] = [];

  beforeAll(async () => {
    server.prepare();
    await server.start();
    process.env.ALSA_CONFIG_PATH = server.alsaConfig;
  });
  afterAll(async () => {
    delete process.env.ALSA_CONFIG_PATH;
    Object.assign(process.env, environment);
    await server.stop();
  });
  afterEach(async () => {
    await Promise.all(microphones.splice(0).map((microphone) => microphone.stop()));
    process.env.PATH = environment.PATH;
  });

  /** A program called arecord, first on the PATH. */
  function fakeRecorder(script: string): void {
    const folder = join(server.folder, 'fake');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'arecord'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'arecord'), 0o755);
    process.env.PATH = `${folder}:${environment.PATH}`;
  }

  function started(routing = named('mic'), frame: (frame: Frame) => void = () => {}) {
    const microphone = new ArecordMicrophone({ routing, listen: 'always' });
    microphones.push(microphone);
    const states = new Told<MicrophoneState>();
    microphone.start({ frame, state: states.tell });
    return states;
  }

  it('records two channels where its route has them, at the same rate', async () => {
    const frames = new Told<Frame>();
    const resolve = () => ({ ...named('mic').resolve(), channels: 2 as const });
    const states = started({ ...named('mic'), resolve }, frames.tell);
    await frames.first(() => frames.all.length >= 100); // by then a wrong rate would be known
    expect(states.all).toEqual([{ kind: 'working' }]);
  });

  it.each([
    ['ends at once without a word', 'exit 0', 'ended'],
    ['says strange things', 'head -c 100000 /dev/urandom >&2; exit 3', 'ended'],
    ['can not be run', 'exec /nonexistent', 'no recorder'],
  ])('lives on with a recorder that %s', async (_, script, expected) => {
    fakeRecorder(script);
    const states = started();
    expect(await states.first(({ kind }) => kind === 'trouble')).toMatchObject({ trouble: expected });
    process.env.PATH = environment.PATH;
    await states.first(({ kind }) => kind === 'working');
  });

  it('reports a recorder that uses the rate of its device, until another one uses ours', async () => {
    // The real one, which is asked for another rate than ours.
    const real = `PATH=${environment.PATH}`;
    fakeRecorder(`${real}; exec arecord $(printf '%s ' "$@" | sed 's/16000/48000/')`);
    const states = started();
    expect(await states.first(({ kind }) => kind === 'trouble')).toMatchObject({
      trouble: 'wrong format',
      detail: expect.stringContaining('it records at 48000 Hz'),
    });
    process.env.PATH = environment.PATH;
    await states.first(({ kind }) => kind === 'working', states.all.length);
  });

  it.each(['Channels count non available', 'Sample format non available'])(
    'reports a device that cannot record in this format: %s',
    async (words) => {
      fakeRecorder(`echo "arecord: set_params:1358: ${words}" >&2; exit 1`);
      const states = started();
      expect(await states.first(({ kind }) => kind === 'trouble')).toMatchObject({
        trouble: 'wrong format',
        detail: expect.stringContaining(words),
      });
    },
  );

  it('puts our environment back', async () => {
    const before = { ...process.env };
    const states = started();
    await states.first(({ kind }) => kind === 'working');
    expect(process.env).toEqual(before);
  });
});
