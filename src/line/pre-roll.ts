import { FRAME_MS, type Frame, frameEndMs } from '../audio/pcm/frame.ts';
import { levelDbfs } from '../audio/pcm/level.ts';

export interface PreRollSettings {
  /** How much of the latest sound is kept, in milliseconds, 0 or more. */
  readonly keepMs: number;
  /** The room's noise is taken from the frames of the last so many milliseconds. */
  readonly noiseWindowMs: number;
}

/**
 * 300 ms before a press, so that no first syllable is lost, and as much again for a gate that passes sound before the first
 * speech. Three seconds of noise include pauses of people who talk in the background.
 */
export const DEFAULT_PRE_ROLL: PreRollSettings = { keepMs: 600, noiseWindowMs: 3000 };

/**
 * The 20th percentile of the recent levels is the level of the room: talk and clatter are louder, and no single quiet
 * frame decides.
 */
const ROOM_PERCENTILE = 0.2;
/** Fewer frames than this say nothing about a room: 200 ms. */
const FEWEST_LEVELS = 10;

/** The most that can be kept, in milliseconds: 640 kB, and longer than an answer takes. */
export const MOST_KEPT_MS = 20_000;

/** The sound just before now, and how loud the room has been. In memory only, never more than its windows. */
export class PreRoll {
  readonly #keepMs: number;
  /** The number of frames that are kept. */
  #most: number;
  /** Oldest first. */
  #frames: Frame[] = [];
  /** A ring: the level measured as number n is at n modulo its length. */
  readonly #levels: Float64Array;
  /** Levels measured since the beginning. */
  #measured = 0;

  constructor(settings: PreRollSettings = DEFAULT_PRE_ROLL) {
    this.#keepMs = settings.keepMs;
    this.#most = framesIn(settings.keepMs);
    this.#levels = new Float64Array(Math.max(FEWEST_LEVELS, framesIn(settings.noiseWindowMs)));
  }

  /** The next frame, in the order of capture. Masked frames are left out. */
  push(frame: Frame): void {
    this.#frames.push(frame);
    if (this.#frames.length > this.#most) this.#frames.shift();
    this.#levels[this.#measured++ % this.#levels.length] = levelDbfs(frame.samples);
  }

  /**
   * Sets how much is kept from now on: in a conversation, people speak before the next turn begins.
   * @param ms 0 to MOST_KEPT_MS; the setting if left out
   */
  keep(ms: number = this.#keepMs): void {
    this.#most = framesIn(Math.min(ms, MOST_KEPT_MS));
    this.#frames.splice(0, Math.max(0, this.#frames.length - this.#most));
  }

  /** The frames that are kept, oldest first. @param sinceMs leaves out frames that end at or before this capture time */
  frames(sinceMs = Number.NEGATIVE_INFINITY): Frame[] {
    return this.#frames.filter((frame) => frameEndMs(frame) > sinceMs);
  }

  /** Level of the room in dB relative to full scale; undefined before there are 200 ms of sound. */
  noiseDbfs(): number | undefined {
    const count = Math.min(this.#measured, this.#levels.length);
    if (count < FEWEST_LEVELS) return undefined;
    return this.#levels.slice(0, count).sort()[Math.floor(count * ROOM_PERCENTILE)];
  }

  /** Drops the sound, and keeps the level of the room. */
  clear(): void {
    this.#frames = [];
  }
}

function framesIn(ms: number): number {
  return Math.ceil(ms / FRAME_MS);
}
