import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { card } from '../../src/cli/card/card.ts';
import { notice } from '../../src/cli/notice/notice.ts';
import { documentOf, type Paper } from '../../src/cli/page/page.ts';
import { pdfOf } from '../../src/cli/page/print.ts';
import { sheet } from '../../src/cli/sheet/sheet.ts';
import { placed, wiringDrawing } from '../../src/cli/wiring-drawing.ts';
import { parseConfig } from '../../src/system/config/load.ts';
import { wordsOf } from '../../src/words/index.ts';

/**
 * Prints card, sheet, notice and wiring of four desks with chromium, on both papers, as pictures to look at (pdftoppm of
 * poppler-utils), and reports each document that has another number of pages than it should. The hosts speak English, Arabic
 * and Japanese; the other cards are those of the desk that has most on it.
 * node test/bench/pages.ts FOLDER [PART...]: only those whose names have each PART, like "ar", "a4", "tap" and "card".
 */

const [folder = 'build/pages', ...only] = process.argv.slice(2);

const HOSTS = ['en', 'ar', 'ja'];

/** The panel and mode of each desk. */
const DESKS: Readonly<Record<string, string>> = {
  hold: '',
  tap: '[turn]\nmode = "tap"\n[panel.buttons]\ntalk = 17\nrepeat = 5\n[panel.leds]\nconnection = false\n',
  open: '[turn]\nmode = "open"\n[interpreters]\nengines = ["dialogue", "cascade"]\n[panel.buttons]\ntalk = 17\nmute = 26\nlanguage = 6\n',
  two: `[panel.buttons]\ntalk-host = 17\ntalk-guest = 16\nrepeat = 5\nvolume-up = 12\nvolume-down = 13\nlanguage = 6\nmute = 26
[panel.leds]\nhost = 25\nguest = 7\nlanguages = { pl = 24, ru = 4, zh = 8 }\n`,
};

mkdirSync(folder, { recursive: true });
for (const paper of ['a4', 'letter'] satisfies Paper[]) {
  for (const [desk, toml] of Object.entries(DESKS)) {
    for (const [language, words] of Object.entries(wordsOf('card'))) {
      const isHost = HOSTS.includes(language);
      if (!isHost && desk !== 'two') continue;
      const guests = [...HOSTS.filter((code) => code !== language), 'pl', 'ru', 'zh'].slice(0, 4);
      const languages = `[desk]\nname = "Hotel Sol & Mar, reception"\n[languages]\nhost = "${language}"\nguest = "${guests[0]}"\nguests = ${JSON.stringify(guests)}\n`;
      const config = parseConfig(languages + toml, desk);
      const name = (what: string) => `${language}-${paper}-${desk}-${what}`;
      await print(name('card'), card(language, words, config, paper), 2);
      if (!isHost) continue;
      await print(name('sheet'), sheet(config, paper), 1);
      await print(name('notice'), notice(config, false, paper), 1);
      if (desk === 'hold') await print(name('all-notice'), notice(config, true, paper), 1);
      if (language === 'en')
        await print(name('wiring'), wiringPage(wiringDrawing(placed(config), config)), 1);
    }
  }

  /** The drawing as a browser prints it. */
  function wiringPage(svg: string): string {
    const [, drawing = ''] = svg.split('?>\n');
    return documentOf({
      title: 'Wiring',
      language: 'en',
      paper,
      style: 'svg { width: 100%; height: auto; }',
      pages: [drawing],
    });
  }
}

async function print(name: string, html: string, pages: number): Promise<void> {
  if (!only.every((part) => name.split('-').includes(part))) return;
  const file = path.join(folder, `${name}.pdf`);
  writeFileSync(file, await pdfOf(html));
  const found = Number(/^Pages: +(\d+)$/m.exec(execFileSync('pdfinfo', [file], { encoding: 'utf8' }))?.[1]);
  if (found !== pages) {
    console.error(`${name}: ${found} pages in place of ${pages}`);
    process.exitCode = 1;
  }
  execFileSync('pdftoppm', ['-r', '70', '-png', file, path.join(folder, name)]);
}
