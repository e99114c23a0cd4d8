import { afterEach, expect, it } from 'vitest';
import type { ArecordMicrophone } from '../../../src/audio/microphone/arecord.ts';
import type { Listen, MicrophoneState } from '../../../src/audio/microphone/microphone.ts';
import { concat } from '../../../src/audio/pcm/concat.ts';
import { CAPTURE_RATE_HZ, FRAME_MS, FRAME_SAMPLES, type Frame } from '../../../src/audio/pcm/frame.ts';
import type { Clock } from '../../../src/base/time.ts';
import type { RecordingDevice, Speech } from '../desk.ts';
import { Told } from '../events.ts';
import { whereIs } from '../real/recording.ts';
import { noise } from '../voices.ts';

/** What stands below the real `ArecordMicrophone`: the real arecord on a virtual card, or the simulated one. */
export interface MicrophoneRig {
  readonly clock: Clock;
  readonly device: RecordingDevice;
  /** On `clock`, and on the rig's device. */
  microphone(listen: Listen): ArecordMicrophone;
  speak(sound: Int16Array): Speech;
  /** Lets time pass until the promise is settled. */
  drive<T>(wanted: Promise<T>): Promise<T>;
}

/** All in milliseconds. */
export interface MicrophoneTolerances {
  /** From the start of a recorder to its first frame, at most. */
  readonly firstFrameMs: number;
  /** Between the moment at which something was spoken and the capture time of its frames. */
  readonly captureMs: number;
  /** Between the steps of capture times and 20 ms. */
  readonly stepMs: number;
  /** From what happens to the device or the recorder until it is reported, beyond the limits of the microphone. */
  readonly reportMs: number;
}

/** The microphone's own limits: see src/audio/microphone/arecord.ts. */
const STALL_MS = 1000;
const SECOND_LOOK_MS = 50;
/** The longest pause before the second start after a first failure. */
const FIRST_RETRY_MS = 100;

/** Half a second: it begins at once and correlates with itself only. */
const BURST = noise('white', -12, 0.5);

