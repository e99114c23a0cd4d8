import { deepEqual, equal, ok } from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { DeviceMissing } from '../../../src/audio/alsa/choice.ts';
import type { Routing } from '../../../src/audio/alsa/devices.ts';
import { ChildOutput } from '../../../src/audio/loudspeaker/child-output.ts';
import { ArecordMicrophone } from '../../../src/audio/microphone/arecord.ts';
import { Framer } from '../../../src/audio/microphone/framer.ts';
import type { MicrophoneState } from '../../../src/audio/microphone/microphone.ts';
import type { RecorderPipe, RecorderProcess, Recording } from '../../../src/audio/microphone/recorder.ts';
import { FRAME_SAMPLES, type Frame } from '../../../src/audio/pcm/frame.ts';
import { StereoMix } from '../../../src/audio/pcm/stereo.ts';
import { VirtualClock } from '../../rig/virtual/clock.ts';
import { anyText, damaged } from '../mutate.ts';
import { target } from '../target.ts';

/** Sizes of reads from a pipe, in bytes, and the time to the next read, in milliseconds. */
const chunkBytes = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(640, 1280, 65_536) },
  { weight: 3, arbitrary: fc.nat(2000) },
  { weight: 1, arbitrary: fc.nat(3) },
);
const waitMs = fc.oneof(
  { weight: 5, arbitrary: fc.nat(40) },
  { weight: 1, arbitrary: fc.integer({ min: -50, max: 3000 }) },
);

/** A chunk whose bytes depend on their place; it may begin at an odd address. */
function chunkAt(place: number, length: number, offset: number): Buffer {
  const memory = Buffer.alloc(length + offset);
  for (let i = 0; i < length; i += 1) memory[i + offset] = (place + i) * 7;
  return memory.subarray(offset);
}

/** Everything that came is in the frames, in order, except an incomplete frame; capture times rise. */
export const framer = target(
  'framer',
  25_000,
  fc.tuple(fc.boolean(), fc.array(fc.tuple(chunkBytes, waitMs, fc.nat(1)), { maxLength: 12 })),
  ([stereo, reads]) => {
    const frames: Frame[] = [];
    const one = new Framer();
    one.restart(stereo ? new StereoMix() : undefined);
    let [place, nowMs] = [0, 1000];
    for (const [length, ms, offset] of reads) {
      nowMs += ms;
      frames.push(...one.push(chunkAt(place, length, offset), nowMs));
      place += length;
    }
    equal(frames.length, Math.floor(Math.floor(place / (stereo ? 4 : 2)) / FRAME_SAMPLES));
    const all = chunkAt(0, place, 0);
    for (const [i, { samples, capturedAtMs }] of frames.entries()) {
      equal(samples.length, FRAME_SAMPLES);
      ok(Number.isFinite(capturedAtMs) && capturedAtMs - (frames[i - 1]?.capturedAtMs ?? -1e9) > 15 - 1e-6);
      if (stereo) continue;
      const expected = Int16Array.from(samples, (_, at) => all.readInt16LE(2 * (i * FRAME_SAMPLES + at)));
      deepEqual(samples, expected);
    }
  },
);

/** Output of arecord, aplay, `speaker` and the shell. */
const PRINTED = [
  'arecord: main:831: audio open error: Device or resource busy\n',
  'arecord: main:831: audio open error: No such file or directory\n',
  'arecord: pcm_read:2240: read error: No such device\n',
  'arecord: set_params:1387: Channels count non available\n',
  'ALSA lib pcm_dsnoop.c:638:(snd_pcm_dsnoop_open) unable to open slave\n',
  'aplay: pcm_write:2127: write error: No such device\n',
  'Its setup is:\n  stream       : PLAYBACK\n',
  'Warning: rate is not accurate (requested = 16000Hz, got = 48000Hz)\n',
];
const printed = fc.oneof(fc.constantFrom(...PRINTED), damaged(fc.constantFrom(...PRINTED)), anyText);

class Pipe extends EventEmitter implements RecorderPipe {
  destroyed = false;
  destroy(): void {
    this.destroyed = true;
  }
  resume(): void {}
}

class Recorder extends EventEmitter implements RecorderProcess {
  readonly stdin = new Pipe();
  readonly stdout = new Pipe();
  readonly stderr = new Pipe();
  readonly pid = 100_000;
  over = false;

  kill(): boolean {
    const alive = !this.over;
    this.exits(null, 'SIGKILL');
    return alive;
  }
  exits(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.over) return;
    this.over = true;
    this.emit('exit', code, signal);
    this.emit('close');
  }
}

/** An event of the running recorder, if there is one. */
const happening = fc.tuple(
  waitMs,
  fc.oneof(
    { weight: 6, arbitrary: chunkBytes.map((bytes) => ({ do: 'sound' as const, bytes })) },
    { weight: 2, arbitrary: printed.map((text) => ({ do: 'prints' as const, text })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(null, 0, 1, 126, 127, 255).map((code) => ({ do: 'exits' as const, code })),
    },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom('fails', 'cannot start', 'starts', 'unplugged', 'plugged', 'open', 'close', 'off', 'on')
        .map((what) => ({ do: what })),
    },
  ),
);

/**
 * Nothing throws; reports alternate, nothing comes while it is off, at most one recorder runs, and it works again when
 * everything is fine.
 */
