import type { Route } from '../alsa/devices.ts';
import type { LoudspeakerTrouble } from './loudspeaker.ts';

/** Its methods return at once and don't throw. */
export interface OutputListener {
  /** The device is open: sound is taken from now on. Once. */
  ready(): void;
  /** The output is of no more use, whatever the reason. Once, and nothing after it; not after `end`. */
  failed(trouble: LoudspeakerTrouble, detail: string): void;
}

/** One open device, as long as it lasts. */
export interface Output {
  /** Its process, if there is one. */
  readonly pid: number | undefined;
  /** Mono, 16-bit, DEVICE_RATE_HZ. Ignored before `ready`. */
  write(samples: Int16Array): void;
  /** Sound that was written and that the player has not taken yet, in milliseconds, as far as it can be seen. */
  readonly waitingMs: number;
  /** How old that may be, in milliseconds: what was written since then may have been taken. 0 if left out. */
  readonly waitingAgeMs?: number;
  /** Ends it without playing what it has. Resolves when the device is free. */
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
  /** Ends what was kept in reserve. */
  stop(): Promise<void>;
}