/** What holds of the microphone on either rig. */
export function microphoneStatements(at: () => MicrophoneRig, tolerances: MicrophoneTolerances): void {
  const microphones: ArecordMicrophone[] = [];
  afterEach(async () => {
    const { drive, device } = at();
    device.repair();
    device.install();
    device.signal('SIGCONT');
    await Promise.all(microphones.splice(0).map((microphone) => drive(microphone.stop())));
  });

  function listening(listen: Listen = 'always') {
    const rig = at();
    const microphone = rig.microphone(listen);
    microphones.push(microphone);
    const frames = new Told<Frame>();
    const states = new Told<MicrophoneState & { readonly atMs: number }>();
    const arrivalsMs: number[] = [];
    const startedMs = rig.clock.now();
    microphone.start({
      frame: (frame) => {
        arrivalsMs.push(rig.clock.now());
        frames.tell(frame);
      },
      state: (state) => states.tell({ ...state, atMs: rig.clock.now() }),
    });
    return {
      ...rig,
      microphone,
      frames,
      arrivalsMs,
      states,
      startedMs,
      /** Until this many more frames have come. */
      more: (count = 1) => rig.drive(frames.first(() => true, frames.all.length + count - 1)),
      /** The next trouble, from the `from`th state on. */
      trouble: async (from = 0) => {
        const state = await rig.drive(states.first(({ kind }) => kind === 'trouble', from));
        if (state.kind !== 'trouble') throw new Error('unreachable');
        return state;
      },
      working: (from = 0) => rig.drive(states.first(({ kind }) => kind === 'working', from)),
    };
  }

  it('gives frames of 20 ms without a gap, the first of them soon', async () => {
    const { frames, arrivalsMs, states, more, startedMs, clock } = listening();
    await more();
    expect(clock.now() - startedMs).toBeLessThan(tolerances.firstFrameMs);
    await more(49);
    expect(states.all.map(({ kind }) => kind)).toEqual(['working']);
    for (const [i, { samples, capturedAtMs }] of frames.all.entries()) {
      expect(samples).toHaveLength(FRAME_SAMPLES);
      expect(capturedAtMs).toBeLessThan(arrivalsMs[i] as number);
      const before = frames.all[i - 1];
      if (before === undefined) continue;
      const stepMs = capturedAtMs - before.capturedAtMs;
      expect(Math.abs(stepMs - FRAME_MS)).toBeLessThanOrEqual(tolerances.stepMs);
    }
  });

  it('hears what is said, whole and at its time', async () => {
    const { frames, more, speak, drive } = listening();
    await more(10);
    const { beganMs } = await drive(speak(BURST).ended);
    await more(20);
    const recording = {
      rateHz: CAPTURE_RATE_HZ,
      samples: concat(frames.all.map(({ samples }) => samples)),
      startMs: frames.all[0]?.capturedAtMs ?? Number.NaN,
    };
    const { startMs, likeness, pieces } = whereIs(BURST, CAPTURE_RATE_HZ, recording);
    expect(likeness).toBeGreaterThan(0.99);
    expect(Math.min(...pieces)).toBeGreaterThan(0.99);
    expect(Math.abs(startMs - beganMs)).toBeLessThanOrEqual(tolerances.captureMs);
  });

  it('continues with frames of zeros while it is muted', async () => {
    const { device, frames, states, more, speak, drive } = listening();
    await more(5);
    device.break('muted');
    await more(5); // what was on its way
    const before = frames.all.length;
    await drive(speak(BURST).ended);
    await more();
    const muted = frames.all.slice(before);
    expect(muted.flatMap(({ samples }) => [...samples]).every((sample) => sample === 0)).toBe(true);
    expect(states.all.map(({ kind }) => kind)).toEqual(['working']);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'reports a recorder that gets %s as ended, and starts another',
    async (signal) => {
      const { microphone, device, clock, frames, states, more, trouble, working } = listening();
      await more();
      const pid = microphone.pid as number;
      expect(device.recorders()).toEqual([pid]);
      const atMs = clock.now();
      device.signal(signal);
      const ended = await trouble();
      expect(ended).toMatchObject({ trouble: 'ended' });
      expect(ended.atMs - atMs).toBeLessThan(tolerances.reportMs);
      const back = await working(2);
      expect(back.atMs - ended.atMs).toBeLessThan(FIRST_RETRY_MS + tolerances.firstFrameMs);
      await more(5);
      expect(states.all.map(({ kind }) => kind)).toEqual(['working', 'trouble', 'working']);
      expect(device.recorders()).toEqual([microphone.pid]);
      expect(microphone.pid).not.toBe(pid);
      const times = frames.all.map(({ capturedAtMs }) => capturedAtMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    },
  );

  it.each(['recorder', 'device'] as const)(
    'reports a hanging %s as stalled, and continues with another recorder',
    async (what) => {
      const { microphone, device, clock, more, trouble, working } = listening();
      await more();
      const pid = microphone.pid as number;
      const atMs = clock.now();
      if (what === 'device') device.break('stalled');
      else expect(device.signal('SIGSTOP')).toBe(1);
      const stalled = await trouble();
      expect(stalled).toMatchObject({ trouble: 'stalled', detail: expect.stringContaining('no sound') });
      // A frame may have been on its way.
      expect(stalled.atMs - atMs).toBeGreaterThan(STALL_MS - FRAME_MS);
      expect(stalled.atMs - atMs).toBeLessThan(STALL_MS + SECOND_LOOK_MS + tolerances.reportMs);
      device.repair();
      await working(2);
      expect(device.recorders()).not.toContain(pid);
    },
  );

  it('reports a device that is pulled out as missing, again while it is away, and takes it back', async () => {
    const { device, clock, states, more, trouble, working } = listening();
    await more();
    const atMs = clock.now();
    device.break('gone');
    const gone = await trouble();
    expect(gone).toMatchObject({
      trouble: 'missing',
      detail: expect.stringContaining('read error: No such device'),
    });
    expect(gone.atMs - atMs).toBeLessThan(FRAME_MS + tolerances.reportMs);
    const still = await trouble(2);
    expect(still).toMatchObject({
      trouble: 'missing',
      detail: expect.stringContaining('audio open error: No such file or directory'),
    });
    device.repair();
    await working(states.all.length);
  });

  it('reports a device that another program uses as busy; an open one continues', async () => {
    const { device, more, states, trouble, working } = listening();
    await more();
    device.break('busy');
    await more(20);
    expect(states.all.map(({ kind }) => kind)).toEqual(['working']);
    device.signal('SIGKILL');
    expect(await trouble()).toMatchObject({ trouble: 'ended' });
    expect(await trouble(2)).toMatchObject({
      trouble: 'busy',
      detail: expect.stringContaining('audio open error: Device or resource busy'),
    });
    device.repair();
    await working(states.all.length);
  });

  it('reports a missing recorder, and works once it is installed', async () => {
    at().device.uninstall();
    const { device, states, trouble, working } = listening();
    expect(await trouble()).toMatchObject({
      trouble: 'no recorder',
      detail: expect.stringContaining('not found'),
    });
    device.install();
    await working(states.all.length);
  });

  it('leaves no recorder running, not even one that hangs', async () => {
    for (const signal of ['SIGCONT', 'SIGSTOP'] as const) {
      const { device, microphone, states, more, drive } = listening();
      await more();
      device.signal(signal);
      const told = states.all.length;
      await drive(microphone.stop());
      expect(device.recorders()).toEqual([]);
      expect(microphone.pid).toBeUndefined();
      expect(states.all).toHaveLength(told);
    }
  });

  it('can be stopped before it was started, while it starts, and twice', async () => {
    const { device, microphone, drive } = at();
    const unstarted = microphone('always');
    await drive(unstarted.stop());
    const started = microphone('always');
    const states: MicrophoneState[] = [];
    started.start({ frame: () => {}, state: (state) => states.push(state) });
    expect(started.pid).toBeDefined();
    await drive(started.stop());
    await drive(started.stop());
    expect(device.recorders()).toEqual([]);
    expect(states).toEqual([]);
  });

  it('records only between open and close where it is set so', async () => {
    const { device, microphone, frames, states, more } = listening('pressed');
    expect(device.recorders()).toEqual([]);
    for (let press = 0; press < 3; press += 1) {
      microphone.open();
      microphone.open();
      await more(3);
      microphone.close();
      const heard = frames.all.length;
      expect(microphone.pid).toBeUndefined();
      microphone.open(); // at once: it waits until the first recorder has released the device
      microphone.close();
      microphone.open();
      await more();
      expect(frames.all.length).toBeGreaterThan(heard);
      expect(device.recorders()).toEqual([microphone.pid]);
      microphone.close();
    }
    expect(states.all.map(({ kind }) => kind)).toEqual(['working']);
  });
}
