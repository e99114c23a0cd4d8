import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promptOfFileName, readPromptFile, type SpokenPrompt } from '../../audio/prompt-files.ts';
import { nearestLanguage } from '../../kiosk/languages.ts';
import { recipeOf } from './mark.ts';

/** A file of the folder that is a recording of a prompt by its name. */
export interface Recording extends SpokenPrompt {
  /** Its name in the folder. */
  readonly name: string;
  /** From what we rendered it; undefined when it is the operator's own. */
  readonly recipe: string | undefined;
}

/** The recordings in a folder; none where there is no folder. @throws Error of the file system */
export async function recordingsIn(folder: string): Promise<Recording[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const recordings = names.toSorted().map(async (name) => {
    const spoken = promptOfFileName(name);
    if (spoken === undefined) return [];
    // What can't be read is not ours to touch.
    const file = await readPromptFile(path.join(folder, name)).catch(() => undefined);
    return [{ ...spoken, name, recipe: file === undefined ? undefined : recipeOf(file) }];
  });
  return (await Promise.all(recordings)).flat();
}

/** The recording that is heard when the prompt is to be said in this language. */
export function recordingFor(
  { prompt, language }: SpokenPrompt,
  recordings: readonly Recording[],
): Recording | undefined {
  const there = recordings.filter((recording) => recording.prompt === prompt);
  const nearest = nearestLanguage(
    language,
    there.map((recording) => recording.language),
  );
  return there.find((recording) => recording.language === nearest);
}
