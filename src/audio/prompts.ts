import type { Prompt } from '../kiosk/sounds.ts';

/** The recordings of the prompts, at PLAYBACK_RATE_HZ. */
export interface Prompts {
  /**
   * The prompt in each of the languages that there is a recording of, one after the other.
   * @param languages BCP-47
   * @returns mono, 16-bit; undefined when there is a recording in none of them
   */
  sound(prompt: Prompt, languages: readonly string[]): Int16Array | undefined;
}

/** No recordings: cues are heard in their place. */
export const NO_PROMPTS: Prompts = { sound: () => undefined };
