/** The files of the spoken prompts: their names, and safe reading. */

import { readRegularFile } from '../base/regular-file.ts';
import { PROMPTS, type Prompt } from '../kiosk/shown/sounds.ts';

/** A prompt in a language (BCP-47, canonical). */
export interface SpokenPrompt {
  readonly prompt: Prompt;
  readonly language: string;
}

/**
 * 10 s (more is no prompt) of stereo at 192 kHz and 32 bits: what is larger is not even read, since
 * the daemon has better uses for its memory. In bytes.
 */
const LARGEST_FILE_BYTES = 16 * 2 ** 20;

/** "one-moment.de.wav". */
export function promptFileName({ prompt, language }: SpokenPrompt): string {
  return `${prompt.replaceAll(' ', '-')}.${language}.wav`;
}

/** What a file of this name holds. @returns undefined when it is no name of a prompt */
export function promptOfFileName(name: string): SpokenPrompt | undefined {
  const [words = '', code = '', extension, ...rest] = name.split('.');
  const prompt = PROMPTS.find((known) => known.replaceAll(' ', '-') === words);
  if (prompt === undefined || extension !== 'wav' || rest.length > 0) return undefined;
  try {
    return { prompt, language: new Intl.Locale(code).toString() };
  } catch {
    return undefined;
  }
}

/** Reads a file that may be a recording. @throws Error which says why it can't be one */
export async function readPromptFile(file: string): Promise<Uint8Array> {
  return readRegularFile(file, LARGEST_FILE_BYTES, 'followed');
}
