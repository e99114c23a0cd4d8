import { EventEmitter } from 'node:events';
import type { Route } from '../../../src/audio/alsa/devices.ts';
import type {
  RecorderPipe,
  RecorderProcess,
  Recording,
  StartRecorder,
} from '../../../src/audio/microphone/recorder.ts';
import { CAPTURE_RATE_HZ, FRAME_MS, FRAME_SAMPLES } from '../../../src/audio/pcm/frame.ts';
import type { MicrophoneFault, RecordingDevice } from '../desk.ts';
import type { VirtualClock } from './clock.ts';
import type { Room } from './room.ts';

export interface VirtualMicrophoneOptions {
  /** From the start of a recorder until it captures. */
  readonly openMs?: number;
  /** From a recorder's last act to its exit. */
  readonly exitMs?: number;
  /** Whether the card of a route is plugged in. */
  readonly isPlugged?: (route: Route) => boolean;
  /** Turns 20 ms of the room into the channels of a recorder; by default the same in all. */
  readonly delivers?: (sound: Int16Array, channels: 1 | 2) => Int16Array;
}

const PER_MS = CAPTURE_RATE_HZ / 1000;
const OPEN_MS = 10;
const EXIT_MS = 2;
/** Process ids count from here: beyond those that Linux gives by default, so that none is a real one's. */
const FIRST_PID = 100_000;
/** arecord's buffer, as microphone/bin/arecord sets it: later reads have lost sound. */
const BUFFER_MS = 500;

/** What arecord and the shell say (alsa-utils 1.2.8, dash). */
const SAYS = {
  busy: 'arecord: main:831: audio open error: Device or resource busy\n',
  missing: 'arecord: main:831: audio open error: No such file or directory\n',
  unplugged: 'arecord: pcm_read:2240: read error: No such device\n',
  notInstalled: 'arecord: 5: exec: arecord: not found\n',
} as const;

/** The simulated microphone, with the simulated `arecord` that reads it. */
export class VirtualMicrophone implements RecordingDevice {
  readonly #clock: VirtualClock;
  readonly #room: Room;
  readonly #options: VirtualMicrophoneOptions;
  readonly #running = new Set<VirtualArecord>();
  #fault: MicrophoneFault | undefined;
  #installed = true;
  #latestPid = FIRST_PID;

  constructor(clock: VirtualClock, room: Room, options: VirtualMicrophoneOptions = {}) {
    this.#clock = clock;
    this.#room = room;
    this.#options = options;
  }

