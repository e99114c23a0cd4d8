import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findingText } from '../../src/system/config/finding.ts';
import { ConfigError, readConfig, understood } from '../../src/system/config/load.ts';

/** What is in a configuration file, and the one sentence that helps. */
export type Mistake = readonly [name: string, content: string | Uint8Array, sentence: string];

/** All that is said of a configuration file, by the name of x.toml. @param folder where it may lie */
export async function saidOf(content: string | Uint8Array, folder: string): Promise<string> {
  const file = path.join(folder, 'x.toml');
  await writeFile(file, content);
  try {
    const { findings } = understood(await readConfig(file));
    return findings.map((finding) => findingText(finding, 'x.toml')).join('\n');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.replace(file, 'x.toml');
  }
}

/** A line in its table. */
export const turn = (line: string) => `[turn]\n${line}\n`;
export const kiosk = (line: string) => `[kiosk]\n${line}\n`;
export const languages = (line: string) => `[languages]\n${line}\n`;
export const buttons = (line: string) => `[panel.buttons]\n${line}\n`;
export const leds = (line: string) => `[panel.leds]\n${line}\n`;
