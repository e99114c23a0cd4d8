/** How words are pronounced, in IPA, by the program espeak-ng. */

import { execFileSync } from 'node:child_process';
import { childEnvironment } from '../../base/child-environment.ts';
import { MissingDependency } from '../libraries.ts';

/**
 * The IPA of each word. By the program, once for all words, and not by the library's espeak_TextToPhonemes: that
 * one reads beyond its memory in espeak-ng 1.52 (Debian 13) and ends the process now and then.
 * @param voice of espeak-ng: "es", "en-us"
 * @throws MissingDependency when the program or the voice is not installed
 */
export function ipaOf(words: readonly string[], voice: string): ReadonlyMap<string, string> {
  if (words.length === 0) return new Map();
  // An empty line ends a clause, so each word stands for itself.
  const lines = said(words.join('\n\n'), voice);
  if (lines.length === words.length) return new Map(words.map((word, i) => [word, lines[i] as string]));
  return new Map(words.map((word) => [word, said(word, voice).join(' ')]));
}

function said(text: string, voice: string): string[] {
  let output: string;
  try {
    output = execFileSync('espeak-ng', ['-q', '--ipa', '-v', voice], {
      input: `${text}\n`,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
      env: childEnvironment(),
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new MissingDependency('the program espeak-ng is not installed; run: apt-get install espeak-ng');
    }
    if ((error as { status?: unknown }).status === 1) {
      throw new MissingDependency(
        `espeak-ng has no voice "${voice}"; "espeak-ng --voices" lists those it has`,
      );
    }
    throw error;
  }
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
