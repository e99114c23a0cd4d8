import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dragomanInProcess } from '../../../test/rig/command.ts';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { parseConfig } from '../../system/config/load.ts';
import { type Mark, PAGE, type PathMark, type TextMark } from '../page/drawing.ts';
import { rightToLeft } from '../page/script.ts';
import { INSTRUCTIONS, instructionsFor } from './instructions.ts';
import { sheetLayout } from './layout.ts';
import { PANEL, scenesOf } from './scenes.ts';
import { HAND, LISTENER, SPEAKER } from './shapes.ts';
import { sheet, sheetCommand } from './sheet.ts';

/** Most printers leave no more than this white, in points (5 mm). */
const UNPRINTABLE_PT = 14.2;
/** The least that is read easily from one metre: letters of 3 mm and more, whose height is half of the size. */
const LEGIBLE_PT = 17;

const MODES = ['hold', 'tap', 'open'] as const;
const texts = (marks: readonly Mark[]) => marks.filter((mark): mark is TextMark => mark.mark === 'text');
const paths = (marks: readonly Mark[]) => marks.filter((mark): mark is PathMark => mark.mark === 'path');
const configured = (toml: string) => instructionsFor(parseConfig(toml, 'dragoman.toml'));
const languagesFirst = (toml: string, count: number) =>
  configured(toml)
    .slice(0, count)
    .map(({ language }) => language);

