import { Option } from 'commander';
import { PLAYBACK_RATE_HZ } from '../../../audio/loudspeaker/loudspeaker.ts';
import { promptFileName } from '../../../audio/prompt-files.ts';
import { type LoadedPrompts, loadPrompts } from '../../../audio/prompts.ts';
import { EXIT } from '../../../base/errors.ts';
import { PROMPTS } from '../../../kiosk/shown/sounds.ts';
import { configurationAt } from '../../../system/config/load.ts';
import { deskLanguages } from '../../../system/config/schema.ts';
import { promptsFolder } from '../../../system/paths.ts';
import { CONFIG, type Common, type Definition, JSON_OUTPUT } from '../../command.ts';
import type { Io } from '../../io.ts';
import { recordingFor, recordingsIn } from '../../prompts/inventory.ts';
import { preparePrompts } from '../../prompts/prepare.ts';
import { table } from '../../text.ts';

interface Options extends Common {
  readonly folder?: string;
}

const OPTIONS = [
  JSON_OUTPUT,
  CONFIG,
  new Option('--folder <folder>', 'the folder, in place of what the configuration says'),
];

export const command: Definition = {
  commands: {
    prepare: {
      summary:
        "render the prompts with espeak-ng in the desk's languages; recordings of your own are left alone",
      options: OPTIONS,
      examples: { 'sudo dragoman prompts prepare': 'after the languages have changed' },
      exits: { unable: 'some prompts cannot be rendered, or espeak-ng is missing' },
      run: prepare,
    },
    list: {
      summary: "print what is heard for each prompt in each of the desk's languages",
      options: OPTIONS,
      examples: { 'dragoman prompts list': 'which recordings are used, and which are missing' },
      run: list,
    },
  },
};

/** @throws ConfigError, MissingDependency, UsageError when the folder can't be written */
async function prepare(io: Io, options: Options): Promise<void> {
  const { folder, languages } = await desk(options);
  const { prompts, problems } = await preparePrompts(folder, languages);
  const counted = (outcome: string) => prompts.filter((prompt) => prompt.outcome === outcome).length;
  const [rendered, unchanged, own] = [counted('rendered'), counted('unchanged'), counted('own')];
  const all = [...problems, ...(await loadPrompts(folder)).problems];
  io.report(
    { folder, rendered, unchanged, own, problems: all },
    `${folder}: ${rendered} rendered, ${unchanged} unchanged, ${own} of your own\n`,
  );
  for (const problem of all) io.warn(problem);
  if (problems.length > 0) io.exitCode = EXIT.unable;
}

async function list(io: Io, options: Options): Promise<void> {
  const { folder, languages } = await desk(options);
  const loaded = await loadPrompts(folder);
  const prompts = await heardOf(folder, languages, loaded);
  const rows = prompts.map(({ prompt, language, state, seconds, file }) => [
    prompt,
    language,
    state,
    seconds?.toFixed(1) ?? '',
    file ?? '',
  ]);
  io.report(
    { folder, prompts, problems: loaded.problems },
    `${folder}\n${table([['prompt', 'language', 'state', 'seconds', 'file'], ...rows])}`,
  );
  for (const problem of loaded.problems) io.warn(problem);
}

/** What is heard for each prompt and language. */
async function heardOf(folder: string, languages: readonly string[], loaded: LoadedPrompts) {
  const recordings = await recordingsIn(folder).catch(() => []); // then among the problems of `loaded`
  return PROMPTS.flatMap((prompt) =>
    languages.map((language) => {
      const heard = loaded.heard(prompt, language);
      if (heard === undefined) {
        const unusable = recordingFor({ prompt, language }, recordings)?.name;
        const state = unusable === undefined ? 'missing' : 'unusable';
        const file = unusable ?? promptFileName({ prompt, language });
        return { prompt, language, state, seconds: null, file };
      }
      const file = recordings.find((one) => one.prompt === prompt && one.language === heard.language);
      const state = file?.recipe === undefined ? "operator's own" : 'prepared';
      const seconds = heard.samples.length / PLAYBACK_RATE_HZ;
      return { prompt, language, state, seconds, file: file?.name ?? null };
    }),
  );
}

async function desk({ config: file, folder }: Options) {
  const config = await configurationAt(file);
  return { folder: folder ?? promptsFolder(config), languages: deskLanguages(config) };
}
