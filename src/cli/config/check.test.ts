import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dragomanInProcess } from '../../../test/rig/command.ts';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { parseConfig } from '../../system/config/load.ts';
import { defaultConfig } from '../../system/config/schema.ts';
import { configDefaults, shown } from './print.ts';

const folder = temporaryFolders();

async function check(toml: string) {
  const file = path.join(folder(), 'dragoman.toml');
  await writeFile(file, toml);
  const { code, stdout, stderr } = await dragomanInProcess(['config', 'check', file]);
  return { code, stdout: stdout.replaceAll(file, 'd.toml'), stderr: stderr.replaceAll(file, 'd.toml') };
}

/** Its columns apart by one blank. */
const flowing = (text: string) => text.replaceAll(/ +/g, ' ');

const BUDGET = '[spending]\ndaily_budget = 2.0\n';

describe('dragoman config check', () => {
  it('says what it has understood, in 80 columns', async () => {
    const { code, stdout, stderr } = await check(`
[languages]
host = "de"
guest = "cs"
guests = ["eo", "zh-Hant-HK", "pt-BR"]
[interpreters]
engines = ["dialogue", "cascade", "phrasebook"]
[panel.buttons]
repeat = 5
[panel.leds]
connection = false
languages = { cs = 24 }
`);
    const text = flowing(stdout);
    expect(text).toContain(' host de German yes yes yes yes no\n');
    expect(text).toContain(' guest cs Czech yes yes no no no\n');
    expect(text).toContain(' guest eo Esperanto untried no no no no\n');
    expect(text).toContain(' guest zh-Hant-HK Chinese (Traditi… yes yes no yes no\n');
    expect(text).toContain(' guest pt-BR Brazilian Portug… yes yes yes yes no\n');
    expect(text).toMatch(
      / dialogue \$0\.\d{4} a turn gemini-\S+\n cascade \$0\.\d{4} a turn gemini-\S+\n gemini-\S+\n/,
    );
    expect(text).toMatch(/\n phrasebook costs nothing\n/);
    expect(text).toContain('buttons\n talk GPIO17 pin 11\n repeat GPIO5 pin 29\n');
    expect(text).toContain(
      'lights\n talk GPIO22 pin 15\n trouble GPIO23 pin 16\n language cs GPIO24 pin 18\n',
    );
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stderr.split('\n')).toEqual([
      'd.toml:3:8: warning: languages.host: German has no phrases in the phrasebook (docs/operator/phrasebook.md)',
      'd.toml:4:9: warning: languages.guest: Czech has no line on the sheet, no phrases in the phrasebook (docs/operator/phrasebook.md)',
      "d.toml:5:11: warning: languages.guests.0: Esperanto is in no list of the service's languages: try it",
      expect.stringMatching(
        /^d\.toml:5:11: warning: languages\.guests\.0: Esperanto has no spoken prompts \(.*\), no line on/,
      ),
      'd.toml:5:17: warning: languages.guests.1: Chinese (Traditional, Hong Kong SAR China) has no phrases in the phrasebook (docs/operator/phrasebook.md)',
      'd.toml:5:31: warning: languages.guests.2: Brazilian Portuguese has no phrases in the phrasebook (docs/operator/phrasebook.md)',
      'd.toml: warning: spending.daily_budget: no daily budget is set: a day may cost any amount; add below [spending]: daily_budget = 2.0',
      '',
    ]);
    expect(stdout).toMatch(/\nd\.toml: no errors, 7 warnings\n$/);
    expect(code).toBe(0);
  });

  it('has a price a minute for what is billed by the minute, and no languages that Live Translate has not', async () => {
    const { stdout, stderr } = await check(`
[languages]
guest = "eo"
[interpreters]
engines = ["translate"]
[panel.buttons]
talk-host = 5
talk-guest = 6
`);
    expect(flowing(stdout)).toMatch(/ translate \$0\.\d{4} a minute gemini-3.5-live-translate/);
    expect(flowing(stdout)).toContain(' guest eo Esperanto no no no no no\n');
    expect(stderr).toContain(
      'Esperanto is not translated by the engine translate: needs dialogue or cascade',
    );
  });

  it('has no price of a model that is in no list, and no pins where there is no header', async () => {
    const model = '[live]\nmodels = ["gemini-99-live"]\n';
    const { stdout } = await check(`[panel]\nchip = "expander"\n${model}`);
    expect(flowing(stdout)).toContain(' dialogue price unknown gemini-99-live\n');
    expect(flowing(stdout)).toContain('buttons\n talk line 17\n');
    expect((await check('[panel]\ndriver = "none"\n')).stdout).toContain('panel: none\n');
  });

  it('shows the successor of a retired model, which the device uses', async () => {
    const { stdout } = await check(`${BUDGET}[live]\nmodels = ["gemini-3.1-flash-live-preview"]\n`);
    expect(flowing(stdout)).toMatch(/dialogue \$\d\.\d{4} a turn gemini-3\.8-live$/m);
  });

  it('does not count a language that the phrasebook only speaks', async () => {
    const file = path.join(folder(), 'phrases.json');
    await writeFile(file, '{"languages": {"da": {"notUnderstood": "Undskyld?"}}, "phrases": []}');
    const toml = `[phrasebook]\nfile = "${file}"\n${BUDGET}[languages]\nguest = "da"\n`;
    expect(flowing((await check(toml)).stdout)).toMatch(/ guest da Danish .* no\n/);
  });

  it('warns of phrases that cannot be used, and counts with the built-in ones', async () => {
    const { code, stdout, stderr } = await check(`[phrasebook]\nfile = "/nowhere/phrases.json"\n${BUDGET}`);
    expect(stderr).toMatch(/^d\.toml:2:8: warning: phrasebook\.file: \/nowhere\/phrases\.json can't be used/);
    expect(stdout).toContain('no errors, 1 warning\n');
    expect(code).toBe(0);
  });

  it.each([
    ['any amount', ''],
    ["the whole month's budget", '[spending]\nmonthly_budget = 40\n'],
  ])('asks for a daily budget where a day may cost %s, and is content with the rest', async (most, toml) => {
    const { code, stderr } = await check(toml);
    expect(stderr).toMatch(
      new RegExp(
        `^d\\.toml(:1:1)?: warning: spending\\.daily_budget: no daily budget is set: a day may cost ${most}; add below \\[spending\\]: daily_budget = 2\\.0\n$`,
      ),
    );
    expect(code).toBe(0);
  });

  it.each([
    ['that has one', BUDGET],
    ['on which nothing costs', '[interpreters]\nengines = ["phrasebook"]\n'],
  ])('asks for no daily budget of a desk %s', async (_, toml) => {
    expect((await check(toml)).stderr).toBe('');
  });

  it('names each error and each warning with its place, and counts them', async () => {
    const { code, stdout, stderr } = await check(
      '[languages]\nguest = "se"\n[panel.buttons]\ntalk = 40\nmute = 99\n',
    );
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^d\.toml:2:9: warning: languages\.guest: .*\nd\.toml:4:8: panel\.buttons\.talk: .*\nd\.toml:5:8: panel\.buttons\.mute: .*\nd\.toml: 2 errors, 1 warning\n$/,
    );
    expect(code).toBe(2);
  });
});

