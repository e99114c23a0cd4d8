import { DOUBLE_RATE_LAG, DoubleRate } from '../pcm/double-rate.ts';
import { Cushion } from './cushion.ts';
import { type LoudspeakerListener, PLAYBACK_RATE_HZ } from './loudspeaker.ts';
import { Mixer } from './mixer.ts';
import { SampleQueue } from './sample-queue.ts';

/**
 * The player is fed this far ahead of the clock, in milliseconds: enough for a busy event loop, and short enough for a
 * change of volume or a cue to be heard soon.
 */
export const FEED_AHEAD_MS = 80;
/** How often it is fed while it plays, in milliseconds. */
const TICK_MS = 20;
/** Silence after the last sound, in milliseconds: pushes it out of the resampler and of aplay's last period. */
const END_TAIL_MS = 30;
/** The same when more may follow: as short as possible. It is fed when this little is left to play. */
const DRY_TAIL_MS = 10;
const DRY_MARGIN_MS = 6;
/** A loudspeaker that was silent for this time, in milliseconds, may cut off the beginning of a sound. */
const ASLEEP_AFTER_MS = 2000;
/** From the kill of a player to silence, in milliseconds: at most (measured, beyond the output's own latency). */
const KILL_TO_SILENCE_MS = 15;
/** How long a playback waits for its device, in milliseconds; a translation that comes later confuses. */
export const PATIENCE_MS = 2000;
/**
 * A cue waits this long for a player, in milliseconds: enough for the next player after a silence, not for a missing
 * device.
 */
const CUE_PATIENCE_MS = 300;
/** Differences below this, in milliseconds, are rounding. */
const ROUNDING_MS = 1;

const PER_MS = PLAYBACK_RATE_HZ / 1000;

export interface PacerSettings {
  /** Silence before a sound after some seconds without any, in milliseconds. */
  readonly leadInMs: number;
  /** From feeding an idle player to the sound, in milliseconds. */
  readonly outputLatencyMs: number;
}

interface Playing {
  readonly id: number;
  readonly begunMs: number;
  readonly queue: SampleQueue;
  /** Pieces that came since it began or ran dry. */
  pieces: number;
  /** The cushion is filled: it is fed as it comes. */
  flowing: boolean;
  ended: boolean;
  /** Its queue was empty when it was last fed: a gap is the network's. */
  ranEmpty: boolean;
  /** When the last of it that was fed ends, on the player's time line; undefined before its first sample. */
  untilMs: number | undefined;
  gaps: number;
}

/**
 * The queue and the clock of the loudspeaker: it decides what to feed when, and reports to the listener. It has no process
 * and no timer: time comes with the calls and must not go back. Call `pull` after each other call, and when `dueInMs` says.
 */
export class Pacer {
  readonly #listener: Omit<LoudspeakerListener, 'state'>;
  readonly #settings: PacerSettings;
  readonly #cushion = new Cushion();
  readonly #mixer = new Mixer();
  readonly #doubleRate = new DoubleRate();
  #nextId = 1;
  #playing: Playing | undefined;
  #ready = false;
  #awaySinceMs = 0;
  /** The player sounds, or is about to: what was fed lasts until `#fedUntilMs`. */
  #running = false;
  #fedUntilMs = Number.NEGATIVE_INFINITY;
  #leadInSamples = 0;
  /** When the last cue was asked for. */
  #cueMs = Number.NEGATIVE_INFINITY;
  #tailFed = true;
  /** Of the sound itself, without lead-in and tail. */
  #heardFromMs: number | undefined;
  #heardUntilMs = Number.NEGATIVE_INFINITY;
  #gaps = 0;
  #gapMs = 0;

  constructor(listener: Omit<LoudspeakerListener, 'state'>, settings: PacerSettings) {
    this.#listener = listener;
    this.#settings = settings;
  }

  get figures() {
    return { cushionMs: this.#cushion.ms, gaps: this.#gaps, gapMs: this.#gapMs };
  }

  /** @returns the new playback's number */
  begin(nowMs: number): number {
    const id = this.#nextId++;
    this.#playing = {
      id,
      begunMs: nowMs,
      queue: new SampleQueue(2 * FEED_AHEAD_MS * PER_MS),
      pieces: 0,
      flowing: false,
      ended: false,
      ranEmpty: false,
      untilMs: undefined,
      gaps: 0,
    };
    return id;
  }

