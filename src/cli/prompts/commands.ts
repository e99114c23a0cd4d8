import { PLAYBACK_RATE_HZ } from '../../audio/loudspeaker/loudspeaker.ts';
import { promptFileName } from '../../audio/prompt-files.ts';
import { type LoadedPrompts, loadPrompts } from '../../audio/prompts.ts';
import { PROMPTS } from '../../kiosk/shown/sounds.ts';
import { configurationAt } from '../../system/config/load.ts';
import { deskLanguages } from '../../system/config/schema.ts';
import { promptsFolder } from '../../system/paths.ts';
import { EXIT } from '../exit.ts';
import type { Result } from '../outside.ts';
import { recordingFor, recordingsIn } from './inventory.ts';
import { preparePrompts } from './prepare.ts';

export interface PromptsOptions {
  readonly config?: string;
  readonly folder?: string;
}

/** `dragoman prompts prepare`. @throws ConfigError, MissingDependency, UsageError when the folder can't be written */
export async function promptsPrepare(options: PromptsOptions): Promise<Result> {
  const { folder, languages } = await desk(options);
  const { prompts, problems } = await preparePrompts(folder, languages);
  const count = (outcome: string) => prompts.filter((prompt) => prompt.outcome === outcome).length;
  const unusable = (await loadPrompts(folder)).problems;
  return {
    exitCode: problems.length === 0 ? EXIT.ok : EXIT.unable,
    stdout: `${folder}: ${count('rendered')} rendered, ${count('unchanged')} unchanged, ${count('own')} of your own\n`,
    stderr: lines([...problems, ...unusable].map((problem) => `dragoman: ${problem}`)),
  };
}

/** `dragoman prompts list`: what is heard for each prompt and language. @throws ConfigError */
export async function promptsList(options: PromptsOptions): Promise<Result> {
  const { folder, languages } = await desk(options);
  const loaded = await loadPrompts(folder);
  const rows = await table(folder, languages, loaded);
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return {
    exitCode: EXIT.ok,
    stdout: `${folder}\n${lines(
      rows.map((row) =>
        row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd(),
      ),
    )}`,
    stderr: lines(loaded.problems.map((problem) => `dragoman: ${problem}`)),
  };
}

async function table(
  folder: string,
  languages: readonly string[],
  loaded: LoadedPrompts,
): Promise<string[][]> {
  const recordings = await recordingsIn(folder).catch(() => []); // then among the problems of `loaded`
  const rows = PROMPTS.flatMap((prompt) =>
    languages.map((language) => {
      const heard = loaded.heard(prompt, language);
      if (heard === undefined) {
        const unusable = recordingFor({ prompt, language }, recordings)?.name;
        const name = unusable ?? promptFileName({ prompt, language });
        return [prompt, language, unusable === undefined ? 'missing' : 'unusable', '', name];
      }
      const file = recordings.find((one) => one.prompt === prompt && one.language === heard.language);
      const state = file?.recipe === undefined ? "operator's own" : 'prepared';
      const seconds = (heard.samples.length / PLAYBACK_RATE_HZ).toFixed(1);
      return [prompt, language, state, seconds, file?.name ?? ''];
    }),
  );
  return [['prompt', 'language', 'state', 'seconds', 'file'], ...rows];
}

async function desk({ config: file, folder }: PromptsOptions) {
  const config = await configurationAt(file);
  return { folder: folder ?? promptsFolder(config), languages: deskLanguages(config) };
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
