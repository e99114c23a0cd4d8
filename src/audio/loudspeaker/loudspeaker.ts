import type { Cue } from '../../kiosk/shown/sounds.ts';

/** The rate of the sound to play, in Hz: that of the Live API's output and of the phrasebook's speech. */
export const PLAYBACK_RATE_HZ = 24_000;
/** The rate for ALSA, in Hz: every USB and HDMI loudspeaker supports it. */
export const DEVICE_RATE_HZ = 48_000;

/**
 * What can be wrong with a loudspeaker. `missing`: no such device. `busy`: another program holds it. `gone`: it was
 * lost while it was open. `died`: the player ended unasked. `stalled`: the player or the device takes nothing.
 * `no player`: the program or the addon is not there or can't be loaded.
 */
export type LoudspeakerTrouble = 'missing' | 'busy' | 'gone' | 'died' | 'stalled' | 'no player';

export type LoudspeakerState =
  | { readonly kind: 'working' }
  | {
      readonly kind: 'trouble';
      readonly trouble: LoudspeakerTrouble;
      /** The player's message, for the journal. */
      readonly detail: string;
      /** The time until it is opened again, in milliseconds. */
      readonly retryInMs: number;
    };

/**
 * Its methods return at once and don't throw. Times are milliseconds on the monotonic clock, at the loudspeaker:
 * computed from what was fed and the latency of the output. Some lie up to 100 ms ahead.
 */
export interface LoudspeakerListener {
  /** The first sample of a playback is heard at `atMs`. Once a playback. */
  playing(playback: number, atMs: number): void;
  /** All of a playback has been heard, the last of it at `atMs`. */
  drained(playback: number, atMs: number): void;
  /** Sound came too late, or the device was away: `ms` of silence inside a playback. Reported when it continues. */
  gap(playback: number, ms: number): void;
  /**
   * The device was away for too long: `unheardMs` of the playback were not heard, nor will what is still written.
   * Of `drained` and `lost` one comes at most; none after `silence`, or when another playback has begun.
   */
  lost(playback: number, unheardMs: number): void;
  /** The loudspeaker sounds (translation or cue) from `startMs` on; reported again with the end as soon as that is known. */
  interval(startMs: number, endMs: number | undefined): void;
  /** At every change. */
  state(state: LoudspeakerState): void;
}

/** The playback of one translation. Calls after `silence` or a newer `begin` are ignored. */
export interface Playback {
  readonly id: number;
  /** Mono, 16-bit, PLAYBACK_RATE_HZ, in pieces of any length. The caller must not change them afterwards. */
  write(samples: Int16Array): void;
  /** No more sound follows. */
  end(): void;
}

/** Counted since the start. */
export interface LoudspeakerFigures {
  /** Size of the cushion now: sound that is gathered before a playback starts or continues, in milliseconds. */
  readonly cushionMs: number;
  readonly gaps: number;
  /** Of all gaps together, in milliseconds. */
  readonly gapMs: number;
  /** How often the player was lost: it died or hung, or its device was removed. */
  readonly losses: number;
}

/** A loudspeaker that is kept open: trouble is reported, and it is opened again. Nothing throws. */
export interface Loudspeaker {
  /** Once. Opens the device and keeps it open. */
  start(listener: LoudspeakerListener): void;
  /** A new playback replaces the one before it. Sound of that one that was not yet fed is dropped. */
  begin(): Playback;
  /** Stops all sound at once and drops the queue. Silent within 15 ms and the output's latency. */
  silence(): void;
  /** Plays a cue now, mixed into other sound. It is dropped if there is no device within 300 ms: later it is useless. */
  cue(name: Cue): void;
  /** 0 (silent) to 100 (as it came), evenly spaced to the ear. Acts within 80 ms. */
  setVolume(percent: number): void;
  readonly figures: LoudspeakerFigures;
  /** Silence, and resolves when no process of it is left, within 1 s. Nothing is reported after it was called. */
  stop(): Promise<void>;
}
