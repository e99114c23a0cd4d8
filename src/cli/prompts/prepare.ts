import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PLAYBACK_RATE_HZ } from '../../audio/loudspeaker/loudspeaker.ts';
import { writeWav } from '../../audio/pcm/wav.ts';
import { promptFileName, type SpokenPrompt } from '../../audio/prompt-files.ts';
import { UsageError } from '../../base/errors.ts';
import { replaceFile } from '../../base/replace-file.ts';
import { PROMPTS } from '../../kiosk/shown/sounds.ts';
import type { PromptTexts } from '../../words/type.ts';
import { type Recording, recordingFor, recordingsIn } from './inventory.ts';
import { sha256, withMark } from './mark.ts';
import { ESPEAK, LEVEL_DBFS, type Speech } from './render.ts';
import { readVoices, textsForVoice, voiceFor } from './voices.ts';

/** Counts up when the rendering changes, so that what was rendered before is rendered again. */
const RENDERING = 1;

const MODES = { file: 0o644, folder: 0o755 };

/** What became of a prompt: `own` is a recording of the operator's, which is left alone. */
export type Outcome = 'rendered' | 'unchanged' | 'own';

/**
 * Renders the prompts into a folder, which is made where there is none.
 * @param languages BCP-47
 * @param textsOf what the prompts say in a language
 * @param speech what speaks them: espeak-ng
 * @returns the prompts, and as `problems` those that can't be rendered, and why
 * @throws MissingDependency without espeak-ng, UsageError when the folder can't be written
 */
export async function preparePrompts(
  folder: string,
  languages: readonly string[],
  textsOf: (language: string) => PromptTexts | undefined = textsForVoice,
  speech: Speech = ESPEAK,
) {
  const voices = readVoices(await speech.voices());
  const recordings = await inFolder(folder, async () => {
    await mkdir(folder, { recursive: true });
    return recordingsIn(folder);
  });
  const prompts: (SpokenPrompt & { readonly outcome: Outcome })[] = [];
  const problems: string[] = [];
  for (const language of new Set(languages)) {
    const texts = textsOf(language);
    const voice = voiceFor(language, voices);
    for (const prompt of PROMPTS) {
      const spoken = { prompt, language };
      const there = recordingFor(spoken, recordings);
      if (there !== undefined && there.recipe === undefined) {
        prompts.push({ ...spoken, outcome: 'own' });
      } else if (texts === undefined || voice === undefined) {
        const lack = texts === undefined ? 'there is no text' : 'espeak-ng has no voice';
        problems.push(`${language}: ${lack} for it; record "${prompt}" as ${promptFileName(spoken)}`);
      } else {
        try {
          const recipe = { text: texts[prompt], voice };
          prompts.push({ ...spoken, outcome: await render(folder, spoken, recipe, there, speech) });
        } catch (error) {
          if (error instanceof UsageError) throw error;
          problems.push(`${language}: "${prompt}" could not be spoken: ${(error as Error).message}`);
        }
      }
    }
  }
  return { prompts, problems };
}

async function render(
  folder: string,
  spoken: SpokenPrompt,
  { text, voice }: { readonly text: string; readonly voice: string },
  there: Recording | undefined,
  { speak }: Speech,
): Promise<Outcome> {
  const name = promptFileName(spoken);
  const recipe = sha256(JSON.stringify([RENDERING, LEVEL_DBFS, voice, text]));
  if (there?.name === name && there.recipe === recipe) return 'unchanged';
  const wav = writeWav(await speak(text, voice), PLAYBACK_RATE_HZ);
  // The daemon is to read what root has rendered, whatever its umask.
  await inFolder(folder, () => replaceFile(path.join(folder, name), withMark(wav, recipe), MODES));
  return 'rendered';
}

async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = (error as Error).message;
    throw new UsageError(`${folder} can't be written: ${reason}; run it as root, or choose another --folder`);
  }
}
