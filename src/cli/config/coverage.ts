import { readdir } from 'node:fs/promises';
import { promptOfFileName } from '../../audio/prompt-files.ts';
import { targetCode } from '../../interpreters/live/translate/target.ts';
import { heardIn } from '../../interpreters/phrasebook/sides.ts';
import type { Engine } from '../../kiosk/engines.ts';
import { languageName, sameLanguage } from '../../kiosk/languages.ts';
import { PROMPTS } from '../../kiosk/shown/sounds.ts';
import { wordsFor } from '../../kiosk/wording.ts';
import { type Book, BookError } from '../../phrasebook/book/book.ts';
import { loadDeskBook } from '../../phrasebook/book/own-book.ts';
import { type Remark, warning } from '../../system/config/finding.ts';
import type { Config } from '../../system/config/schema.ts';
import { promptsFolder } from '../../system/paths.ts';
import { where } from '../text.ts';

/** A language of the desk, and what supports it. */
export interface Coverage {
  /** Where it is configured. */
  readonly path: readonly PropertyKey[];
  readonly language: string;
  readonly side: 'host' | 'guest';
  /** An engine with the network interprets it; `untried`: the service may, and lists it nowhere. */
  readonly service: 'yes' | 'no' | 'untried';
  /** The device's own sentences can be rendered, or are recorded. */
  readonly prompts: boolean;
  readonly card: boolean;
  /** A line on the sheet for guests. */
  readonly sheet: boolean;
  /** It has phrases, which can be recognised; a voice alone does not count. */
  readonly phrasebook: boolean;
}

/** What supports each language of a desk, and warnings about what is missing. */
export async function coverageOf(
  config: Config,
): Promise<{ readonly coverage: readonly Coverage[]; readonly remarks: readonly Remark[] }> {
  const recorded = await recordedIn(promptsFolder(config));
  const { book, remarks } = await bookOf(config);
  const withPhrases = heardIn(book);
  const coverage = namedLanguages(config).map((named): Coverage => {
    const { language } = named;
    return {
      ...named,
      service: serviceOf(language, config.interpreters.engines),
      prompts:
        wordsFor('prompts', language) !== undefined || recorded.some((code) => sameLanguage(code, language)),
      card: wordsFor('card', language) !== undefined,
      sheet: wordsFor('sheet', language) !== undefined,
      phrasebook: withPhrases.some((code) => code === book.codeOf(language)),
    };
  });
  return { coverage, remarks: [...remarks, ...coverage.flatMap((one, i) => lacking(one, i === 0, config))] };
}

/** Of the languages of the service, its list for Live Translate is the longest that is published. */
function serviceOf(language: string, engines: readonly Engine[]): Coverage['service'] {
  if (engines.every((engine) => engine === 'phrasebook')) return 'no';
  if (targetCode(language) !== undefined) return 'yes';
  return engines.some((engine) => engine === 'dialogue' || engine === 'cascade') ? 'untried' : 'no';
}

function namedLanguages({ languages: { host, guest, guests } }: Config) {
  const all = [
    ...host.map((language, i) => ({
      language,
      side: 'host' as const,
      path: host.length === 1 ? ['languages', 'host'] : ['languages', 'host', i],
    })),
    { language: guest, side: 'guest' as const, path: ['languages', 'guest'] },
    ...guests.map((language, i) => ({ language, side: 'guest' as const, path: ['languages', 'guests', i] })),
  ];
  return all.filter(({ language }, i) => all.findIndex((one) => one.language === language) === i);
}

/** @param isFirst the host's first language is that of the card */
function lacking(
  { language, path, side, service, prompts, card, sheet, phrasebook }: Coverage,
  isFirst: boolean,
  { interpreters }: Config,
): readonly Remark[] {
  const missing = [
    ...where(!prompts, 'no spoken prompts (tones stand in; your own recordings: dragoman prompts list)'),
    ...where(!card && isFirst, 'no card (dragoman card --language has others)'),
    ...where(!sheet && side === 'guest', 'no line on the sheet'),
    ...where(
      !phrasebook && interpreters.engines.includes('phrasebook'),
      'no phrases in the phrasebook (docs/operator/phrasebook.md)',
    ),
  ];
  const name = languageName(language);
  const sentences = [
    ...where(service === 'untried', `${name} is in no list of the service's languages: try it`),
    ...where(
      service === 'no' && interpreters.engines.includes('translate'),
      `${name} is not translated by the engine translate: needs dialogue or cascade as well`,
    ),
    ...where(missing.length > 0, `${name} has ${missing.join(', ')}`),
  ];
  return sentences.map((sentence) => warning(path, sentence));
}

/** The languages in which every prompt is recorded, by the names of the files. */
async function recordedIn(folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder).catch(() => [])).flatMap((name) => promptOfFileName(name) ?? []);
  const languages = [...new Set(files.map(({ language }) => language))];
  return languages.filter((language) =>
    PROMPTS.every((prompt) => files.some((file) => file.prompt === prompt && file.language === language)),
  );
}

async function bookOf({ phrasebook: { file } }: Config): Promise<{ book: Book; remarks: Remark[] }> {
  try {
    return { book: await loadDeskBook(file), remarks: [] };
  } catch (error) {
    if (!(error instanceof BookError)) throw error;
    const sentence = `${file} can't be used, and the built-in phrases stand in: dragoman phrasebook check says why`;
    return { book: await loadDeskBook(undefined), remarks: [warning(['phrasebook', 'file'], sentence)] };
  }
}
