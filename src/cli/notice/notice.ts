import { nearestLanguage } from '../../kiosk/languages.ts';
import type { Config } from '../../system/config/schema.ts';
import { WORDS, wordsOf } from '../../words/index.ts';
import { documentOf, INKS, type Paper, prose, sentences, spoken } from '../page/page.ts';

/** The notice, one page: in the languages of the guests, of the host, and English at least. */
export function notice(config: Config, all = false, paper: Paper = 'a4'): string {
  const { guest, guests, host } = config.languages;
  const there = Object.keys(wordsOf('notice'));
  const own = [guest, ...guests, ...host, 'en'].flatMap((code) => nearestLanguage(code, there) ?? []);
  const languages = [...new Set(all ? [...own, ...there] : own)];
  return documentOf({
    title: 'Dragoman: a machine interprets',
    language: 'en',
    paper,
    style: styleFor(languages.length),
    desk: config.desk.name,
    pages: [languages.map((language) => noticeIn(language, config)).join('\n')],
  });
}

function noticeIn(language: string, config: Config): string {
  const { name = '', notice } = WORDS[language] ?? {};
  if (notice === undefined) return '';
  const { machine, check, sent, staysHere, notStored, limits } = notice;
  const online = config.interpreters.engines.some((engine) => engine !== 'phrasebook');
  const goesTo = online ? sent.replace('{service}', serviceName(config)) : staysHere;
  return `<article ${spoken(language)}><h2>${prose(name)}</h2><h1>${prose(machine)}</h1><p>${prose(check)}</p><p>${prose(goesTo)}</p><p>${prose(sentences(notStored, limits))}</p></article>`;
}

/** Who receives the speech: Google, or the host that the configuration names. */
function serviceName({ service }: Config): string {
  const host = new URL(service.baseUrl).hostname;
  return /(?:^|\.)googleapis\.com$/.test(host) ? 'Google' : host;
}

/** The size of the print by the number of languages below each other, in points: on Letter, too, they fill a page. */
const SIZES = [23, 23, 20, 17, 14, 12];
/** In two columns, for all twelve. */
const SMALLEST = 9.8;

function styleFor(languages: number): string {
  const size = SIZES[languages - 1] ?? SMALLEST;
  const columns = size > SMALLEST ? 1 : 2;
  return `
.page { font-size: ${size}pt; display: grid; grid-template-columns: repeat(${columns}, 1fr); gap: 0 9mm; align-content: space-evenly; }
article { border-top: 0.3mm solid ${INKS.rule}; padding-top: 0.5em; }
h2 { font-size: 0.75em; font-weight: normal; color: ${INKS.grey}; }
h1 { font-size: 1.5em; line-height: 1.15; margin: 0.15em 0 0.35em; }
p { margin-top: 0.25em; text-wrap: pretty; }
`;
}