export const microphone = target(
  'microphone',
  15_000,
  fc.tuple(
    fc.constantFrom('always' as const, 'pressed' as const),
    fc.constantFrom(1 as const, 2 as const),
    fc.array(happening, { maxLength: 30, size: 'max' }),
  ),
  async ([listen, channels, happenings]) => {
    const clock = new VirtualClock({ startMs: 1000 });
    const running = new Set<Recorder>();
    let [startable, plugged, off, plugs] = [true, true, false, 0];
    let changed = () => {};
    const routing: Routing = {
      resolve: () => {
        if (!plugged) throw new DeviceMissing('no card');
        return { device: undefined, environment: {}, channels, identity: `card ${plugs}` };
      },
      watch: (call) => {
        changed = call;
        return () => {};
      },
    };
    const states: MicrophoneState[] = [];
    let latestMs = Number.NEGATIVE_INFINITY;
    const device = new ArecordMicrophone({
      listen,
      clock,
      routing,
      startRecorder: (): Recording => {
        if (!startable) throw new Error('no pipes');
        const child = new Recorder();
        running.add(child);
        child.on('exit', () => running.delete(child));
        ok(running.size === 1, 'two recorders');
        return { process: child, stream: () => child.stdout, stop: () => child.exits(0, null) };
      },
    });
    device.start({
      frame: ({ samples, capturedAtMs }) => {
        ok(!off, 'a frame while it is off');
        ok(samples.length === FRAME_SAMPLES && capturedAtMs > latestMs);
        latestMs = capturedAtMs;
      },
      state: (state) => {
        if (state.kind === 'trouble') ok(state.retryInMs >= 0 && state.retryInMs < 600_000);
        states.push(state);
      },
    });
    const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
    const happens = (what: string, code: number | null, bytes: number, text: string) => {
      const [child] = running;
      switch (what) {
        case 'sound':
          child?.stdout.emit('data', Buffer.alloc(bytes));
          break;
        case 'prints':
          child?.stderr.emit('data', Buffer.from(text));
          break;
        case 'exits':
          child?.exits(code, code === null ? 'SIGSEGV' : null);
          break;
        case 'fails':
          child?.emit('error', new Error('spawn EAGAIN'));
          child?.exits(1, null);
          break;
        case 'cannot start':
        case 'starts':
          startable = what === 'starts';
          break;
        case 'unplugged':
        case 'plugged':
          plugged = what === 'plugged';
          plugs += 1;
          changed();
          break;
        case 'open':
          device.open();
          break;
        case 'close':
          device.close();
          break;
        default:
          off = what === 'off';
          device.switchOff(off);
      }
    };
    for (const [ms, one] of happenings) {
      clock.advance(Math.max(0, ms));
      await settle();
      happens(
        one.do,
        'code' in one ? one.code : 0,
        'bytes' in one ? one.bytes : 0,
        'text' in one ? one.text : '',
      );
    }
    for (const last of ['starts', 'plugged', 'on', 'open']) happens(last, 0, 0, '');
    // A good recorder gives a second of sound in a second; after one a wrong rate is forgotten.
    for (let i = 0; i < 400 && states.at(-1)?.kind !== 'working'; i += 1) {
      for (let frame = 0; frame < 50; frame += 1) {
        clock.advance(20);
        happens('sound', 0, 2 * FRAME_SAMPLES * channels, '');
      }
      await settle();
    }
    equal(states.at(-1)?.kind, 'working');
    const stopped = device.stop();
    await settle();
    clock.advance(2000);
    await stopped;
    equal(running.size, 0);
  },
);

/** The parts of a child process that an output uses. */
class PlayerChild extends EventEmitter {
  readonly stdin = Object.assign(new EventEmitter(), { writableLength: 0, write: (_: Uint8Array) => true });
  readonly stderr = new EventEmitter();
  pid: number | undefined = 1;
  kill(): boolean {
    return true;
  }
}

/** A player is ready once and fails once, for a known reason, in one line; never after its end. */
export const player = target(
  'player',
  50_000,
  fc.tuple(
    fc.array(
      fc.oneof(
        printed.map((text) => ({ do: 'prints' as const, text })),
        fc
          .constantFrom('opened', 'writes', 'exit', 'signal', 'close', 'error', 'end')
          .map((what) => ({ do: what })),
        fc
          .oneof(fc.nat(), fc.constantFrom(-1, Number.NaN, 1e308))
          .map((bytes) => ({ do: 'took' as const, bytes })),
      ),
      { maxLength: 15 },
    ),
  ),
  ([happenings]) => {
    const clock = new VirtualClock();
    const child = new PlayerChild();
    let [ready, failed, ended] = [0, 0, false];
    const output = new ChildOutput(
      child as unknown as ChildProcess,
      {
        ready: () => {
          ok(!ended && failed === 0);
          ready += 1;
        },
        failed: (trouble, detail) => {
          ok(
            !ended && ['missing', 'busy', 'gone', 'died', 'no player', 'stalled'].includes(trouble),
            trouble,
          );
          ok(detail !== '' && !detail.includes('\n'), detail);
          failed += 1;
        },
      },
      clock,
    );
    for (const one of happenings) {
      if ('text' in one) child.stderr.emit('data', Buffer.from(one.text));
      else if ('bytes' in one) output.took(one.bytes);
      else if (one.do === 'opened') output.opened();
      else if (one.do === 'writes') output.write(new Int16Array(480));
      else if (one.do === 'exit') child.emit('exit', 1, null);
      else if (one.do === 'signal') child.emit('exit', null, 'SIGABRT');
      else if (one.do === 'close') child.emit('close');
      else if (one.do === 'error')
        child.emit('error', Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' }));
      else {
        ended = true;
        void output.end();
      }
      clock.advance(50);
      ok(output.printed.length <= 4096);
    }
    child.emit('exit', 1, null);
    clock.advance(1000);
    ok(ready <= 1);
    equal(failed + Number(ended && failed === 0), 1);
  },
);