describe('dragoman config check --json', () => {
  const json = async (toml: string) => {
    const file = path.join(folder(), 'dragoman.toml');
    await writeFile(file, toml);
    const { code, stdout } = await dragomanInProcess(['config', 'check', file, '--json']);
    return { code, report: JSON.parse(stdout) };
  };

  it('reports the same of what was understood', async () => {
    const { code, report } = await json('[languages]\nguest = "cs"\n[spending]\ndaily_budget = 2.0\n');
    expect(code).toBe(0);
    expect(report.findings).toEqual([
      {
        severity: 'warning',
        key: 'languages.guest',
        place: { line: 2, column: 9 },
        sentence: expect.any(String),
      },
    ]);
    expect(report.languages).toContainEqual(
      expect.objectContaining({ language: 'cs', side: 'guest', service: 'yes', sheet: false }),
    );
    expect(report.engines[0]).toMatchObject({ engine: 'dialogue', cost: expect.stringMatching(/ a turn$/) });
    expect(report.wires[0]).toMatchObject({ kind: 'button', name: 'talk', line: 17, pin: 11 });
  });

  it('reports the errors, and ends with 2', async () => {
    const { code, report } = await json('[panel.buttons]\ntalk = 40\n');
    expect(code).toBe(2);
    expect(report.findings).toEqual([
      expect.objectContaining({ severity: 'error', key: 'panel.buttons.talk' }),
    ]);
  });
});

describe('dragoman config defaults', () => {
  it('prints a file that is right and stands for the defaults', () => {
    expect(parseConfig(configDefaults(), 'x.toml')).toEqual(defaultConfig());
  });

  it('names every button and light, those with a default by it', () => {
    const text = configDefaults();
    expect(text).toContain('\n[panel.buttons]\ntalk = 17\n# talk-host =\n');
    expect(text).toContain('\n[panel.leds]\ntalk = 22\nconnection = 27\n# host =\n# guest =\ntrouble = 23\n');
  });
});

describe('dragoman config show', () => {
  const FILE = `
[languages]
host = ["de", "fr"]
guests = ["cs"]
[panel.buttons]
talk-host = 5
talk-guest = 6
[panel.leds]
connection = false
[glossary]
"Sea Garden" = "our restaurant"
"Zum Anker" = ""
`;

  it('prints what is in force, and what of it is not the default', () => {
    const text = shown(parseConfig(FILE, 'x.toml'));
    expect(text).toContain('host = ["de", "fr"]  # default: "en"\nguest = "es"\n');
    expect(text).toContain('talk = false  # default: 17\ntalk-host = 5  # unset by default\n');
    expect(text).toContain('talk = 22\nconnection = false  # default: 27\ntrouble = 23\n');
    expect(text).toContain('[glossary]\n"Sea Garden" = "our restaurant"\n"Zum Anker" = ""\n');
  });

  it('prints a file that means the same', () => {
    for (const text of [FILE, '']) {
      const config = parseConfig(text, 'x.toml');
      expect(parseConfig(shown(config), 'x.toml')).toEqual(config);
    }
  });

  it('reads the named file', async () => {
    const file = path.join(folder(), 'dragoman.toml');
    await writeFile(file, FILE);
    const { code, stdout } = await dragomanInProcess(['config', 'show', file]);
    expect(stdout).toBe(shown(parseConfig(FILE, 'x.toml')));
    expect(code).toBe(0);
  });
});
