import { FRAME_MS, type Frame } from '../pcm/frame.ts';

export const NO_SOUND = 'it delivers no sound, every sample is the same: is it muted?';

/** It is reported after this time with a talk button held, in milliseconds, over one or several presses. */
const BELIEVED_MS = 3000;

/**
 * Detects a microphone that delivers no sound: all samples are equal. In a working one at least the last bit changes. But
 * some deliver zeros while nobody speaks, so only presses count.
 */
export class FlatLine {
  #value: number | undefined;
  #pressedMs = 0;
  #flat = false;

  /**
   * @param pressed a talk button is held
   * @returns true when there is no sound, false when there is again; undefined when nothing is new
   */
  push({ samples }: Frame, pressed: boolean): boolean | undefined {
    const value = this.#value;
    if (samples.some((sample) => sample !== value)) {
      const wasFlat = this.#flat;
      this.#value = samples.at(-1);
      this.#pressedMs = 0;
      this.#flat = false;
      return wasFlat ? false : undefined;
    }
    if (pressed) this.#pressedMs += FRAME_MS;
    if (this.#pressedMs < BELIEVED_MS) return undefined;
    this.#pressedMs = 0; // reported once; another press may report it again
    this.#flat = true;
    return true;
  }
}
