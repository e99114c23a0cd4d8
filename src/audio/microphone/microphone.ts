import type { Frame } from '../pcm/frame.ts';

/**
 * What can be wrong with a microphone. `missing`: no such device, or unplugged. `busy`: another program holds it.
 * `stalled`: the recorder runs and gives nothing. `wrong format`: it records at another rate than asked for, or can't
 * record as asked. `ended`: the recorder ended unasked. `no recorder`: the program `arecord` is not there or can't be
 * started.
 */
export type MicrophoneTrouble = 'missing' | 'busy' | 'stalled' | 'wrong format' | 'ended' | 'no recorder';

export type MicrophoneState =
  | {
      readonly kind: 'working';
      /** A remark for the journal. */
      readonly detail?: string;
    }
  | {
      readonly kind: 'trouble';
      readonly trouble: MicrophoneTrouble;
      /** The recorder's message, for the journal. */
      readonly detail: string;
      /** The time until it is opened again, in milliseconds. */
      readonly retryInMs: number;
    };

/** Its methods return at once and don't throw. */
export interface MicrophoneListener {
  /** In the order of capture; capture times never go back. */
  frame(frame: Frame): void;
  /**
   * At every change; `working` with the first sound of a recorder, so never before. After a wrong rate, when the rate is
   * known to be right.
   */
  state(state: MicrophoneState): void;
}

/**
 * `always`: it also records between presses, for the pre-roll. `pressed`: it records only between `open` and `close`. It
 * never records while it is off.
 */
export type Listen = 'always' | 'pressed';

/** A microphone that is kept open: trouble is reported, and it is opened again. Nothing throws. */
export interface Microphone {
  /** Once. With `always` it opens at once. */
  start(listener: MicrophoneListener): void;
  /** A press begins. With `always`, and when open already, nothing happens. */
  open(): void;
  /** The press, its tail included, is over. With `always` nothing happens. */
  close(): void;
  /**
   * Switches it off or on again, also before `start`. While it is off, no recorder runs: nothing is captured or reported,
   * and sound that an earlier recorder still delivers is dropped.
   */
  switchOff(off: boolean): void;
  /** Resolves when no process of it is left, within 1 s. Nothing is reported after it was called. */
  stop(): Promise<void>;
}
