import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alive, median, Told } from '../../../test/rig/events.ts';
import { SoundServer, soundServerMissing } from '../../../test/rig/real/sound-server.ts';
import { DeviceMissing } from '../alsa/choice.ts';
import { named, type Route, type Routing } from '../alsa/devices.ts';
import { FRAME_SAMPLES, type Frame } from '../pcm/frame.ts';
import { levelDbfs } from '../pcm/level.ts';
import { ArecordMicrophone } from './arecord.ts';
import type { Listen, MicrophoneState } from './microphone.ts';

const missing = soundServerMissing();
const title = `the microphone, with arecord and a virtual sound card${missing === undefined ? '' : ` (missing here: ${missing})`}`;

describe.skipIf(missing !== undefined)(title, () => {
  const server = new SoundServer();
  const path = process.env.PATH ?? '';
  const microphones: ArecordMicrophone[] = [];
  const programs: ChildProcess[] = [];

  beforeAll(async () => {
    server.prepare();
    await server.start();
    process.env.ALSA_CONFIG_PATH = server.alsaConfig;
  });
  afterAll(() => server.stop());

  beforeEach(() => {
    process.env.PATH = path;
  });
  afterEach(async () => {
    await Promise.all(microphones.splice(0).map((microphone) => microphone.stop()));
    for (const program of programs.splice(0)) program.kill('SIGKILL');
    process.env.PATH = path;
  });

  function microphoneOn(device: string | Routing, listen: Listen = 'always') {
    const routing = typeof device === 'string' ? named(device) : device;
    const microphone = new ArecordMicrophone({ routing, listen });
    microphones.push(microphone);
    const frames = new Told<{ readonly frame: Frame; readonly atMs: number }>();
    const states = new Told<MicrophoneState>();
    const start = () =>
      microphone.start({
        frame: (frame) => frames.tell({ frame, atMs: performance.now() }),
        state: states.tell,
      });
    /** Resolves with the trouble, and again when sound comes after it. */
    const trouble = async (from = 0) => {
      const state = await states.first((one) => one.kind === 'trouble', from);
      return state.kind === 'trouble' ? state.trouble : undefined;
    };
    const working = (from = 0) => states.first(({ kind }) => kind === 'working', from);
    return { microphone, frames, states, start, trouble, working };
  }

  /** A program called arecord, first on the PATH. */
  function fakeRecorder(script: string): string {
    const folder = join(server.folder, 'fake');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'arecord'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'arecord'), 0o755);
    process.env.PATH = `${folder}:${path}`;
    return folder;
  }

  it('gives frames of 20 ms with capture times that fit', async () => {
    const { frames, states, start } = microphoneOn('mic');
    start();
    await frames.first(() => frames.all.length >= 100);
    expect(states.all).toEqual([{ kind: 'working' }]);
    for (const [i, { frame, atMs }] of frames.all.entries()) {
      expect(frame.samples).toHaveLength(FRAME_SAMPLES);
      const before = frames.all[i - 1]?.frame.capturedAtMs ?? 0;
      expect(frame.capturedAtMs - before).toBeGreaterThanOrEqual(15);
      expect(frame.capturedAtMs).toBeLessThan(atMs);
    }
    const steps = frames.all.slice(1).map(({ atMs }, i) => atMs - (frames.all[i]?.atMs ?? 0));
    console.log(
      `measured: ${median(steps).toFixed(1)} ms from one frame's arrival to the next (median of 99)`,
    );
  });

  it('hears what is said', async () => {
    const { frames, start } = microphoneOn('mic');
    start();
    await frames.first(() => true);
    const speaker = spawn('aplay', ['-q', '-t', 'raw', '-f', 'S16_LE', '-r', '16000', '-D', 'mouth'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    programs.push(speaker);
    speaker.stdin.end(
      Buffer.from(Int16Array.from({ length: 16_000 }, (_, i) => 8000 * Math.sin(i * 0.3)).buffer),
    );
    await frames.first(({ frame }) => levelDbfs(frame.samples) > -20);
  });

  it.each([
    ['ended', 'SIGKILL'],
    ['ended', 'SIGTERM'],
    ['stalled', 'SIGSTOP'],
  ] as const)('says "%s" when the recorder gets %s, and works again', async (expected, signal) => {
    const { microphone, frames, states, start, trouble, working } = microphoneOn('mic');
    start();
    await frames.first(() => true);
    const pid = microphone.pid as number;
    process.kill(pid, signal);
    expect(await trouble()).toBe(expected);
    await working(2);
    const count = frames.all.length;
    await frames.first(() => true, count + 5);
    expect(states.all.map(({ kind }) => kind)).toEqual(['working', 'trouble', 'working']);
    expect(alive(pid)).toBe(false);
    const times = frames.all.map(({ frame }) => frame.capturedAtMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('says "missing" of a device that is not there, and keeps trying', async () => {
    const { states, start, trouble } = microphoneOn('nowhere');
    start();
    expect(await trouble()).toBe('missing');
    expect(await trouble(2)).toBe('missing');
    expect(states.all[0]).toMatchObject({ detail: expect.stringContaining('No such file or directory') });
  });

  it('takes up a card that comes at once, misses one that goes, and moves to the one that is meant', async () => {
    const route = (device: string, identity: string): Route => ({ device, environment: {}, identity });
    const card: { is: Route | undefined } = { is: undefined };
    let changed = () => {};
    let watched = 0;
    const routing: Routing = {
      resolve: () => {
        if (card.is === undefined) throw new DeviceMissing('there is no sound card at all');
        return card.is;
      },
      watch: (then) => {
        watched += 1;
        changed = then;
        return () => {
          watched -= 1;
        };
      },
    };
    const { microphone, frames, states, start, working } = microphoneOn(routing);
    start();
    expect(states.all[0]).toMatchObject({ trouble: 'missing', detail: 'there is no sound card at all' });
    expect(microphone.pid).toBeUndefined();
    const plug = (now: Route | undefined) => {
      card.is = now;
      changed();
    };
    plug(route('mic', '1'));
    const pid = microphone.pid as number;
    expect(alive(pid)).toBe(true);
    await working();
    changed();
    expect(microphone.pid).toBe(pid);

    plug(undefined);
    expect(states.all.at(-1)).toMatchObject({ trouble: 'missing' });
    const gone = states.all.length;
    plug(route('mic', '2'));
    await working(gone);

    const told = states.all.length;
    const heard = frames.all.length;
    plug(route('earphone', '3'));
    await frames.first(() => true, heard + 5);
    expect(states.all).toHaveLength(told);
    expect(alive(pid)).toBe(false);
    await microphone.stop();
    expect(watched).toBe(0);
  });

  it('says "no recorder" without arecord, and works when it is there', async () => {
    process.env.PATH = server.folder;
    const { start, trouble, working } = microphoneOn('mic');
    start();
    expect(await trouble()).toBe('no recorder');
    process.env.PATH = path;
    await working();
  });

  it('says "busy" when another program has the device, and works when it has gone', async () => {
    fakeRecorder('echo "arecord: main:831: audio open error: Device or resource busy" >&2; exit 1');
    const { start, trouble, working } = microphoneOn('mic');
    start();
    expect(await trouble()).toBe('busy');
    process.env.PATH = path;
    await working();
  });

  it.each([
    ['ends at once without a word', 'exit 0', 'ended'],
    ['says strange things', 'head -c 100000 /dev/urandom >&2; exit 3', 'ended'],
    ['can not be run', 'exec /nonexistent', 'no recorder'],
  ])('lives on with a recorder that %s', async (_, script, expected) => {
    fakeRecorder(script);
    const { start, trouble, working } = microphoneOn('mic');
    start();
    expect(await trouble()).toBe(expected);
    process.env.PATH = path;
    await working();
  });

  it('puts our environment back', async () => {
    const before = { ...process.env };
    const { start, working } = microphoneOn('mic');
    start();
    await working();
    expect(process.env).toEqual(before);
  });

  it('leaves no process behind, even of a recorder that does not listen', async () => {
    for (const signal of [undefined, 'SIGSTOP'] as const) {
      const { microphone, frames, start } = microphoneOn('mic');
      start();
      await frames.first(() => true);
      const pid = microphone.pid as number;
      if (signal !== undefined) process.kill(pid, signal);
      await microphone.stop();
      expect(alive(pid)).toBe(false);
      expect(microphone.pid).toBeUndefined();
    }
  });

  it('can be stopped before it was started, while it starts, and twice', async () => {
    const { microphone, states, start } = microphoneOn('mic');
    await microphone.stop();
    start();
    const pid = microphone.pid as number;
    await microphone.stop();
    await microphone.stop();
    expect(alive(pid)).toBe(false);
    expect(states.all).toEqual([]);
  });

  it('listens only between open and close when it is told so', async () => {
    const { microphone, frames, states, start } = microphoneOn('mic', 'pressed');
    start();
    expect(microphone.pid).toBeUndefined();
    for (let press = 0; press < 3; press++) {
      const count = frames.all.length;
      microphone.open();
      microphone.open();
      await frames.first(() => true, count + 3);
      const pid = microphone.pid as number;
      microphone.close();
      const heard = frames.all.length;
      expect(microphone.pid).toBeUndefined();
      microphone.open(); // at once: it waits until the first recorder has let go of the device
      microphone.close();
      microphone.open();
      await frames.first(() => true, heard);
      expect(alive(pid)).toBe(false);
      microphone.close();
    }
    expect(states.all).toEqual([{ kind: 'working' }]);
    await microphone.stop();
  });
});
