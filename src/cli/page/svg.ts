import { markup } from '../../base/foreign-text.ts';
import { type Ink, type Mark, PAGE, type PathMark, type TextMark } from './drawing.ts';
import { rightToLeft, widthIsKnown } from './script.ts';

const INKS: Readonly<Record<Ink, string>> = {
  black: '#1b1b1b',
  grey: '#5c5c5c',
  rule: '#b9b5ae',
  pale: '#e6e2db',
  white: '#ffffff',
  accent: '#b8460e',
};

/** Fonts of one width with Helvetica first: the lines were broken for it. */
const STYLE = `
    text { font-family: Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', sans-serif; }
    .bold { font-weight: bold; }
    .mono { font-family: 'Liberation Mono', 'Courier New', Courier, monospace; }
    :lang(zh) { font-family: 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif; }
    :lang(ja) { font-family: 'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic', Meiryo, sans-serif; }
    :lang(ar) { font-family: 'Noto Sans Arabic', 'Geeza Pro', 'Segoe UI', Arial, sans-serif; }
    @page { size: 210mm 297mm; margin: 0; }`;

/** The marks as an SVG document of one A4 page. @param title what a screen reader says */
export function svg(marks: readonly Mark[], language: string, title: string): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 ${PAGE.width} ${PAGE.height}" xml:lang="${language}">`,
    `  <title>${markup(title)}</title>`,
    `  <style>${STYLE}\n  </style>`,
    `  <rect width="${PAGE.width}" height="${PAGE.height}" fill="#ffffff"/>`,
    ...marks.map((mark) => `  ${element(mark)}`),
    '</svg>',
    '',
  ].join('\n');
}

function element(mark: Mark): string {
  switch (mark.mark) {
    case 'text':
      return text(mark);
    case 'path':
      return path(mark);
    case 'rect': {
      const ink = INKS[mark.ink];
      const paint = mark.hollow === true ? `fill="none" stroke="${ink}" stroke-width="0.7"` : `fill="${ink}"`;
      return `<rect x="${n(mark.x)}" y="${n(mark.y)}" width="${n(mark.width)}" height="${n(mark.height)}" ${paint}/>`;
    }
    case 'circle': {
      const ink = INKS[mark.ink];
      const paint = mark.hollow === true ? `fill="none" stroke="${ink}" stroke-width="0.9"` : `fill="${ink}"`;
      return `<circle cx="${n(mark.x)}" cy="${n(mark.y)}" r="${n(mark.r)}" ${paint}/>`;
    }
    case 'line':
      return `<line x1="${n(mark.x1)}" y1="${n(mark.y1)}" x2="${n(mark.x2)}" y2="${n(mark.y2)}" stroke="${INKS[mark.ink]}" stroke-width="${n(mark.weight)}"/>`;
  }
}

function text({ x, y, width, text, face, size, ink, language }: TextMark): string {
  const looks = `y="${n(y)}" font-size="${n(size)}" fill="${INKS[ink]}"${face === 'regular' ? '' : ` class="${face}"`}`;
  // A font of other widths is squeezed to the width that the lines were broken for: nothing runs out.
  const known = language === undefined || widthIsKnown(language);
  const length = known ? ` textLength="${n(width)}" lengthAdjust="spacingAndGlyphs"` : '';
  const spoken = language === undefined ? '' : ` xml:lang="${language}"`;
  // In a text that runs to the left, "start" is its right end.
  const [from, direction] =
    language !== undefined && rightToLeft(language) ? [x + width, ' direction="rtl"'] : [x, ''];
  return `<text x="${n(from)}" ${looks}${length}${spoken}${direction}>${markup(text)}</text>`;
}

function path({ d, x, y, scale, fill, stroke, weight }: PathMark): string {
  const line =
    stroke === undefined
      ? ''
      : ` stroke="${INKS[stroke]}" stroke-width="${n(weight)}" stroke-linecap="round" stroke-linejoin="round"`;
  const paint = `fill="${fill === undefined ? 'none' : INKS[fill]}"${line}`;
  return `<path transform="translate(${n(x)} ${n(y)}) scale(${n(scale)})" d="${d}" ${paint}/>`;
}

/** Hundredths of a point are finer than any printer. */
function n(value: number): string {
  return String(Number(value.toFixed(2)));
}
