import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { card } from '../../src/cli/card/card.ts';
import { notice } from '../../src/cli/notice/notice.ts';
import type { Paper } from '../../src/cli/page/page.ts';
import { pdfOf } from '../../src/cli/page/print.ts';
import { sheet } from '../../src/cli/sheet/sheet.ts';
import { placed, wiringDrawing } from '../../src/cli/wiring-drawing.ts';
import { parseConfig } from '../../src/system/config/load.ts';
import { wordsOf } from '../../src/words/index.ts';

/**
 * Prints card, sheet, notice and wiring of several desks with chromium, as pictures to look at (pdftoppm of poppler-utils),
 * and complains of a document that has another number of pages than it should. node test/bench/pages.ts FOLDER [DESK...]
 */

const [folder = 'build/pages', ...only] = process.argv.slice(2);

const DESKS: Readonly<Record<string, string>> = {
  hold: '[languages]\nguest = "ar"\n',
  tap: '[turn]\nmode = "tap"\n[languages]\nguest = "ja"\n[panel.buttons]\ntalk = 17\nrepeat = 5\n[panel.leds]\nconnection = false\n',
  open: '[turn]\nmode = "open"\n[languages]\nguest = "ja"\nguests = ["ja", "ar"]\n[interpreters]\nengines = ["dialogue", "cascade"]\n[panel.buttons]\ntalk = 17\nmute = 26\nlanguage = 6\n',
  two: `[languages]\nhost = "en"\nguest = "ar"\nguests = ["ar", "ja", "fr"]
[panel.buttons]\ntalk-host = 17\ntalk-guest = 16\nrepeat = 5\nvolume-up = 12\nvolume-down = 13\nlanguage = 6\nmute = 26
[panel.leds]\nhost = 25\nguest = 7\nlanguages = { ar = 24, ja = 4, fr = 8 }\n`,
};

mkdirSync(folder, { recursive: true });
for (const [desk, toml] of Object.entries(DESKS)) {
  if (only.length > 0 && !only.includes(desk)) continue;
  const config = parseConfig(toml, desk);
  writeFileSync(path.join(folder, `${desk}-wiring.svg`), wiringDrawing(placed(config), config));
  for (const paper of ['a4', 'letter'] satisfies Paper[]) {
    // All of them on the desk with the most on its card.
    for (const [language, words] of Object.entries(wordsOf('card')))
      if (desk === 'two' || language === 'en')
        await print(`${desk}-card-${language}-${paper}`, card(language, words, config, paper), 2);
    await print(`${desk}-sheet-${paper}`, sheet(config, paper), 1);
    await print(`${desk}-notice-${paper}`, notice(config, false, paper), 1);
    await print(`${desk}-notice-all-${paper}`, notice(config, true, paper), 1);
  }
}

async function print(name: string, html: string, pages: number): Promise<void> {
  const file = path.join(folder, `${name}.pdf`);
  writeFileSync(file, await pdfOf(html));
  const found = Number(/^Pages: +(\d+)$/m.exec(execFileSync('pdfinfo', [file], { encoding: 'utf8' }))?.[1]);
  if (found !== pages) {
    console.error(`${name}: ${found} pages in place of ${pages}`);
    process.exitCode = 1;
  }
  execFileSync('pdftoppm', ['-r', '80', '-png', file, path.join(folder, name)]);
}
