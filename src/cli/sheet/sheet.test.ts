import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dragomanInProcess } from '../../../test/rig/command.ts';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { textOf } from '../../../test/rig/pages.ts';
import { parseConfig } from '../../system/config/load.ts';
import { WORDS, wordsOf } from '../../words/index.ts';
import { PANEL, scenesOf } from './scenes.ts';
import { HAND, HOURGLASS, LISTENER, SPEAKER } from './shapes.ts';
import { sheet, sheetCommand, sheetLanguages } from './sheet.ts';

const MODES = ['hold', 'tap', 'open'] as const;
const desk = (toml: string) => parseConfig(toml, 'dragoman.toml');
const languagesOf = (toml: string) => sheetLanguages(desk(toml));

describe.each(MODES)('the sheet for the talk mode %s', (mode) => {
  const html = sheet(desk(`[turn]\nmode = "${mode}"\n`));

  it('says it in twelve languages, each in the words of this mode, and in its direction', () => {
    const said = Object.entries(wordsOf('sheet'));
    expect(said).toHaveLength(12);
    for (const [language, words] of said) {
      const line = textOf(html.split(`<li lang="${language}"`)[1]?.split('</li>')[0] ?? '');
      expect(line).toContain(`${WORDS[language]?.name} ${words[mode]}`);
    }
    expect(html.match(/<li lang="\w+" dir="rtl">/g)).toEqual(['<li lang="ar" dir="rtl">']);
  });

  it('says in each language to wait, that a machine interprets, and that nothing is kept', () => {
    const text = textOf(html);
    for (const { sheet, notice } of Object.values(WORDS)) {
      if (sheet === undefined) continue;
      expect(text).toContain(sheet.wait);
      expect(text).toContain(notice?.machine);
      expect(text).toContain(notice?.notStored);
    }
  });

  it.each([1, 2] as const)('draws each picture within its panel, with %i talk buttons', (buttons) => {
    for (const scene of scenesOf(mode, buttons)) {
      for (const { shape, x, y, scale } of scene) {
        for (const { d } of shape) {
          for (const [, across, down] of d.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)) {
            expect(x + scale * Number(across), d).toBeGreaterThanOrEqual(0);
            expect(x + scale * Number(across), d).toBeLessThanOrEqual(PANEL.width);
            expect(y + scale * Number(down), d).toBeGreaterThanOrEqual(0);
            expect(y + scale * Number(down), d).toBeLessThanOrEqual(PANEL.height);
          }
        }
      }
    }
  });

  it('is HTML of one page that needs nothing else', () => {
    expect(html).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect(html.match(/<section class="page">/g)).toHaveLength(1);
    expect(html).not.toMatch(/undefined|NaN|<script|<link|<img|url\(|https?:/);
  });
});

describe('the pictures', () => {
  const has = (mode: (typeof MODES)[number], index: number, shape: unknown) =>
    scenesOf(mode, 1)[index]?.some((placed) => placed.shape === shape);

  it('show the hand on the button as long as it must be there', () => {
    expect([0, 1].map((index) => has('hold', index, HAND))).toEqual([true, true]);
    for (const mode of ['tap', 'open'] as const)
      expect([0, 1, 2].map((index) => has(mode, index, HAND))).toEqual([true, false, false]);
  });

  it('show somebody who speaks, then somebody who hears and waits', () => {
    for (const mode of MODES) {
      expect(has(mode, 1, SPEAKER)).toBe(true);
      expect(has(mode, 2, HOURGLASS)).toBe(true);
      expect(scenesOf(mode, 1)[2]?.some(({ shape }) => shape[0]?.d === LISTENER[0]?.d)).toBe(true);
    }
  });

  it('show two talk buttons where there are two, and the other side at the other one', () => {
    const accents = (buttons: 1 | 2) =>
      scenesOf('hold', buttons)[0]?.[0]?.shape.filter(({ fill }) => fill === 'accent');
    expect(accents(1)).toHaveLength(1);
    expect(accents(2)).toHaveLength(2);
    const hand = (buttons: 1 | 2) => scenesOf('hold', buttons)[3]?.[1]?.x;
    expect(hand(2)).toBeCloseTo(PANEL.width - (hand(1) ?? 0), 5);
    const two = '[panel.buttons]\ntalk-host = 17\ntalk-guest = 16\n';
    expect(sheet(desk(two))).not.toBe(sheet(desk('')));
  });
});

describe('the languages of the sheet', () => {
  it('are in the order of the desk: its guests first, then the hosts', () => {
    const toml = '[languages]\nhost = ["de", "en"]\nguest = "ja"\nguests = ["zh-TW", "ru"]';
    expect(languagesOf(toml).slice(0, 5)).toEqual(['ja', 'zh', 'ru', 'de', 'en']);
  });

  it('are all there, each once, whatever the desk speaks', () => {
    const all = Object.keys(wordsOf('sheet'));
    for (const toml of [
      '',
      '[languages]\nhost = "en-GB"\nguest = "pt-BR"\nguests = ["pt"]',
      '[languages]\nguest = "fi"',
    ])
      expect(languagesOf(toml).toSorted()).toEqual(all.toSorted());
    expect(languagesOf('[languages]\nhost = "it"\nguest = "fi"').slice(0, 2)).toEqual(['it', 'en']);
  });
});

describe('dragoman sheet', () => {
  const folder = temporaryFolders();

  it('follows talk mode, languages and buttons of the configuration', async () => {
    const [config, out] = [path.join(folder(), 'dragoman.toml'), path.join(folder(), 'sheet.html')];
    const toml =
      '[languages]\nguest = "pl"\n[turn]\nmode = "open"\n[panel.buttons]\ntalk-host = 17\ntalk-guest = 16\n';
    await writeFile(config, toml);
    await sheetCommand({ config, out, paper: 'letter' }, process);
    expect(await readFile(out, 'utf8')).toBe(sheet(desk(toml), 'letter'));
  });

  it("names the languages of the desk's guests in which it has no line", async () => {
    const config = path.join(folder(), 'dragoman.toml');
    await writeFile(config, '[languages]\nguest = "tr"\nguests = ["fr", "ko", "tr"]\n');
    const { code, stderr } = await dragomanInProcess(['sheet', '--config', config]);
    expect(stderr).toBe('dragoman: the sheet has no line in Turkish, Korean\n');
    expect(code).toBe(0);
  });
});