/** The names of the elements that are open at the end; throws at a tag that closes another than the last. */
function openElements(xml: string): string[] {
  const open: string[] = [];
  for (const [tag, closing, name = '', inside = ''] of xml.matchAll(/<(\/?)([A-Za-z]+)([^<>]*)>/g)) {
    if (closing === '/') {
      expect(open.pop(), tag).toBe(name);
    } else {
      expect(inside, tag).toMatch(/^(\s+[\w:-]+="[^"<&]*")*\s*\/?$/);
      if (!inside.endsWith('/')) open.push(name);
    }
  }
  return open;
}

/** All corners and control points of a path, on the page. */
function pointsOf({ d, x, y, scale }: PathMark): { readonly x: number; readonly y: number }[] {
  const numbers = [...d.matchAll(/-?\d+(?:\.\d+)?/g)].map(Number);
  return Array.from({ length: numbers.length / 2 }, (_, index) => ({
    x: x + scale * (numbers[2 * index] ?? Number.NaN),
    y: y + scale * (numbers[2 * index + 1] ?? Number.NaN),
  }));
}

describe.each(MODES)('the sheet for the talk mode %s', (mode) => {
  const marks = sheetLayout(mode, INSTRUCTIONS);

  it('says it in twelve languages, each in the words of this mode', () => {
    const said = texts(marks).map(({ text, language }) => [language, text]);
    expect(INSTRUCTIONS).toHaveLength(12);
    for (const { language, name, says } of INSTRUCTIONS) {
      expect(said).toContainEqual([language, name]);
      expect(said).toContainEqual([language, says[mode]]);
    }
  });

  it('can be read from one metre and stays on the page', () => {
    for (const { text, language, x, y, size, width, limit, face } of texts(marks)) {
      if (face === 'bold') expect(size, text).toBeGreaterThanOrEqual(LEGIBLE_PT);
      expect(x, `${language}: ${text}`).toBeGreaterThanOrEqual(UNPRINTABLE_PT);
      expect(x + width, `${language}: ${text}`).toBeLessThanOrEqual(limit);
      expect(limit).toBeLessThanOrEqual(PAGE.width - UNPRINTABLE_PT);
      expect(y - size, text).toBeGreaterThanOrEqual(UNPRINTABLE_PT);
      expect(y + size * 0.3, text).toBeLessThanOrEqual(PAGE.height - UNPRINTABLE_PT);
    }
    for (const mark of paths(marks)) {
      const half = (mark.weight * mark.scale) / 2;
      for (const { x, y } of pointsOf(mark)) {
        expect(x - half, mark.d).toBeGreaterThanOrEqual(UNPRINTABLE_PT);
        expect(x + half, mark.d).toBeLessThanOrEqual(PAGE.width - UNPRINTABLE_PT);
        expect(y - half, mark.d).toBeGreaterThanOrEqual(UNPRINTABLE_PT);
        expect(y + half, mark.d).toBeLessThanOrEqual(PAGE.height - UNPRINTABLE_PT);
      }
    }
  });

  it('draws each picture within its panel', () => {
    for (const scene of scenesOf(mode)) {
      for (const { shape, x, y, scale } of scene) {
        for (const piece of shape) {
          for (const point of pointsOf({ mark: 'path', ...piece, x, y, scale })) {
            expect(point.x, piece.d).toBeGreaterThanOrEqual(0);
            expect(point.x, piece.d).toBeLessThanOrEqual(PANEL.width);
            expect(point.y, piece.d).toBeGreaterThanOrEqual(0);
            expect(point.y, piece.d).toBeLessThanOrEqual(PANEL.height);
          }
        }
      }
    }
  });

  it('never puts one line above another', () => {
    const lines = texts(marks).filter(({ language }) => language !== undefined);
    for (const a of lines) {
      for (const b of lines) {
        if (a === b || Math.abs(a.y - b.y) >= Math.max(a.size, b.size)) continue;
        expect(a.x + a.width <= b.x || b.x + b.width <= a.x, `"${a.text}" and "${b.text}"`).toBe(true);
      }
    }
  });

  it('is well-formed XML, an SVG of one A4 page', () => {
    const svg = sheet(mode, INSTRUCTIONS);
    expect(svg).toMatch(/^<\?xml[\s\S]*<svg [^>]*width="210mm" height="297mm"[\s\S]*<\/svg>\n$/);
    expect(openElements(svg)).toEqual([]);
    expect(svg).not.toMatch(/undefined|NaN|&(?!amp;|lt;|gt;)/);
  });
});

describe('the pictures', () => {
  const has = (mode: (typeof MODES)[number], index: number, shape: unknown) =>
    scenesOf(mode)[index]?.some((placed) => placed.shape === shape);

  it('show the hand on the button as long as it must be there', () => {
    expect([0, 1].map((index) => has('hold', index, HAND))).toEqual([true, true]);
    for (const mode of ['tap', 'open'] as const) {
      expect([0, 1, 2].map((index) => has(mode, index, HAND))).toEqual([true, false, false]);
    }
  });

  it('show somebody who speaks, then somebody who hears', () => {
    for (const mode of MODES) {
      expect(has(mode, 1, SPEAKER)).toBe(true);
      expect(scenesOf(mode)[2]?.some(({ shape }) => shape[0]?.d === LISTENER[0]?.d)).toBe(true);
    }
  });
});

describe('the languages of the sheet', () => {
  it('are in the order of the desk: its guests first, then the hosts', () => {
    expect(
      languagesFirst('[languages]\nhost = ["de", "en"]\nguest = "ja"\nguests = ["zh-TW", "ru"]', 5),
    ).toEqual(['ja', 'zh', 'ru', 'de', 'en']);
  });

  it('are all there, each once, whatever the desk speaks', () => {
    for (const toml of [
      '',
      '[languages]\nhost = "en-GB"\nguest = "pt-BR"\nguests = ["pt"]',
      '[languages]\nguest = "fi"',
    ]) {
      expect(new Set(configured(toml))).toEqual(new Set(INSTRUCTIONS));
      expect(configured(toml)).toHaveLength(INSTRUCTIONS.length);
    }
    expect(languagesFirst('[languages]\nhost = "it"\nguest = "fi"', 2)).toEqual(['it', 'en']);
  });

  it('run to the left where their script does', () => {
    const marks = texts(sheetLayout('hold', INSTRUCTIONS));
    for (const { language = 'en', x, width, limit, face } of marks.filter(
      (mark) => mark.language !== undefined,
    )) {
      const fromEdge = rightToLeft(language) ? limit - x - width : x - PAGE.margin;
      expect(fromEdge, language).toBeCloseTo(face === 'bold' ? 92 : 0, 5);
    }
    const svg = sheet('hold', INSTRUCTIONS);
    expect(svg.match(/<text [^>]*direction="rtl"[^>]*>/g)).toHaveLength(2);
    expect(svg).toMatch(/<text [^>]*xml:lang="ar" direction="rtl">العربية</);
  });
});

describe('dragoman sheet', () => {
  const folder = temporaryFolders();

  it('follows talk mode and languages of the configuration', async () => {
    const [config, out] = [path.join(folder(), 'dragoman.toml'), path.join(folder(), 'sheet.svg')];
    const toml = '[languages]\nguest = "pl"\n[turn]\nmode = "open"\n';
    await writeFile(config, toml);
    await sheetCommand({ config, out }, process);
    expect(await readFile(out, 'utf8')).toBe(sheet('open', configured(toml)));
  });

  it("names the languages of the desk's guests in which it has no line", async () => {
    const config = path.join(folder(), 'dragoman.toml');
    await writeFile(config, '[languages]\nguest = "tr"\nguests = ["fr", "ko", "tr"]\n');
    const { code, stderr } = await dragomanInProcess(['sheet', '--config', config]);
    expect(stderr).toBe('dragoman: the sheet has no line in Turkish, Korean\n');
    expect(code).toBe(0);
  });

  it('says where it cannot write', async () => {
    const out = path.join(folder(), 'no', 'sheet.svg');
    await expect(sheetCommand({ out }, process)).rejects.toThrow('cannot be written');
  });
});
