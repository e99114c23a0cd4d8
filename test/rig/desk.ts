import type { Recording } from './real/recording.ts';

/**
 * A counter as the people at it know it: buttons to press, lights to see, somewhere to speak, something to hear.
 * There are two: `virtual/` simulates the devices in virtual time; `real/` runs the real programs on virtual devices.
 * Scenarios are written against this, and run on both.
 *
 * All times are milliseconds of the desk's own clock (`now`).
 */
export interface Desk {
  /** Virtual time, or the monotonic clock. */
  now(): number;
  /** Lets time pass until then; at once when it is over. */
  passes(untilMs: number): Promise<void>;

  /** @returns when the level of its line had changed */
  press(button: string): number;
  /** @returns when the level of its line had changed */
  release(button: string): number;
  /** Whether an LED is lit now. */
  led(name: string): boolean;
  /** The next change of an LED that fits and was not returned before. @throws Error after `timeoutMs` */
  nextLed(fits?: (change: LedChange) => boolean, timeoutMs?: number): Promise<LedChange>;
  /** The latest changes of the LEDs, oldest first. */
  ledChanges(): readonly LedChange[];
  /** Until an LED is lit, or dark. @throws Error after `timeoutMs` */
  untilLed(name: string, lit: boolean, timeoutMs?: number): Promise<void>;

  /** Somebody speaks into the microphone: 16 kHz samples, or a WAV file of any rate. */
  speak(sound: Int16Array | string): Speech;
  /** All that comes out of the loudspeaker. */
  readonly recorder: Ear;
  /** What came out of the loudspeaker, all or between two moments. */
  recording(fromMs?: number, toMs?: number): Recording;

  readonly gpio: GpioHeader;
  readonly microphone: RecordingDevice;
  readonly loudspeaker: PlayingDevice;

  /** Ends everything. May be called more than once. */
  stop(): Promise<void>;
}

/** The lines of buttons and LEDs. */
export interface GpioHeader {
  /** Takes the GPIO away or brings it back. */
  setPresent(present: boolean): void;
  /** A contact that bounces: `edges` changes, evenly over `withinMs`. @returns when it settles */
  bounce(button: string, edges: number, withinMs: number): number;
  /** The level of any line now, driven by either end. @param line BCM number */
  level(line: number): 0 | 1;
}

export interface LedChange {
  /** Undefined for a line that the desk has no name for. */
  readonly name: string | undefined;
  /** BCM number. */
  readonly line: number;
  readonly lit: boolean;
  /** When the line changed, not when it was read. */
  readonly atMs: number;
}

/** Somebody is speaking into the microphone. */
export interface Speech {
  /** When the first sample reached the microphone; resolves while it plays. */
  readonly began: Promise<number>;
  /** Resolves when the last sample has been played. */
  readonly ended: Promise<{ readonly beganMs: number; readonly endedMs: number }>;
  /** Falls silent in mid-word; `ended` then resolves with the moment. */
  stop(): void;
}

/** Listens to the loudspeaker. Sound before `afterMs`, usually the moment of the test's own action, does not count. */
export interface Ear {
  /** When the next sound began. @throws Error after `timeoutMs` */
  nextSound(wait: { readonly afterMs: number; readonly timeoutMs?: number }): Promise<number>;
  /** Until it has been silent for `forMs`. @returns when the silence began. @throws Error after `timeoutMs` */
  nextSilence(
    forMs: number,
    wait: { readonly afterMs: number; readonly timeoutMs?: number },
  ): Promise<number>;
}

/**
 * What can be wrong with a sound device. `busy`: in use by another program; opening fails, what is open continues.
 * `gone`: unplugged; opening fails, what is open ends. `stalled`: hung; reading and writing block without an error.
 */
export type DeviceFault = 'busy' | 'gone' | 'stalled';

/** The same for a microphone. `muted`: recording continues, and every sample is zero. */
export type MicrophoneFault = DeviceFault | 'muted';

/** A sound device, to be broken and repaired while it is used. */
export interface SoundDevice<Fault = DeviceFault> {
  break(fault: Fault): void;
  repair(): void;
}

export interface RecordingDevice extends SoundDevice<MicrophoneFault> {
  /** As if alsa-utils was not installed: no recorder can be started. */
  uninstall(): void;
  install(): void;
  /** Process ids of the recorders that run, the oldest first. */
  recorders(): number[];
  /** SIGKILL ends the recorders, SIGSTOP makes them hang, SIGCONT makes them continue. @returns how many there were */
  signal(signal: NodeJS.Signals): number;
}

export interface PlayingDevice extends SoundDevice {
  /** Process ids of the players that run, the oldest first. */
  players(): number[];
  /** SIGKILL ends the players, SIGSTOP makes them hang, SIGCONT makes them continue. @returns how many there were */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): number;
}

/** What can be wrong with a disk. `full`: no more than a beginning is added; `read-only`: nothing can be changed. */
export type DiskFault = 'full' | 'read-only';
