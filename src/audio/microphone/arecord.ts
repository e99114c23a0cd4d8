import { type Backoff, KeptOpen, LOOK_AGAIN_MS, STEADY_AFTER_MS } from '../../base/kept-open.ts';
import { type Clock, REAL_TIME, within } from '../../base/time.ts';
import { DeviceMissing } from '../alsa/choice.ts';
import { named, type Route, type Routing } from '../alsa/devices.ts';
import { alsaTrouble, keepEnd, lastError } from '../alsa-trouble.ts';
import { CAPTURE_RATE_HZ } from '../pcm/frame.ts';
import { StereoMix } from '../pcm/stereo.ts';
import { Framer } from './framer.ts';
import type { Listen, Microphone, MicrophoneListener, MicrophoneTrouble } from './microphone.ts';
import { RateWatch } from './rate.ts';
import { type Recording, type StartRecorder, startArecord } from './recorder.ts';

export interface ArecordOptions {
  /** Which device; without it, ALSA's default. */
  readonly routing?: Routing;
  readonly listen: Listen;
  readonly clock?: Clock;
  /** How a recorder is started; `arecord` by default. */
  readonly startRecorder?: StartRecorder;
}

/** A device that is plugged in is found within the longest wait; a recorder that died is replaced before anyone notices. */
const BACKOFF: Backoff = { firstMs: 100, longestMs: 5000, steadyAfterMs: STEADY_AFTER_MS, jitter: true };

/** No sound for this time, in milliseconds, is a stall: 50 periods of 20 ms. */
const STALL_MS = 1000;
/** The same while the device is being opened: a USB microphone or a sound server may be slow. */
const OPEN_MS = 5000;
/** A recorder that has not ended this long after SIGTERM is killed, in milliseconds. */
const END_MS = 200;
/** `stop` waits no longer than this, in milliseconds. */
const STOP_MS = 1000;
/** An exit counts as complete when its output has been read, or this long after it, in milliseconds. */
const LAST_WORDS_MS = 200;

/** A shell's exit codes when a program does not exist or can't be run (POSIX sh, 2.8.2). */
const NO_PROGRAM = [126, 127];

/** arecord's messages when a device does not support the format (alsa-utils, aplay.c). */
const WRONG_FORMAT = /(?:channels count|sample format|access type) (?:non|not) available/i;

const OPPOSITE = 'its two channels cancel each other out: one of them is used';

/** One run of the recorder. */
interface Session {
  readonly recording: Recording;
  readonly route: Route;
  /** Until the rate is known to be right. */
  rate: RateWatch | undefined;
  readonly exited: Promise<void>;
  printed: string;
  /** Sound has come. */
  heard: boolean;
  /** When its latest sound came, or when it was started. */
  heardAtMs: number;
  /** Its end was reported or is wanted: nothing more is reported. */
  over: boolean;
  /** The `heardAtMs` that a look found too old. If the next look finds the same, the recorder has stalled. */
  suspectMs: number | undefined;
  cancelWatch: () => void;
}

/** The microphone through `node-record-lpcm16`, which drives `arecord` (alsa-utils). */
export class ArecordMicrophone implements Microphone {
  readonly #options: ArecordOptions;
  readonly #clock: Clock;
  readonly #routing: Routing;
  readonly #startRecorder: StartRecorder;
  readonly #kept: KeptOpen;
  readonly #framer = new Framer();
  /** The mix of the last device: findings about its channels hold until another device is opened. */
  #mix = { of: '', mix: new StereoMix() };
  #listener: MicrophoneListener | undefined;
  #session: Session | undefined;
  /** Sound is wanted now. */
  #wanted = false;
  #off = false;
  /** Trouble was reported last, or nothing yet. */
  #troubled = true;
  /** The last recorder had a wrong rate: the next one works when its rate is right. */
  #wrongRate = false;
  #reportedOpposite = false;
  #stopWatching: () => void = () => {};

  constructor(options: ArecordOptions) {
    this.#options = options;
    this.#clock = options.clock ?? REAL_TIME;
    this.#routing = options.routing ?? named();
    this.#startRecorder = options.startRecorder ?? startArecord;
    this.#kept = new KeptOpen(this.#clock, BACKOFF, () => this.#record());
  }

