/** Recognises known sounds in what came out of the loudspeaker. */

import { fileURLToPath } from 'node:url';
import { cueSamples } from '../../src/audio/cues.ts';
import { PLAYBACK_RATE_HZ } from '../../src/audio/loudspeaker/loudspeaker.ts';
import { CAPTURE_RATE_HZ } from '../../src/audio/pcm/frame.ts';
import { resample } from '../../src/audio/pcm/resample.ts';
import { loadPrompts } from '../../src/audio/prompts.ts';
import { CUES, PROMPTS } from '../../src/kiosk/shown/sounds.ts';
import { between, forRecognition, peakAt, type Recording, stretches, whereIs } from './real/recording.ts';

/** A sound by its name; mono, PLAYBACK_RATE_HZ. */
export interface Known {
  readonly name: string;
  readonly samples: Int16Array;
}

export interface HeardSound {
  /** Undefined for one that is not known. */
  readonly name: string | undefined;
  readonly startMs: number;
  /** When it ended, or was cut off. */
  readonly endMs: number;
  /** To its end. */
  readonly whole: boolean;
}

/** The prompts of the checkout, as `dragoman prompts prepare` recorded them. */
export const RECORDED_PROMPTS = await loadPrompts(
  fileURLToPath(new URL('../../build/prompts', import.meta.url)),
);

/** The prompts and cues of a desk. @param languages of its prompts, BCP-47, in their order */
export function soundsOfDesk(languages: readonly string[]): Known[] {
  const prompts = PROMPTS.flatMap((prompt) => {
    const samples = RECORDED_PROMPTS.sound(prompt, languages);
    return samples === undefined ? [] : [{ name: `“${prompt} (${languages.join(', ')})”`, samples }];
  });
  return [...prompts, ...CUES.map((cue) => ({ name: `cue *${cue}*`, samples: cueSamples(cue) }))];
}

/** Longer silence than any within a known sound ends it, in milliseconds. */
const PAUSE_MS = 600;
/** The length of the beginning and of the end that are compared, in milliseconds. */
const COMPARED_MS = 250;
const ALIKE = 0.8;
/** How exactly the place of a sound is known, in milliseconds. */
const ABOUT_MS = 30;
/** Sound is softer in a recording than in its file. */
const SOFT = peakAt(-45);
const PER_MS = CAPTURE_RATE_HZ / 1000;

/** A known sound, ready to be looked for. */
interface Pattern {
  readonly name: string;
  readonly beginning: Int16Array;
  readonly ending: Int16Array;
  readonly lengthMs: number;
}

/** @returns finds the known sounds, and others, in a recording, in their order */
export function recogniser(known: readonly Known[]): (recording: Recording) => HeardSound[] {
  const patterns = known.map(patternOf);
  return (recording) => {
    /** Tells whether a sound begins there. */
    const hearsAt = (atMs: number) => {
      const part = between(recording, atMs - ABOUT_MS, atMs + COMPARED_MS + ABOUT_MS);
      const heard = { ...part, samples: forRecognition(part), rateHz: CAPTURE_RATE_HZ };
      return (sound: Int16Array) => whereIs(sound, CAPTURE_RATE_HZ, heard).likeness > ALIKE;
    };
    return stretches(recording, { bridgeMs: PAUSE_MS }).flatMap(({ startMs, endMs }) => {
      const sounds: HeardSound[] = [];
      for (let atMs = startMs; endMs - atMs > ABOUT_MS; ) {
        const hears = hearsAt(atMs);
        const found = patterns.find(({ beginning }) => hears(beginning));
        const dueMs = atMs + (found?.lengthMs ?? Number.POSITIVE_INFINITY);
        const overMs = Math.min(endMs, dueMs);
        const whole = found !== undefined && hearsAt(dueMs - found.ending.length / PER_MS)(found.ending);
        sounds.push({ name: found?.name, startMs: atMs, endMs: overMs, whole });
        // Right after it another one may begin.
        const [next] = stretches(between(recording, overMs + ABOUT_MS, endMs));
        atMs = next?.startMs ?? endMs;
      }
      return sounds;
    });
  };
}

function patternOf({ name, samples }: Known): Pattern {
  const sound = trimmed(resample(samples, PLAYBACK_RATE_HZ, CAPTURE_RATE_HZ));
  const compared = COMPARED_MS * PER_MS;
  return {
    name,
    beginning: sound.subarray(0, compared),
    ending: sound.subarray(-compared),
    lengthMs: sound.length / PER_MS,
  };
}

/** Without the silence around it. */
function trimmed(samples: Int16Array): Int16Array {
  const loud = (sample: number) => Math.abs(sample) > SOFT;
  return samples.subarray(samples.findIndex(loud), samples.findLastIndex(loud) + 1);
}