  write(id: number, samples: Int16Array): void {
    const playing = this.#playing;
    if (playing?.id !== id || playing.ended) return;
    playing.queue.push(samples);
    playing.pieces++;
  }

  end(id: number): void {
    if (this.#playing?.id === id) this.#playing.ended = true;
  }

  cue(samples: Int16Array, nowMs: number): void {
    this.#mixer.start(samples);
    this.#cueMs = nowMs;
  }

  set gain(gain: number) {
    this.#mixer.gain = gain;
  }

  /** A player takes sound from now on. */
  deviceReady(nowMs: number): void {
    this.#ready = true;
    if (nowMs - this.#cueMs > CUE_PATIENCE_MS) this.#mixer.clear();
  }

  /** The player was lost with sound that it had not yet played: the next player gets that sound. */
  deviceLost(nowMs: number): void {
    const playing = this.#playing;
    if (playing?.untilMs !== undefined && playing.untilMs > nowMs) {
      playing.queue.putBack(Math.ceil((playing.untilMs - nowMs) * PER_MS));
      playing.untilMs = nowMs;
      playing.ranEmpty = false;
    }
    this.#away(nowMs);
  }

  /**
   * Drops all sound.
   * @returns whether the player still has some: then it must be ended, and `deviceReady` called for the next one
   */
  silence(nowMs: number): boolean {
    this.#playing = undefined;
    this.#mixer.clear();
    if (!this.#running || this.#fedUntilMs + this.#settings.outputLatencyMs <= nowMs) return false;
    this.#away(nowMs);
    return true;
  }

  #away(nowMs: number): void {
    const silentMs = nowMs + KILL_TO_SILENCE_MS;
    this.#heardUntilMs = Math.min(this.#heardUntilMs, silentMs);
    this.#endRun();
    this.#mixer.clear();
    this.#doubleRate.reset();
    if (this.#ready) this.#awaySinceMs = nowMs;
    this.#ready = false;
  }

  /**
   * The sound to feed now: mono, DEVICE_RATE_HZ. Undefined when there is none.
   * @param waitingMs fed sound that the player has certainly not taken yet, in milliseconds
   */
  pull(nowMs: number, waitingMs = 0): Int16Array | undefined {
    this.#postponeEnd(nowMs, waitingMs);
    this.#noticeEnd(nowMs);
    if (!this.#ready) {
      this.#losePatience(nowMs);
      return undefined;
    }
    const block = this.#nextBlock(nowMs);
    const tail = this.#tail(nowMs);
    if (this.#running && this.#tailFed && this.#fedUntilMs <= nowMs) this.#endRun();
    const length = (block?.length ?? 0) + tail;
    if (length === 0) return undefined;
    const sound = new Int16Array(length);
    if (block !== undefined) sound.set(block);
    return this.#doubleRate.next(sound);
  }

  /** The time until `pull` is due again, in milliseconds; undefined when it is due only after another call. */
  dueInMs(nowMs: number): number | undefined {
    const playing = this.#playing;
    if (!this.#ready) return playing === undefined ? undefined : TICK_MS;
    if (!this.#running) return playing?.ended === true ? TICK_MS : undefined;
    // Look again just before the player runs dry.
    return Math.min(TICK_MS, Math.max(1, this.#fedUntilMs - DRY_MARGIN_MS - nowMs));
  }

  /** If the player has not yet taken the end of a playback, the end is heard later than computed. */
  #postponeEnd(nowMs: number, waitingMs: number): void {
    const playing = this.#playing;
    if (!this.#running || waitingMs === 0 || playing?.untilMs === undefined) return;
    if (!playing.ended || playing.queue.length > 0) return;
    const lateMs = nowMs + waitingMs - this.#fedUntilMs;
    if (lateMs < ROUNDING_MS) return;
    playing.untilMs += lateMs;
    this.#fedUntilMs += lateMs;
    this.#heardUntilMs += lateMs;
  }

  /** A playback that has been heard, or that has nothing more to play. */
  #noticeEnd(nowMs: number): void {
    const playing = this.#playing;
    if (playing === undefined || playing.queue.length > 0) return;
    const heardMs = playing.untilMs === undefined ? nowMs : playing.untilMs + this.#settings.outputLatencyMs;
    if (playing.ended) {
      if (heardMs > nowMs) return;
      this.#playing = undefined;
      if (playing.gaps === 0 && playing.untilMs !== undefined) this.#cushion.wentWell();
      this.#listener.drained(playing.id, heardMs);
    } else if (playing.flowing && playing.untilMs !== undefined && playing.untilMs <= nowMs) {
      playing.flowing = false;
      playing.pieces = 0;
    }
  }

  #losePatience(nowMs: number): void {
    const playing = this.#playing;
    if (playing === undefined || playing.queue.length === 0) return;
    if (nowMs - Math.max(this.#awaySinceMs, playing.begunMs) < PATIENCE_MS) return;
    this.#playing = undefined;
    this.#listener.lost(playing.id, playing.queue.length / PER_MS);
  }

  /** The next piece at PLAYBACK_RATE_HZ, as much as the feed-ahead leaves room for. */
  #nextBlock(nowMs: number): Int16Array | undefined {
    const playing = this.#playing;
    if (playing !== undefined && !playing.flowing && playing.queue.length > 0) {
      playing.flowing = playing.ended || this.#cushion.filled(playing.queue.length / PER_MS, playing.pieces);
    }
    const speech = playing?.flowing === true ? playing.queue.length : 0;
    const sounding = Math.max(speech, this.#mixer.remaining);
    if (sounding === 0) return undefined;
    if (this.#running && this.#fedUntilMs < nowMs) this.#endRun();
    if (!this.#running) this.#startRun(nowMs);
    const room = Math.floor((nowMs + FEED_AHEAD_MS - this.#fedUntilMs) * PER_MS);
    const leadIn = Math.min(room, this.#leadInSamples);
    const length = Math.min(room, leadIn + sounding);
    if (length <= 0) return undefined;
    const block = new Int16Array(length);
    this.#leadInSamples -= leadIn;
    this.#fedUntilMs += leadIn / PER_MS;
    this.#tailFed = false;
    if (length === leadIn) return block;

    const sound = block.subarray(leadIn);
    const taken = speech > 0 ? (playing as Playing).queue.take(sound) : 0;
    if (taken > 0) this.#spoke(playing as Playing, taken);
    this.#mixer.mix(sound);
    if (this.#heardFromMs === undefined) {
      this.#heardFromMs = this.#fedUntilMs; // the output may have no latency
      this.#listener.interval(this.#heardFromMs, undefined);
    }
    this.#fedUntilMs += sound.length / PER_MS;
    this.#heardUntilMs = this.#fedUntilMs + this.#settings.outputLatencyMs;
    return block;
  }

  /** Speech goes to the player at `#fedUntilMs`. */
  #spoke(playing: Playing, samples: number): void {
    const atMs = this.#fedUntilMs;
    if (playing.untilMs === undefined) {
      this.#listener.playing(playing.id, atMs + this.#settings.outputLatencyMs);
    } else if (atMs > playing.untilMs + ROUNDING_MS) {
      const gapMs = atMs - playing.untilMs;
      playing.gaps++;
      this.#gaps++;
      this.#gapMs += gapMs;
      if (playing.ranEmpty) this.#cushion.ranDry(gapMs);
      this.#listener.gap(playing.id, gapMs);
    }
    playing.untilMs = atMs + samples / PER_MS;
    playing.ranEmpty = playing.queue.length === 0 && !playing.ended;
  }

  /** Samples of silence that are due after the sound. */
  #tail(nowMs: number): number {
    const playing = this.#playing;
    if (!this.#running || this.#tailFed || this.#mixer.remaining > 0) return 0;
    if (playing?.flowing === true && playing.queue.length > 0) return 0;
    const more = playing !== undefined && playing.untilMs !== undefined && !playing.ended;
    if (more && this.#fedUntilMs - nowMs > DRY_MARGIN_MS) return 0;
    const samples = Math.max(DOUBLE_RATE_LAG, (more ? DRY_TAIL_MS : END_TAIL_MS) * PER_MS);
    this.#tailFed = true;
    this.#fedUntilMs = Math.max(this.#fedUntilMs, nowMs) + samples / PER_MS;
    return samples;
  }

  #startRun(nowMs: number): void {
    const asleep = nowMs - this.#heardUntilMs > ASLEEP_AFTER_MS;
    this.#running = true;
    this.#fedUntilMs = nowMs;
    this.#leadInSamples = asleep ? Math.round(this.#settings.leadInMs * PER_MS) : 0;
    this.#mixer.settle();
  }

  #endRun(): void {
    if (this.#heardFromMs !== undefined) this.#listener.interval(this.#heardFromMs, this.#heardUntilMs);
    this.#heardFromMs = undefined;
    this.#running = false;
    this.#tailFed = true;
    this.#leadInSamples = 0;
  }
}
