import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceMissing } from '../../../src/audio/alsa/choice.ts';
import type { Route, Routing } from '../../../src/audio/alsa/devices.ts';
import { ArecordMicrophone } from '../../../src/audio/microphone/arecord.ts';
import type { MicrophoneState } from '../../../src/audio/microphone/microphone.ts';
import type { Frame } from '../../../src/audio/pcm/frame.ts';
import { levelDbfs } from '../../../src/audio/pcm/level.ts';
import { type MicrophoneRig, microphoneStatements } from '../contracts/microphone.ts';
import { noise } from '../voices.ts';
import { VirtualClock } from './clock.ts';
import { VirtualMicrophone, type VirtualMicrophoneOptions } from './recorder.ts';
import { Room, type RoomOptions } from './room.ts';

function rigWith(options: RoomOptions & VirtualMicrophoneOptions = {}) {
  const clock = new VirtualClock({ startMs: 1234.5, seed: 7 });
  const room = new Room(clock, options);
  const device = new VirtualMicrophone(clock, room, options);
  const rig: MicrophoneRig = {
    clock,
    device,
    microphone: (listen) => new ArecordMicrophone({ listen, clock, startRecorder: device.startRecorder }),
    speak: (sound) => room.speak(sound),
    drive: (wanted) => clock.drive(wanted),
  };
  return { ...rig, clock, room, device };
}

describe('the microphone, with a simulated arecord', () => {
  let rig: ReturnType<typeof rigWith>;
  beforeEach(() => {
    rig = rigWith();
  });
  afterEach(() => rig.clock.stop());

  // One sample of the room is 1/16 ms.
  microphoneStatements(() => rig, { firstFrameMs: 31, captureMs: 0.1, stepMs: 0.001, reportMs: 30 });
});

describe('the microphone on a card that comes and goes', () => {
  it('takes up a card that comes at once, misses one that goes, and moves to the one that is meant', async () => {
    const { clock, device } = rigWith();
    const route = (name: string, identity: string): Route => ({ device: name, environment: {}, identity });
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
    const microphone = new ArecordMicrophone({
      listen: 'always',
      clock,
      routing,
      startRecorder: device.startRecorder,
    });
    const frames: Frame[] = [];
    const states: MicrophoneState[] = [];
    microphone.start({ frame: (frame) => frames.push(frame), state: (state) => states.push(state) });
    expect(states).toMatchObject([{ trouble: 'missing', detail: 'there is no sound card at all' }]);
    expect(microphone.pid).toBeUndefined();
    const plug = (now: Route | undefined) => {
      card.is = now;
      changed();
    };
    plug(route('mic', '1'));
    const pid = microphone.pid as number;
    expect(device.recorders()).toEqual([pid]);
    await clock.pass(100);
    expect(states.at(-1)).toEqual({ kind: 'working' });
    changed();
    expect(microphone.pid).toBe(pid);

    plug(undefined);
    expect(states.at(-1)).toMatchObject({ trouble: 'missing' });
    plug(route('mic', '2'));
    await clock.pass(100);
    expect(states.at(-1)).toEqual({ kind: 'working' });

    const told = states.length;
    const heard = frames.length;
    plug(route('earphone', '3'));
    await clock.pass(200);
    expect(frames.length).toBeGreaterThanOrEqual(heard + 5);
    expect(states).toHaveLength(told);
    expect(device.recorders()).toEqual([microphone.pid]);
    expect(device.recorders()).not.toContain(pid);
    await clock.drive(microphone.stop());
    expect(watched).toBe(0);
    clock.stop();
  });
});

describe('a microphone of two channels', () => {
  const TWO: Route = { device: 'stereo', environment: {}, channels: 2, identity: 'stereo' };

  async function heard(delivers: VirtualMicrophoneOptions['delivers'], times: number) {
    const { clock, room, device } = rigWith({
      noiseDbfs: -60,
      ...(delivers === undefined ? {} : { delivers }),
    });
    const routing: Routing = { resolve: () => TWO, watch: () => () => {} };
    const { startRecorder } = device;
    const microphone = new ArecordMicrophone({ listen: 'pressed', clock, routing, startRecorder });
    const frames: Frame[] = [];
    const states: MicrophoneState[] = [];
    microphone.start({ frame: (frame) => frames.push(frame), state: (state) => states.push(state) });
    for (let time = 0; time < times; time++) {
      frames.length = 0;
      microphone.open();
      await clock.pass(1000);
      await room.speak(noise('white', -20, 0.5)).ended;
      microphone.close();
    }
    await clock.drive(microphone.stop());
    clock.stop();
    return { levels: frames.map(({ samples }) => levelDbfs(samples)), states };
  }

  it('is heard as their mean', async () => {
    const { levels, states } = await heard(undefined, 1);
    expect(Math.max(...levels)).toBeGreaterThan(-22);
    expect(states).toEqual([{ kind: 'working' }]);
  });

  it('is heard by one of them where they cancel each other out, which is reported once', async () => {
    const opposite = (sound: Int16Array) =>
      Int16Array.from(
        { length: 2 * sound.length },
        (_, i) => (sound[i >> 1] as number) * (i % 2 === 0 ? 1 : -1),
      );
    const { levels, states } = await heard(opposite, 2);
    expect(Math.max(...levels)).toBeGreaterThan(-22);
    // What was found out holds when it is opened again.
    expect(Math.min(...levels)).toBeGreaterThan(-70);
    expect(states).toEqual([
      { kind: 'working' },
      { kind: 'working', detail: expect.stringContaining('cancel each other out') },
    ]);
  });
});