  /** The process id of the recorder; undefined while none runs. */
  get pid(): number | undefined {
    return this.#session?.recording.process.pid;
  }

  start(listener: MicrophoneListener): void {
    this.#listener = listener;
    this.#stopWatching = this.#routing.watch(() => this.#cardsChanged());
    if (this.#options.listen === 'always') this.#want();
  }

  open(): void {
    if (this.#options.listen === 'pressed') this.#want();
  }

  close(): void {
    if (this.#options.listen === 'pressed') this.#unwant();
  }

  switchOff(off: boolean): void {
    if (off === this.#off) return;
    this.#off = off;
    if (off) this.#endRecording();
    else {
      this.#kept.tryAgain();
      if (this.#wanted) this.#kept.start();
    }
  }

  async stop(): Promise<void> {
    this.#listener = undefined;
    this.#unwant();
    // A process that survives SIGKILL hangs in a driver; waiting longer is useless.
    await within(this.#clock, STOP_MS, this.#kept.released());
    this.#stopWatching();
  }

  #want(): void {
    if (this.#wanted || this.#listener === undefined) return;
    this.#wanted = true;
    if (!this.#off) this.#kept.start();
  }

  #unwant(): void {
    this.#wanted = false;
    this.#endRecording();
  }

  #endRecording(): void {
    this.#kept.stop();
    if (this.#session !== undefined) this.#end(this.#session, 'SIGTERM');
  }

  #record(): void {
    let route: Route;
    let recording: Recording;
    try {
      route = this.#routing.resolve();
      recording = this.#startRecorder(route);
    } catch (error) {
      // Without free file descriptors there are no pipes, and node-record-lpcm16 throws.
      const trouble = error instanceof DeviceMissing ? 'missing' : 'no recorder';
      this.#trouble(trouble, error instanceof Error ? error.message : String(error));
      return;
    }
    if (route.identity !== this.#mix.of) {
      this.#mix = { of: route.identity, mix: new StereoMix() };
      this.#reportedOpposite = false;
    }
    this.#framer.restart(route.channels === 2 ? this.#mix.mix : undefined);
    const { process: child } = recording;
    const exit = Promise.withResolvers<void>();
    const session: Session = {
      recording,
      route,
      rate: new RateWatch(),
      exited: exit.promise,
      printed: '',
      heard: false,
      heardAtMs: this.#clock.now(),
      over: false,
      suspectMs: undefined,
      cancelWatch: () => {},
    };
    this.#session = session;

    recording.stream().on('error', () => {}); // a string, at every end; the exit gives the reason
    recording.stream().on('data', (chunk) => this.#heard(session, chunk));
    child.stderr.on('data', (text) => {
      session.printed = keepEnd(session.printed, text.toString());
    });
    for (const pipe of [child.stdin, child.stderr]) pipe.on('error', () => {});
    child.on('error', (error) => {
      exit.resolve();
      this.#ended(session, 'no recorder', error.message);
    });
    child.on('exit', (code, signal) => {
      exit.resolve();
      const report = () => {
        const detail = lastError(session.printed) || `arecord ended (${signal ?? `code ${code}`})`;
        this.#ended(session, exitTrouble(code, session.printed), detail);
      };
      const cancel = this.#clock.after(LAST_WORDS_MS, report);
      child.once('close', () => {
        cancel();
        report();
      });
    });
    this.#watch(session);
  }

  /** A card was added or removed: tries again at once, or moves to the card that is now chosen. */
  #cardsChanged(): void {
    if (!this.#wanted || this.#off) return;
    const session = this.#session;
    if (session === undefined) {
      this.#kept.tryAgain();
      return;
    }
    const missing = this.#missing();
    if (missing !== undefined) {
      this.#end(session, 'SIGKILL');
      this.#trouble('missing', missing);
    } else if (this.#routing.resolve().identity !== session.route.identity) {
      this.#end(session, 'SIGTERM');
      this.#kept.start();
    }
  }

  /** Why there is no device now, undefined when there is one. */
  #missing(): string | undefined {
    try {
      this.#routing.resolve();
      return undefined;
    } catch (error) {
      return error instanceof DeviceMissing ? error.message : undefined;
    }
  }

  #heard(session: Session, chunk: Buffer): void {
    if (session.over) return;
    const now = this.#clock.now();
    session.heardAtMs = now;
    if (!session.heard) {
      session.heard = true;
      this.#kept.works();
      session.cancelWatch();
      this.#watch(session);
    }
    if (!this.#hasRightRate(session, chunk, now)) return;
    const frames = this.#framer.push(chunk, now);
    this.#works();
    for (const frame of frames) this.#listener?.frame(frame);
  }

  #works(): void {
    const opposite = this.#mix.mix.opposite;
    if (!this.#troubled && this.#reportedOpposite === opposite) return;
    this.#troubled = false;
    this.#reportedOpposite = opposite;
    this.#listener?.state({ kind: 'working', ...(opposite ? { detail: OPPOSITE } : {}) });
  }

  /** Whether the rate is right as far as known; after a wrong rate, whether it is certainly right. */
  #hasRightRate(session: Session, chunk: Buffer, nowMs: number): boolean {
    if (session.rate === undefined) return true;
    const knownHz = session.rate.push(chunk.length / 2 / (session.route.channels ?? 1), nowMs);
    if (knownHz === undefined) return !this.#wrongRate;
    session.rate = undefined;
    this.#wrongRate = knownHz !== CAPTURE_RATE_HZ;
    if (!this.#wrongRate) return true;
    this.#end(session, 'SIGTERM');
    const detail = `it records at ${knownHz} Hz, not at ${CAPTURE_RATE_HZ}: write "plughw:…" in microphone.device`;
    this.#failed('wrong format', detail);
    return false;
  }

  /** Uses one timer, not one for each chunk. */
  #watch(session: Session): void {
    const limitMs = session.heard ? STALL_MS : OPEN_MS;
    const dueInMs = session.heardAtMs + limitMs - this.#clock.now();
    session.cancelWatch = this.#clock.after(Math.max(dueInMs, LOOK_AGAIN_MS), () => {
      const silentMs = this.#clock.now() - session.heardAtMs;
      if (silentMs < limitMs || session.heardAtMs !== session.suspectMs) {
        session.suspectMs = silentMs < limitMs ? undefined : session.heardAtMs;
        this.#watch(session);
        return;
      }
      this.#end(session, 'SIGKILL'); // a stopped or hanging process does not react to SIGTERM
      this.#failed('stalled', `no sound from arecord for ${Math.round(silentMs)} ms`);
    });
  }

  #ended(session: Session, trouble: MicrophoneTrouble, detail: string): void {
    if (session.over) return;
    this.#end(session, 'SIGKILL');
    this.#failed(trouble, detail);
  }

  /** An unplugged card causes various errors: a missing device is reported instead. */
  #failed(trouble: MicrophoneTrouble, detail: string): void {
    const missing = this.#missing();
    if (missing === undefined) this.#trouble(trouble, detail);
    else this.#trouble('missing', missing);
  }

  #trouble(trouble: MicrophoneTrouble, detail: string): void {
    this.#troubled = true;
    const retryInMs = this.#kept.failed();
    this.#listener?.state({ kind: 'trouble', trouble, detail, retryInMs });
  }

  /** Ends the recorder. */
  #end(session: Session, signal: 'SIGTERM' | 'SIGKILL'): void {
    session.over = true;
    session.cancelWatch();
    if (this.#session === session) this.#session = undefined;
    const { process: child } = session.recording;
    // A recorder whose wrapper is killed alone ends at its next write.
    child.stdout.destroy();
    child.stderr.resume();
    if (signal === 'SIGTERM') session.recording.stop();
    else child.kill('SIGKILL');
    const cancel = this.#clock.after(END_MS, () => child.kill('SIGKILL'));
    this.#kept.release(session.exited.then(cancel));
  }
}

function exitTrouble(code: number | null, printed: string): MicrophoneTrouble {
  if (code !== null && NO_PROGRAM.includes(code)) return 'no recorder';
  if (WRONG_FORMAT.test(printed)) return 'wrong format';
  return alsaTrouble(printed) ?? 'ended';
}
