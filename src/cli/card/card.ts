import { UsageError } from '../../base/errors.ts';
import { nearestLanguage } from '../../kiosk/languages.ts';
import { configurationAt } from '../../system/config/load.ts';
import { type Config, hostLanguage } from '../../system/config/schema.ts';
import { wordsOf } from '../../words/index.ts';
import type { CardWords } from '../../words/type.ts';
import type { Outside } from '../outside.ts';
import { documentOf, fullStop, INKS, MARGINS, PAPERS, type Paper, prose, sentences } from '../page/page.ts';
import { type PrintOptions, printDocument } from '../page/print.ts';
import { type CardContent, cardContent, type FaultRow, type FaultRows, type Light } from './content.ts';
import { led, rhythm, SHOWN_MS } from './rhythm.ts';

export interface CardOptions extends PrintOptions {
  /** A BCP-47 code; else the host's language of the configuration. */
  readonly language?: string;
}

/** `dragoman card`: a page for those at the desk, and one for the technician. @throws UsageError @throws ConfigError */
export async function cardCommand(options: CardOptions, outside: Pick<Outside, 'stdout'>): Promise<void> {
  const config = await configurationAt(options.config);
  const wanted = options.language ?? hostLanguage(config);
  const cards = wordsOf('card');
  const language = nearestLanguage(wanted, Object.keys(cards));
  const words = language === undefined ? undefined : cards[language];
  if (language === undefined || words === undefined) {
    const whose = options.language === undefined ? ` (languages.host); --language chooses another` : '';
    const all = Object.keys(cards).join(', ');
    throw new UsageError(`there is no card in "${wanted}"${whose}; there is ${all}`);
  }
  await printDocument('card', card(language, words, config, options.paper), options, outside);
}

/** The card of a desk, two pages. @param language that of the words, a BCP-47 code */
export function card(language: string, words: CardWords, config: Config, paper: Paper = 'a4'): string {
  const content = cardContent(language, words, config);
  return documentOf({
    title: `Dragoman: ${words.title}`,
    language,
    paper,
    style: styleOf(content, paper),
    desk: config.desk.name,
    pages: [staffPage(words, content), technicianPage(words, content, fullStop(language))],
  });
}

function staffPage(words: CardWords, { use, buttons, lights, trouble }: CardContent): string {
  return [
    `<header><h1>${prose(words.title)}</h1>${contact(words)}</header>`,
    `<p class="use">${prose(sentences(...use))}</p>`,
    buttons.length === 0 ? '' : `<ul>${buttons.map((text) => `<li>${prose(text)}</li>`).join('')}</ul>`,
    lights.length === 0
      ? ''
      : `<h2>${prose(words.allWell)}</h2>\n<div class="lights">${lights.map(lightOf).join('\n')}</div>`,
    trouble.length === 0 ? '' : troubleTable(words, trouble),
  ].join('\n');
}

function contact({ contact, phone }: CardWords): string {
  return `<dl><dt>${prose(contact)}</dt><dd></dd><dt>${prose(phone)}</dt><dd></dd></dl>`;
}

function lightOf({ title, rows }: Light): string {
  const lines = rows.map(([look, says]) => `<li>${led(look)}${rhythm(look)}<span>${prose(says)}</span></li>`);
  return `<section><h3>${prose(title)}</h3><ol>${lines.join('\n')}</ol></section>`;
}

