import { markup } from '../../base/foreign-text.ts';

/** Upright, in millimetres. */
export const PAPERS = {
  a4: { width: 210, height: 297 },
  letter: { width: 215.9, height: 279.4 },
} as const;
export type Paper = keyof typeof PAPERS;

/** White at the top and bottom together, in millimetres. */
export const MARGINS = 20;

/** Black and white say everything; the accent is for light, and dark enough to print grey. */
export const INKS = {
  black: '#1b1b1b',
  grey: '#5c5c5c',
  rule: '#b9b5ae',
  pale: '#e6e2db',
  white: '#ffffff',
  accent: '#b8460e',
} as const;
export type Ink = keyof typeof INKS;

const LATIN = "'Liberation Sans', Arial, Helvetica, 'Noto Sans', sans-serif";

/** Fonts of the usual systems, Debian's first. */
const FONTS = [
  [['zh'], "'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei'"],
  [['ja'], "'Noto Sans CJK JP', 'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic', Meiryo"],
  [['ko'], "'Noto Sans CJK KR', 'Noto Sans KR', 'Apple SD Gothic Neo', 'Malgun Gothic'"],
  [['ar', 'fa'], "'Noto Sans Arabic', 'Geeza Pro', 'Segoe UI', Tahoma"],
  [['he'], "'Noto Sans Hebrew', 'Arial Hebrew', Arial"],
  [['th'], "'Noto Sans Thai', Thonburi, 'Leelawadee UI', Tahoma"],
  [['hi'], "'Noto Sans Devanagari', 'Kohinoor Devanagari', 'Nirmala UI', Mangal"],
] as const;

export interface Page {
  readonly title: string;
  /** A BCP-47 code. */
  readonly language: string;
  readonly paper: Paper;
  /** CSS of the content. */
  readonly style: string;
  /** The name of the desk, at the top of each page. */
  readonly desk?: string | undefined;
  /** The content of each page. */
  readonly pages: readonly string[];
}

/** A document for a printer, which needs nothing but itself and the fonts of the machine. */
export function documentOf({ title, language, paper, style, desk, pages }: Page): string {
  const { width, height } = PAPERS[paper];
  const name = desk === undefined ? '' : `<p class="desk"><bdi>${markup(desk)}</bdi></p>\n`;
  return `<!doctype html>
<html ${spoken(language)}>
<head>
<meta charset="utf-8">
<title>${markup(desk === undefined ? title : `${title} (${desk})`)}</title>
<style>
@page { size: ${width}mm ${height}mm; margin: 0; }
* { box-sizing: border-box; margin: 0; padding: 0; }
/* Without specificity, so that a font of an element wins. */
:where(html) { font: 11pt/1.25 ${LATIN}; }
${FONTS.map(([languages, fonts]) => `:where(${languages.map((language) => `:lang(${language})`).join(', ')}) { font-family: ${fonts}, ${LATIN}; }`).join('\n')}
/* Short texts break between phrases, where the browser knows how. */
:where(:lang(ja)) { line-break: strict; }
:where(h1, h2, b, li, td, .use):lang(ja) { word-break: auto-phrase; }
html { color: ${INKS.black}; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.page { position: relative; display: flex; flex-direction: column; width: ${width}mm; min-height: ${height - 0.2}mm; padding: 10mm 13mm; background: ${INKS.white}; break-after: page; }
.page:last-child { break-after: auto; }
.desk { position: absolute; inset: 4mm 13mm auto; font-size: 9pt; color: ${INKS.grey}; }
@media screen { body { background: ${INKS.grey}; } .page { margin: 8mm auto; } }
${style}
</style>
</head>
<body>
${pages.map((page) => `<section class="page">\n${name}${page}\n</section>`).join('\n')}
</body>
</html>
`;
}

/** The attributes of an element in this language. @param language a BCP-47 code */
export function spoken(language: string): string {
  const isRightToLeft = ['Arab', 'Hebr', 'Syrc', 'Thaa', 'Nkoo'].includes(scriptOf(language));
  return `lang="${language}" dir="${isRightToLeft ? 'rtl' : 'ltr'}"`;
}

/** The end of a sentence in this language, with the space after it. @param language a BCP-47 code */
export function fullStop(language: string): string {
  return ['Jpan', 'Hans', 'Hant'].includes(scriptOf(language)) ? '。' : '. ';
}

function scriptOf(language: string): string {
  return new Intl.Locale(language).maximize().script ?? 'Latn';
}

const COMMAND = /(`[^`]*`)/;
/** A command, or other text that runs from left to right: a name, a setting, a path, a measure. */
const LEFT_TO_RIGHT = /(`[^`]*`|(?:\.(?=\w)|[\w[/])(?:[\w[\]./:="@ -]*[\w\]/"])?)/;

/**
 * Text with commands in backticks. No line begins with the punctuation that French sets apart. In text from right to
 * left, each run from left to right is isolated: otherwise the punctuation at its ends would change sides.
 */
export function prose(text: string): string {
  const together = text.replaceAll(/ (?=[:;?!»])/g, '\u00a0').replaceAll('« ', '«\u00a0');
  const parts = together.split(/[\p{sc=Arabic}\p{sc=Hebrew}]/u.test(text) ? LEFT_TO_RIGHT : COMMAND);
  return parts.map((part, index) => (index % 2 === 0 ? markup(part) : apart(part))).join('');
}

function apart(text: string): string {
  if (text.startsWith('`')) return `<code>${markup(text.slice(1, -1))}</code>`;
  return /[a-z]/i.test(text) ? `<bdi>${markup(text)}</bdi>` : markup(text);
}

/** Sentences one after the other; those that end as in Chinese have no space between them. */
export function sentences(...texts: readonly string[]): string {
  return texts.reduce((before, text) => `${before}${before.endsWith('。') ? '' : ' '}${text}`);
}
