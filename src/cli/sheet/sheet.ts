import { languageName, nearestLanguage } from '../../kiosk/languages.ts';
import { configurationAt } from '../../system/config/load.ts';
import { hasTwoTalkButtons } from '../../system/config/panel.ts';
import type { Config } from '../../system/config/schema.ts';
import { WORDS, wordsOf } from '../../words/index.ts';
import type { Outside } from '../outside.ts';
import { documentOf, INKS, type Paper, prose, sentences, spoken } from '../page/page.ts';
import { type PrintOptions, printDocument } from '../page/print.ts';
import { PURPOSE, strip } from './scenes.ts';

/** `dragoman sheet`: a page for guests, how to speak. @throws UsageError @throws ConfigError */
export async function sheetCommand(
  options: PrintOptions,
  outside: Pick<Outside, 'stdout' | 'stderr'>,
): Promise<void> {
  const config = await configurationAt(options.config);
  const { guest, guests } = config.languages;
  const missing = [...new Set([guest, ...guests])].filter((code) => lineFor(code) === undefined);
  if (missing.length > 0)
    outside.stderr.write(`dragoman: the sheet has no line in ${missing.map(languageName).join(', ')}\n`);
  await printDocument('sheet', sheet(config, options.paper), options, outside);
}

/** The sheet of a desk, one page. */
export function sheet(config: Config, paper: Paper = 'a4'): string {
  const lines = sheetLanguages(config).map((language) => lineIn(language, config));
  return documentOf({
    title: 'Dragoman: how to speak',
    language: 'en',
    paper,
    style: styleOn(paper),
    desk: config.desk.name,
    pages: [
      `${PURPOSE}\n${strip(config.turn.mode, hasTwoTalkButtons(config.panel) ? 2 : 1)}\n<ul>\n${lines.join('\n')}\n</ul>`,
    ],
  });
}

/** All languages with a line, those of the desk first: guests', then host's. */
export function sheetLanguages({ languages: { guest, guests, host } }: Config): readonly string[] {
  const own = [guest, ...guests, ...host].flatMap((code) => lineFor(code) ?? []);
  return [...new Set([...own, ...Object.keys(wordsOf('sheet'))])];
}

function lineFor(language: string): string | undefined {
  return nearestLanguage(language, Object.keys(wordsOf('sheet')));
}

function lineIn(language: string, { turn }: Config): string {
  const { name = '', sheet, notice } = WORDS[language] ?? {};
  if (sheet === undefined || notice === undefined) return '';
  return `<li ${spoken(language)}><span>${prose(name)}</span><p><b>${prose(sheet[turn.mode])}</b>${prose(sheet.wait)}<br>${prose(sentences(notice.machine, notice.notStored))}</p></li>`;
}

const styleOn = (paper: Paper) => `
.purpose { height: ${paper === 'a4' ? 18 : 15}mm; }
.strip { height: ${paper === 'a4' ? 73 : 64}mm; margin: 3mm auto; }
svg { display: block; margin: 0 auto; flex: none; stroke-linecap: round; stroke-linejoin: round; }
.number { fill: ${INKS.accent}; }
.number text { fill: ${INKS.white}; font-size: 19px; font-weight: bold; text-anchor: middle; }
.held { fill: ${INKS.white}; stroke: ${INKS.accent}; stroke-width: 6; }
ul { list-style: none; flex: 1; display: flex; flex-direction: column; }
li { flex: 1; display: flex; align-items: center; gap: 3mm; border-top: 0.2mm solid ${INKS.rule}; }
li span { flex: 0 0 24mm; font-size: 11pt; color: ${INKS.grey}; }
li p { font-size: 8.7pt; line-height: 1.13; color: ${INKS.grey}; }
/* Arabic letters are smaller. */
li p:lang(ar) { font-size: 9.6pt; }
li b { display: block; font-size: 17pt; line-height: 1.1; color: ${INKS.black}; }
`;
