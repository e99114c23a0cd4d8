import { type Files, isThere, REAL_FILES } from '../../base/files.ts';
import { replaceFile } from '../../base/replace-file.ts';
import { findingText } from './finding.ts';
import { CONFIG_FILE, ConfigError, parseConfig, readConfig, understood, usable } from './load.ts';
import { type Config, defaultConfig } from './schema.ts';

/** The last valid configuration of an installed device. */
const INSTALLED = '/var/lib/dragoman/state/last-good.toml';

export interface FoundConfiguration {
  readonly config: Config;
  /** What is wrong with the file, line by line, where the last one that was valid holds in its place. */
  readonly problems: readonly string[];
  /** What looks wrong with the file that holds, line by line. */
  readonly warnings: readonly string[];
  /**
   * Keeps it as the last one that was valid; writes only where another is kept.
   * @throws Error of the file system
   */
  remember(files?: Files): Promise<void>;
}

/**
 * The configuration to run with: that of the file, or the installed one if there is any, or the defaults. Where the
 * file has errors, the last one that was valid.
 * @param file in place of the installed one
 * @param kept where the last valid one is kept; without it, that of the installed configuration, and none of a file
 *   that was named: two of them must not take each other's place
 * @throws ConfigError with every error of the file, when there is no last one that was valid
 */
export async function configurationToRun(
  file: string | undefined,
  kept: string | undefined,
  installed: { readonly config: string; readonly kept: string } = { config: CONFIG_FILE, kept: INSTALLED },
): Promise<FoundConfiguration> {
  const own = file ?? ((await isThere(installed.config)) ? installed.config : undefined);
  const none = { problems: [], warnings: [], remember: async () => {} };
  if (own === undefined) return { ...none, config: defaultConfig() };
  const keptAt = kept ?? (file === undefined ? installed.kept : undefined);
  try {
    const text = await readConfig(own);
    const read = understood(text);
    return {
      config: usable(read, own),
      problems: [],
      warnings: read.findings.map((finding) => findingText(finding, own)),
      remember: (files) => keep(keptAt, text, files),
    };
  } catch (error) {
    if (!(error instanceof ConfigError) || keptAt === undefined) throw error;
    const config = await lastGood(keptAt);
    if (config === undefined) throw error;
    return { ...none, config, problems: error.message.split('\n') };
  }
}

/**
 * It may have been right for a later release, which was rolled back or is damaged; what that one has added is left out.
 * @returns undefined where none is kept, or one that this release does not understand
 */
async function lastGood(file: string): Promise<Config | undefined> {
  try {
    return parseConfig(await readConfig(file, 'refused'), file, 'left out');
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

async function keep(file: string | undefined, text: string, files: Files = REAL_FILES): Promise<void> {
  if (file === undefined) return;
  const before = await readConfig(file, 'refused', files).catch(() => undefined);
  if (before !== text) await replaceFile(file, text, { file: 0o644, folder: 0o755 }, files);
}