  /** For `ArecordMicrophone`. */
  readonly startRecorder: StartRecorder = (route) => {
    const isPlugged = this.#options.isPlugged ?? (() => true);
    this.#latestPid += 1;
    const recorder = new VirtualArecord(this.#clock, this.#room, {
      pid: this.#latestPid,
      openMs: this.#options.openMs ?? OPEN_MS,
      exitMs: this.#options.exitMs ?? EXIT_MS,
      installed: this.#installed,
      fault: () => (isPlugged(route) ? this.#fault : 'gone'),
      delivers: (sound) => (this.#options.delivers ?? inEach)(sound, route.channels ?? 1),
    });
    this.#running.add(recorder);
    recorder.process.on('exit', () => this.#running.delete(recorder));
    return recorder;
  };

  break(fault: MicrophoneFault): void {
    this.#fault = fault;
  }

  repair(): void {
    this.#fault = undefined;
  }

  uninstall(): void {
    this.#installed = false;
  }

  install(): void {
    this.#installed = true;
  }

  recorders(): number[] {
    return [...this.#running].map(({ process }) => process.pid);
  }

  signal(signal: NodeJS.Signals): number {
    return [...this.#running].filter(({ process }) => process.kill(signal)).length;
  }
}

interface ArecordSettings {
  readonly pid: number;
  readonly openMs: number;
  readonly exitMs: number;
  readonly installed: boolean;
  /** What is wrong with its device now. */
  readonly fault: () => MicrophoneFault | undefined;
  readonly delivers: (sound: Int16Array) => Int16Array;
}

/** The same sound in each channel. */
function inEach(sound: Int16Array, channels: number): Int16Array {
  if (channels === 1) return sound;
  return Int16Array.from({ length: sound.length * 2 }, (_, i) => sound[i >> 1] as number);
}

/** One run of `arecord`: a buffer of 20 ms every 20 ms of the clock. */
class VirtualArecord implements Recording {
  readonly process: VirtualProcess;
  readonly #clock: VirtualClock;
  readonly #room: Room;
  readonly #settings: ArecordSettings;
  /** Of the next period: its first sample on the clock. */
  #next = 0;
  #opened = false;
  #cancel: () => void;
  #frozen = false;
  /** SIGTERM came while it was stopped. */
  #terminated = false;
  #over = false;

  constructor(clock: VirtualClock, room: Room, settings: ArecordSettings) {
    this.#clock = clock;
    this.#room = room;
    this.#settings = settings;
    this.process = new VirtualProcess(settings.pid, (signal) => this.#signal(signal));
    this.#cancel = clock.after(settings.openMs, () => this.#open());
  }

  stream(): RecorderPipe {
    return this.process.stdout;
  }

  stop(): void {
    this.process.kill('SIGTERM');
  }

  #open(): void {
    const { installed, fault } = this.#settings;
    if (this.#frozen) return; // SIGCONT continues from here
    if (!installed) this.#fail(SAYS.notInstalled, 127);
    else if (fault() === 'busy') this.#fail(SAYS.busy, 1);
    else if (fault() === 'gone') this.#fail(SAYS.missing, 1);
    else {
      this.#next = Math.floor(this.#clock.now() * PER_MS);
      this.#opened = true;
      this.#wait();
    }
  }

  #wait(): void {
    const dueMs = (this.#next + FRAME_SAMPLES) / PER_MS;
    this.#cancel = this.#clock.after(dueMs - this.#clock.now(), () => this.#read());
  }

  #read(): void {
    const fault = this.#settings.fault();
    if (this.#frozen || fault === 'stalled') {
      this.#cancel = this.#clock.after(FRAME_MS, () => this.#read());
      return;
    }
    if (fault === 'gone') {
      this.#fail(SAYS.unplugged, 1);
      return;
    }
    const now = this.#clock.now() * PER_MS;
    // An overrun: the device starts anew, and what it had is lost.
    if (now - this.#next > BUFFER_MS * PER_MS) this.#next = Math.floor(now) - FRAME_SAMPLES;
    while (!this.#over && this.#next + FRAME_SAMPLES <= now) {
      const heard = this.#room.capture(this.#next, FRAME_SAMPLES);
      const room = new Int16Array(heard.buffer, heard.byteOffset, FRAME_SAMPLES);
      const sound = this.#settings.delivers(fault === 'muted' ? new Int16Array(FRAME_SAMPLES) : room);
      this.#next += FRAME_SAMPLES;
      this.process.stdout.emit('data', Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength));
    }
    if (!this.#over) this.#wait();
  }

  #signal(signal: NodeJS.Signals): boolean {
    if (this.process.ended) return false;
    switch (signal) {
      case 'SIGKILL':
        this.#exit(null, signal);
        break;
      case 'SIGSTOP':
        this.#frozen = true;
        break;
      case 'SIGCONT':
        this.#goOn();
        break;
      default:
        // arecord handles the signal and ends normally.
        if (this.#frozen) this.#terminated = true;
        else this.#exit(1, null);
    }
    return true;
  }

  #goOn(): void {
    if (!this.#frozen) return;
    this.#frozen = false;
    if (this.#terminated) this.#exit(1, null);
    else if (!this.#opened && !this.#over) this.#cancel = this.#clock.after(0, () => this.#open());
  }

  #fail(says: string, code: number): void {
    this.process.stderr.emit('data', Buffer.from(says));
    this.#exit(code, null);
  }

  /** It gives nothing any more, and is gone a moment later. */
  #exit(code: number | null, signal: NodeJS.Signals | null): void {
    this.#cancel();
    this.#over = true;
    this.#cancel = this.#clock.after(this.#settings.exitMs, () => this.process.end(code, signal));
  }
}

/** A process without a program. Its output arrives at once, in the same turn of the event loop. */
class VirtualProcess
  extends EventEmitter<{ error: [Error]; exit: [number | null, NodeJS.Signals | null]; close: [] }>
  implements RecorderProcess
{
  readonly pid: number;
  readonly stdin = new VirtualPipe();
  readonly stdout = new VirtualPipe();
  readonly stderr = new VirtualPipe();
  readonly kill: (signal: NodeJS.Signals) => boolean;
  #ended = false;

  constructor(pid: number, kill: (signal: NodeJS.Signals) => boolean) {
    super();
    this.pid = pid;
    this.kill = kill;
  }

  get ended(): boolean {
    return this.#ended;
  }

  end(code: number | null, signal: NodeJS.Signals | null): void {
    this.#ended = true;
    this.emit('exit', code, signal);
    this.emit('close');
  }
}

class VirtualPipe extends EventEmitter<{ data: [Buffer]; error: [unknown] }> implements RecorderPipe {
  destroy(): void {
    this.removeAllListeners('data');
  }

  resume(): void {}
}