function troubleTable(words: CardWords, trouble: CardContent['trouble']): string {
  const rows = trouble.map(
    ({ look, name, means, doing }) =>
      `<tr><td>${led(look)}</td><td><b>${prose(name)}</b>${rhythm(look)}</td><td><b>${prose(means)}</b></td><td>${prose(doing)}</td></tr>`,
  );
  // Without the space, Arabic letters would join across the elements.
  return `<h2>${prose(words.trouble)} <small>${prose(words.troubleNote)}</small></h2>
<table><thead><tr><th>${prose(words.seconds)}</th><th>${scale()}</th><th>${prose(words.means)}</th><th>${prose(words.doing)}</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
}

/** The seconds above the rhythms. */
function scale(): string {
  const seconds = Array.from(
    { length: Math.floor(SHOWN_MS / 1000) + 1 },
    (_, second) => `<i style="inset-inline-start:${(second * 100_000) / SHOWN_MS}%">${second}</i>`,
  );
  return `<span class="scale">${seconds.join('')}</span>`;
}

function technicianPage(words: CardWords, { faults }: CardContent, stop: string): string {
  const marks = Object.entries(words.fixedBy).map(
    ([by, name]) => `<span>${fixedByMark(by)}${prose(name)}</span>`,
  );
  return `<header><h1>${prose(words.faults)}</h1></header>
<p class="note">${prose(words.faultsNote)}</p>
<p class="legend">${marks.join('')}</p>
<div class="faults">${faults.map((group) => faultsOf(group, stop)).join('\n')}</div>`;
}

function faultsOf({ look, name, rows }: FaultRows, stop: string): string {
  return `<h3>${led(look)}${prose(name)}</h3>\n${rows.map((row) => faultOf(row, stop)).join('\n')}`;
}

/** Title and hint run on: that takes the least paper. */
function faultOf({ id, title, hint, fixedBy }: FaultRow, stop: string): string {
  const text = hint === '' ? `<b>${prose(title)}</b>` : `<b>${prose(title)}${stop}</b>${prose(hint)}`;
  return `<p>${fixedByMark(fixedBy)}<b class="id">${id}</b><span>${text}</span></p>`;
}

/** Full: the desk. Hollow: the technician. A dash: it passes. */
function fixedByMark(by: string): string {
  return `<i class="mark ${by}"></i>`;
}

/**
 * The size of the print on the first page, in points, by what stands on it: lines that a row of each kind takes, and those
 * of all headings. Found by printing the fullest desk in German. Not so large that what a light says takes two lines, unless
 * that would make it small.
 */
function staffSize({ use, buttons, lights, trouble }: CardContent, paper: Paper): number {
  const lightLines = lights.reduce((lines, { rows }) => lines + rows.length + 1, 0) / 2;
  const lines = 13 + 1.4 * use.length + 1.1 * buttons.length + 1.5 * lightLines + 2.7 * trouble.length;
  const { width, height } = PAPERS[paper];
  const longest = Math.max(0, ...lights.flatMap(({ rows }) => rows.map(([, says]) => emsOf(says))));
  const inOneLine = (((width - 32) / 2) * PT_PER_MM) / (LIGHT_EMS + longest);
  return Math.min(11.8, (2.3 * (height - MARGINS)) / lines, Math.max(10.5, inOneLine));
}

/** A light and its rhythm, before what it says. */
const LIGHT_EMS = 6.7;

/** The most that a text takes on average, in ems. Chinese and Japanese lines leave room before what cannot be broken. */
function emsOf(text: string): number {
  const square = text.match(/[\u3000-\u9fff\uff00-\uffef]/g)?.length ?? 0;
  const arabic = text.match(/\p{sc=Arabic}/gu)?.length ?? 0;
  return 1.08 * square + 0.44 * arabic + 0.49 * (text.length - square - arabic);
}

/** The largest size in points in which the list of faults fits into its two columns. */
function faultsSize({ faults }: CardContent, paper: Paper): number {
  const rows = faults.flatMap((group) => group.rows);
  const { width, height } = PAPERS[paper];
  const [column, room] = [((width - 33) / 2) * PT_PER_MM, 2 * (height - MARGINS - 33) * PT_PER_MM];
  const heightAt = (size: number) => {
    const ems = (column - 13 - 2.6 * size) / size;
    const lines = rows.map(({ title, hint }) => Math.ceil(emsOf(`${title}. ${hint}`) / ems));
    return lines.reduce((sum, count) => sum + count * 1.17 * size + 1.7, faults.length * (1.9 * size + 5));
  };
  let size = 9;
  while (size > 6.5 && heightAt(size) > room) size -= 0.1;
  return size;
}

const PT_PER_MM = 72 / 25.4;

const styleOf = (content: CardContent, paper: Paper) => `
.page { font-size: ${staffSize(content, paper).toFixed(1)}pt; }
.page:last-child { font-size: 11pt; }
header { display: flex; justify-content: space-between; align-items: flex-end; gap: 8mm; }
h1 { font-size: 24pt; line-height: 1.05; }
h2 { font-size: 1.4em; margin: 0.8em 0 0.25em; }
h2 small { font-size: 0.68em; font-weight: normal; color: ${INKS.grey}; margin-inline-start: 1.2em; }
h3 { font-size: 1em; }
dl { display: grid; grid-template-columns: auto 48mm; gap: 2mm; font-size: 9pt; color: ${INKS.grey}; align-items: end; }
dd { border-bottom: 0.3mm solid ${INKS.grey}; height: 6mm; }
code { direction: ltr; unicode-bidi: isolate; font-family: 'Liberation Mono', 'Courier New', monospace; font-size: 0.92em; }
code, .faults bdi { white-space: nowrap; }
.use { font-size: 1.15em; margin-top: 0.8em; }
ul { list-style: none; margin-top: 0.5em; }
ul li { padding-inline-start: 1em; position: relative; margin-top: 0.15em; }
ul li::before { content: ''; position: absolute; inset-inline-start: 0; top: 0.42em; width: 0.5em; height: 0.5em; background: ${INKS.accent}; border-radius: 50%; }
.lights { columns: 2; column-gap: 6mm; }
.lights section { break-inside: avoid; padding-bottom: 0.5em; }
.lights section:only-child { break-inside: auto; }
.lights li { break-inside: avoid; display: grid; grid-template-columns: 1.6em 4.2em 1fr; gap: 0.45em; align-items: center; min-height: 1.65em; line-height: 1.1; }
ol { list-style: none; }
.led { width: 1.6em; height: 1.6em; display: block; fill: ${INKS.accent}; stroke: ${INKS.accent}; }
.led.dark { fill: none; stroke: ${INKS.black}; stroke-width: 1.1; }
.led text { fill: ${INKS.white}; stroke: none; font-size: 9.4px; font-weight: bold; text-anchor: middle; }
.rhythm { display: block; width: 100%; height: 0.8em; background: ${INKS.pale}; fill: ${INKS.accent}; }
/* Time runs as the language is read. */
.rhythm:dir(rtl) { transform: scaleX(-1); }
table { flex: 1; border-collapse: collapse; width: 100%; table-layout: fixed; }
thead tr { height: 1em; }
th { font-size: 8.5pt; font-weight: normal; color: ${INKS.grey}; text-align: start; vertical-align: bottom; padding: 0 0 0.6mm; padding-inline-end: 3mm; white-space: nowrap; }
td { border-top: 0.2mm solid ${INKS.rule}; padding: 0.3em 0; padding-inline-end: 3mm; vertical-align: middle; line-height: 1.15; text-wrap: pretty; }
td b { text-wrap: balance; }
th:first-child { width: 15mm; }
th:nth-child(2) { width: 34mm; }
th:nth-child(3) { width: 44mm; }
td .led { width: 2.2em; height: 2.2em; }
td .rhythm { margin-top: 0.25em; }
.scale { display: block; position: relative; height: 8.5pt; }
.scale i { position: absolute; font-style: normal; border-inline-start: 0.2mm solid ${INKS.grey}; padding-inline-start: 0.5mm; line-height: 1; }
.note { margin-top: 2mm; }
.legend { display: flex; gap: 7mm; margin: 2mm 0 4mm; }
.legend span { display: flex; align-items: center; gap: 1.5mm; }
.mark { display: inline-block; flex: none; width: 2.2mm; height: 2.2mm; border: 0.3mm solid ${INKS.black}; }
.mark.staff { background: ${INKS.black}; }
.mark.nobody { height: 0; border-width: 0.3mm 0 0; }
.faults .mark.nobody { position: relative; top: -0.3em; }
.faults { columns: 2; column-gap: 7mm; font-size: ${faultsSize(content, paper).toFixed(1)}pt; line-height: 1.17; }
.faults h3 { display: flex; align-items: center; gap: 1.5mm; font-size: 1.15em; margin: 1.2mm 0 0.6mm; break-after: avoid; }
.faults h3:first-child { margin-top: 0; }
.faults span { text-wrap: pretty; }
.faults p { display: grid; grid-template-columns: 2.4mm 2.6em 1fr; gap: 1mm; align-items: baseline; break-inside: avoid; margin-bottom: 0.6mm; }
.id { color: ${INKS.accent}; }
`;
