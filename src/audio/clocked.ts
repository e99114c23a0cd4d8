/** Microphone and loudspeaker on a clock that someone drives: for storms and soaks, which need thousands of turns. */
import type { Clock } from '../time.ts';
import { PacedLoudspeaker, type PacedOptions } from './loudspeaker/paced.ts';
import type { Listen, Microphone, MicrophoneListener } from './microphone/microphone.ts';
import { FRAME_MS, FRAME_SAMPLES } from './pcm/frame.ts';

/**
 * The loudspeaker with all its rules, over a device that only exists in memory and plays by the clock.
 * @param heard gets what is played and when, mono, DEVICE_RATE_HZ
 */
export function clockedLoudspeaker(
  clock: Clock,
  options: Omit<PacedOptions, 'clock'> = {},
  heard: (samples: Int16Array, fedAtMs: number) => void = () => {},
): PacedLoudspeaker {
  const open = (listener: { ready(): void }) => {
    const cancel = clock.after(0, () => listener.ready());
    return {
      pid: undefined,
      waitingMs: 0,
      write: (samples: Int16Array) => heard(samples, clock.now()),
      end: async () => cancel(),
    };
  };
  return new PacedLoudspeaker({ latencyMs: 0, open, stop: async () => {} }, { ...options, clock });
}

/** A microphone that hears what it is told to, and silence otherwise: a frame every 20 ms of its clock. */
export class ClockedMicrophone implements Microphone {
  readonly #clock: Clock;
  readonly #listen: Listen;
  #listener: MicrophoneListener | undefined;
  #cancel: (() => void) | undefined;
  #said: Int16Array[] = [];

  constructor(clock: Clock, listen: Listen = 'always') {
    this.#clock = clock;
    this.#listen = listen;
  }

  /** Is heard from now on, or behind what is being said. Mono, CAPTURE_RATE_HZ. */
  say(samples: Int16Array): void {
    for (let at = 0; at < samples.length; at += FRAME_SAMPLES) {
      const frame = new Int16Array(FRAME_SAMPLES);
      frame.set(samples.subarray(at, at + FRAME_SAMPLES));
      this.#said.push(frame);
    }
  }

  start(listener: MicrophoneListener): void {
    this.#listener = listener;
    listener.state({ kind: 'working' });
    if (this.#listen === 'always') this.#run();
  }

  open(): void {
    if (this.#listen === 'pressed') this.#run();
  }

  close(): void {
    if (this.#listen === 'pressed') this.#pause();
  }

  async stop(): Promise<void> {
    this.#listener = undefined;
    this.#pause();
  }

  #run(): void {
    if (this.#cancel !== undefined || this.#listener === undefined) return;
    const next = (startMs: number) => {
      this.#cancel = this.#clock.after(startMs + FRAME_MS - this.#clock.now(), () => {
        next(startMs + FRAME_MS);
        const samples = this.#said.shift() ?? new Int16Array(FRAME_SAMPLES);
        this.#listener?.frame({ samples, capturedAtMs: startMs });
      });
    };
    next(this.#clock.now());
  }

  #pause(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
