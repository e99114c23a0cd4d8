import { WORDING_LANGUAGES, type WordingLanguage, wordingLanguage } from '../../kiosk/wording.ts';
import { configurationAt } from '../../system/config/load.ts';
import { hostLanguage } from '../../system/config/schema.ts';
import { UsageError } from '../exit.ts';
import type { Outside } from '../outside.ts';
import { svg } from '../page/svg.ts';
import { written } from '../page/written.ts';
import { cardContent } from './content.ts';
import { layout } from './layout.ts';

export interface CardOptions {
  /** A BCP-47 code; else the host's language of the configuration. */
  readonly language?: string;
  /** Else the installed one, else the defaults. */
  readonly config?: string;
  /** Else the standard output. */
  readonly out?: string;
}

/** `dragoman card`: the page that hangs beside the device. @throws UsageError @throws ConfigError */
export async function cardCommand(
  { language, config, out }: CardOptions,
  { stdout }: Pick<Outside, 'stdout'>,
): Promise<void> {
  const asked = language ?? hostLanguage(await configurationAt(config));
  const known = wordingLanguage(asked);
  if (known === undefined) {
    const whose = language === undefined ? ` (languages.host); --language chooses another` : '';
    throw new UsageError(`there is no card in "${asked}"${whose}; there is ${WORDING_LANGUAGES.join(', ')}`);
  }
  await written(out, card(known), stdout);
}

/** The card as an SVG document of one A4 page. */
export function card(language: WordingLanguage): string {
  const content = cardContent(language);
  return svg(layout(content), language, `Dragoman: ${content.words.title}`);
}
