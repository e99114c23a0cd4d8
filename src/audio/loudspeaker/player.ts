import type { Route } from '../alsa/devices.ts';
import type { LoudspeakerTrouble } from './loudspeaker.ts';

/** Its methods return at once and don't throw. */
export interface OutputListener {
  /** The device is open: sound is taken from now on. Once. */
  ready(): void;
  /** The output can no longer be used. Called once, as the last call; never after `end`. */
  failed(trouble: LoudspeakerTrouble, detail: string): void;
}

/** An open device. */
export interface Output {
  /** Its process, if there is one. */
  readonly pid: number | undefined;
  /** Mono, 16-bit, DEVICE_RATE_HZ. Ignored before `ready`. */
  write(samples: Int16Array): void;
  /** Written sound that the player has not taken yet, in milliseconds, as far as known. */
  readonly waitingMs: number;
  /** The greatest age of that figure, in milliseconds. 0 if left out. */
  readonly waitingAgeMs?: number;
  /** Ends it without playing the rest. Resolves when the device is free. */
  end(): Promise<void>;
}

/** A way to play: opens outputs, one at a time. */
export interface Player {
  /** From feeding an idle output to the sound, in milliseconds. */
  readonly latencyMs: number;
  /**
   * Opens the device; the output before it must have ended. Calls no listener before it returns.
   * @throws when not even a process can be started
   */
  open(listener: OutputListener, route: Route): Output;
  /** Ends spare processes. */
  stop(): Promise<void>;
}
