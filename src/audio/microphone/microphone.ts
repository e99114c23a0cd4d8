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
      /** What is odd about it, if anything, for the journal. */
      readonly detail?: string;
    }
  | {
      readonly kind: 'trouble';
      readonly trouble: MicrophoneTrouble;
      /** What the recorder said, for the journal. */
      readonly detail: string;
      /** It is opened again after so many milliseconds. */
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
 * `always`: it runs into the pre-roll. `pressed`: only between `open` and `close`; nothing is captured outside. Neither
 * while it is off.
 */
export type Listen = 'always' | 'pressed';

/** A microphone that is kept open: whatever happens to it is reported, and it is opened again. Nothing throws. */
export interface Microphone {
  /** Once. With `always` it opens at once. */
  start(listener: MicrophoneListener): void;
  /** A press begins. With `always`, and when open already, nothing happens. */
  open(): void;
  /** The press, its tail included, is over. With `always` nothing happens. */
  close(): void;
  /**
   * Switches it off or on again, also before `start`. Off, no recorder runs, whatever else is asked for: nothing is
   * captured, nothing is reported, and what an earlier recorder still delivers is dropped.
   */
  switchOff(off: boolean): void;
  /** Resolves when no process of it is left, within 1 s. Nothing is reported after it was called. */
  stop(): Promise<void>;
}
