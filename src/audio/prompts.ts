import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { nearestLanguage, sameLanguage } from '../kiosk/languages.ts';
import { PROMPTS, type Prompt } from '../kiosk/shown/sounds.ts';
import { PLAYBACK_RATE_HZ } from './loudspeaker/loudspeaker.ts';
import { concat } from './pcm/concat.ts';
import { recordingFault } from './pcm/faults.ts';
import { resample } from './pcm/resample.ts';
import { readWav } from './pcm/wav.ts';
import { promptFileName, promptOfFileName, readPromptFile, type SpokenPrompt } from './prompt-files.ts';

/** The recordings of the prompts, at PLAYBACK_RATE_HZ. */
export interface Prompts {
  /**
   * The prompt in each of the languages that there is a recording of, one after the other.
   * @param languages BCP-47
   * @returns mono, 16-bit; undefined when there is a recording in none of them
   */
  sound(prompt: Prompt, languages: readonly string[]): Int16Array | undefined;
}

/** The longest recording of a prompt, in seconds: people should not wait longer. */
const LONGEST_SECONDS = 10;

/** Between two languages, so that the second is not heard as the end of the first. */
const PAUSE = new Int16Array((250 * PLAYBACK_RATE_HZ) / 1000);

/** Recordings by prompt and by language. */
type Recordings = ReadonlyMap<Prompt, Map<string, Int16Array>>;

/** The recordings of a folder, in memory. */
export class LoadedPrompts implements Prompts {
  /** Files that can't be used or have a fault: each with what is wrong and what to do. */
  readonly problems: readonly string[];
  readonly #recordings: Recordings;

  constructor(recordings: Recordings, problems: readonly string[]) {
    this.#recordings = recordings;
    this.problems = problems;
  }

  sound(prompt: Prompt, languages: readonly string[]): Int16Array | undefined {
    const sounds = withoutRepeats(languages).flatMap(
      (language) => this.heard(prompt, language)?.samples ?? [],
    );
    if (sounds.length === 0) return undefined;
    return concat(sounds.flatMap((samples, i) => (i === 0 ? [samples] : [PAUSE, samples])));
  }

  /** The prompts that are missing for these languages (BCP-47). */
  missing(languages: readonly string[]): SpokenPrompt[] {
    return PROMPTS.flatMap((prompt) =>
      withoutRepeats(languages)
        .filter((language) => this.heard(prompt, language) === undefined)
        .map((language) => ({ prompt, language })),
    );
  }

  /**
   * The recording for a language (BCP-47), which may be that of another region.
   * @returns its own language and its sound: mono, 16-bit, PLAYBACK_RATE_HZ; undefined when there is none
   */
  heard(
    prompt: Prompt,
    language: string,
  ): { readonly language: string; readonly samples: Int16Array } | undefined {
    const there = this.#recordings.get(prompt);
    const nearest = nearestLanguage(language, [...(there?.keys() ?? [])]);
    const samples = nearest === undefined ? undefined : there?.get(nearest);
    return nearest === undefined || samples === undefined ? undefined : { language: nearest, samples };
  }
}

/**
 * Reads the recordings of a folder: WAV files named "one-moment.de.wav", "not-available.pt-BR.wav". Never
 * fails: what can't be used is among the problems, and where there is no folder there are no recordings.
 */
export async function loadPrompts(folder: string): Promise<LoadedPrompts> {
  const recordings = new Map(PROMPTS.map((prompt) => [prompt, new Map<string, Int16Array>()]));
  const problems: string[] = [];
  for (const name of await wavFiles(folder, problems)) {
    const file = path.join(folder, name);
    const spoken = promptOfFileName(name);
    if (spoken === undefined) {
      problems.push(`${file}: is not named as prompts are, like "one-moment.de.wav"; rename it`);
      continue;
    }
    const ofPrompt = recordings.get(spoken.prompt);
    if (ofPrompt?.has(spoken.language)) {
      problems.push(`${file}: says what ${promptFileName(spoken)} says; remove one of them`);
      continue;
    }
    try {
      const { samples, fault } = await recording(file);
      ofPrompt?.set(spoken.language, samples);
      if (fault !== undefined) problems.push(`${file}: ${fault}`);
    } catch (error) {
      problems.push(`${file}: ${(error as Error).message}`);
    }
  }
  return new LoadedPrompts(recordings, problems);
}

async function wavFiles(folder: string, problems: string[]): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /^[^.].*\.wav$/i.test(name)).toSorted();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') problems.push(`${folder}: cannot be read: ${message}; see prompts.folder`);
    return [];
  }
}

/** A recording at PLAYBACK_RATE_HZ, as loud as it is, and what is wrong with it. @throws Error which says why there is none */
async function recording(file: string): Promise<{ samples: Int16Array; fault: string | undefined }> {
  const { samples, sampleRate } = readWav(await readPromptFile(file));
  const seconds = samples.length / sampleRate;
  if (seconds > LONGEST_SECONDS) {
    throw new Error(`lasts ${seconds.toFixed(1)} s; a prompt has at most ${LONGEST_SECONDS} s, shorten it`);
  }
  const fault = recordingFault(samples, sampleRate);
  if (fault?.useless === true) throw new Error(fault.what);
  return { samples: resample(samples, sampleRate, PLAYBACK_RATE_HZ), fault: fault?.what };
}

/** Each language once, even if it is listed with several regions. */
function withoutRepeats(languages: readonly string[]): string[] {
  return languages.filter((language, i) => languages.findIndex((one) => sameLanguage(one, language)) === i);
}