describe('a microphone that records at another rate', () => {
  it('is no microphone after 1.4 s, however often it is opened, and is one when the rate is right', async () => {
    let times = 3;
    const { clock, microphone, device } = rigWith({
      delivers: (sound) =>
        Int16Array.from({ length: sound.length * times }, (_, i) => sound[i % 320] as number),
    });
    const one = microphone('always');
    const frames: Frame[] = [];
    const states: MicrophoneState[] = [];
    one.start({ frame: (frame) => frames.push(frame), state: (state) => states.push(state) });
    await clock.pass(1500);
    const trouble = {
      kind: 'trouble',
      trouble: 'wrong format',
      detail: expect.stringMatching(/48000 Hz.*plughw:/),
    };
    expect(states).toMatchObject([{ kind: 'working' }, trouble]);
    frames.length = 0;
    await clock.pass(30_000);
    expect(states.slice(1).every((state) => state.kind === 'trouble')).toBe(true);
    expect(frames).toEqual([]);
    times = 1;
    await clock.pass(15_000);
    expect(states.at(-1)).toEqual({ kind: 'working' });
    expect(frames.length).toBeGreaterThan(100);
    expect(device.recorders()).toEqual([one.pid]);
    await clock.drive(one.stop());
    clock.stop();
  });
});

describe('the simulated arecord', () => {
  it('gives the same frames at the same times each time, whatever happens to it', async () => {
    const told = async () => {
      const { clock, device, room, microphone } = rigWith({ noiseDbfs: -40, echoDb: -10 });
      const lines: string[] = [];
      const one = microphone('always');
      one.start({
        frame: ({ samples, capturedAtMs }) =>
          lines.push(`${capturedAtMs} ${samples.reduce((a, b) => a + b, 0)}`),
        state: (state) => lines.push(`${clock.now()} ${JSON.stringify(state)}`),
      });
      for (const fault of ['gone', 'stalled', 'busy'] as const) {
        room.speak(Int16Array.from({ length: 8000 }, (_, i) => (i * 37) % 1000));
        await clock.pass(1000 * clock.random());
        device.break(fault);
        device.signal(fault === 'busy' ? 'SIGKILL' : 'SIGCONT');
        await clock.pass(3000 * clock.random());
        device.repair();
        await clock.pass(6000);
      }
      await clock.drive(one.stop());
      return lines;
    };
    expect(await told()).toEqual(await told());
  });

  it.each([
    // Its buffer holds half a second. Of a longer time all is lost.
    [300, 300 / 20],
    [800, 0],
  ])('reads what was missed in %i ms in which it hung: %i periods', async (hungMs, periods) => {
    const { clock, room, device, microphone } = rigWith({ openMs: 0 });
    const frames: Frame[] = [];
    const one = microphone('always');
    one.start({ frame: (frame) => frames.push(frame), state: () => {} });
    await clock.pass(505);
    const before = frames.length;
    device.signal('SIGSTOP');
    await clock.pass(hungMs);
    expect(frames).toHaveLength(before);
    device.signal('SIGCONT');
    await clock.pass(400);
    expect(frames.length - before).toBe(periods + 20);
    const { beganMs } = await room.speak(new Int16Array(320).fill(500)).ended;
    await clock.pass(40);
    const heard = frames.find(({ samples }) => samples.some((sample) => sample !== 0));
    expect(Math.abs((heard?.capturedAtMs ?? 0) - beganMs)).toBeLessThan(20);
    await clock.drive(one.stop());
  });

  it('ends when the card of its route is pulled out, and can not open it', async () => {
    let plugged = true;
    const { clock, device, microphone } = rigWith({ isPlugged: (_: Route) => plugged });
    const states: string[] = [];
    const one = microphone('always');
    one.start({
      frame: () => {},
      state: (state) => states.push(state.kind === 'trouble' ? state.detail : state.kind),
    });
    await clock.pass(100);
    plugged = false;
    await clock.pass(500);
    expect(states.slice(0, 3)).toEqual([
      'working',
      'arecord: pcm_read:2240: read error: No such device',
      'arecord: main:831: audio open error: No such file or directory',
    ]);
    expect(device.recorders()).toEqual([]);
    plugged = true;
    await clock.pass(10_000);
    expect(states.at(-1)).toBe('working');
    await clock.drive(one.stop());
  });
});
