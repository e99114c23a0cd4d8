import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buttons, kiosk, languages, type Mistake, saidOf, turn } from '../../../test/rig/configurations.ts';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { understood } from './load.ts';

const folder = temporaryFolders();

const FILES: readonly Mistake[] = [
  [
    'UTF-16 without its mark',
    Buffer.from('[turn]\n', 'utf16le'),
    'x.toml: is saved as UTF-16 or is no text: save it as UTF-8',
  ],
  [
    'Latin-1',
    Buffer.from('[glossary]\n"Gästehaus" = ""\n', 'latin1'),
    'x.toml: has a character in line 2 that is not UTF-8 ("ANSI", Latin-1?): save it as UTF-8',
  ],
  [
    'JSON',
    '{\n  "languages": { "host": "de" }\n}\n',
    'x.toml:1:1: is JSON: this file is TOML, with lines like host = "de" below [languages]',
  ],
  [
    'YAML',
    'languages:\n  host: de\n',
    'x.toml:1:10: a table has brackets around its name, and no colon: write [languages]',
  ],
];

const SYNTAX: readonly Mistake[] = [
  [
    'text without quotes',
    languages('host = de'),
    'x.toml:2:8: found de: text needs quotes: write host = "de"',
  ],
  [
    'a word of several without quotes',
    turn('mode = tap'),
    'x.toml:2:8: found tap: text needs quotes: write mode = "tap"',
  ],
  [
    'typographic quotes',
    languages('host = “de”'),
    'x.toml:2:8: “ is a typographic quotation mark, and TOML has the plain " only: write host = "de"',
  ],
  [
    'German quotes',
    languages('host = „de“'),
    'x.toml:2:8: „ is a typographic quotation mark, and TOML has the plain " only: write host = "de"',
  ],
  [
    'typographic quotes around a name',
    '[glossary]\n“Sea Garden” = “our restaurant”\n',
    'x.toml:2:1: “ is a typographic quotation mark, and TOML has the plain " only: write "Sea Garden" = "our restaurant"',
  ],
  [
    'a name with a blank, without quotes',
    '[glossary]\nSea Garden = "our restaurant"\n',
    'x.toml:2:5: a name with blanks or signs in it needs quotes: write "Sea Garden" = "our restaurant"',
  ],
  [
    'a name with an umlaut, without quotes',
    '[glossary]\nGästehaus = ""\n',
    'x.toml:2:2: a name with blanks or signs in it needs quotes: write "Gästehaus" = ""',
  ],
  ['yes', kiosk('listen_cue = yes'), 'x.toml:2:14: found yes; needs true or false: write listen_cue = true'],
  [
    'on',
    kiosk('listen_cue = on   # a tone'),
    'x.toml:2:14: found on; needs true or false: write listen_cue = true',
  ],
  ['no', kiosk('listen_cue = no'), 'x.toml:2:14: found no; needs true or false: write listen_cue = false'],
  [
    'True',
    kiosk('listen_cue = True'),
    'x.toml:2:14: found True: true and false are in lower case: write listen_cue = true',
  ],
  [
    'a decimal comma',
    '[gate]\nopen_threshold = 0,5\n',
    'x.toml:2:19: found 0,5: a decimal has a point, and no comma; needs a number from 0 to 1: write open_threshold = 0.5',
  ],
  [
    'a duration with a unit',
    turn('silence_s = 5s'),
    'x.toml:2:14: found 5s: a number stands alone, without a unit or a sign; needs a number of seconds from 3 to 600: write silence_s = 5',
  ],
  [
    'a duration with another unit',
    turn('tail_ms = 0.2 s'),
    'x.toml:2:15: found 0.2 s: a number stands alone, without a unit or a sign; needs a whole number of milliseconds from 0 to 2000: write tail_ms = 200',
  ],
  [
    'a sum with its currency',
    '[spending]\ndaily_budget = $2.50\n',
    'x.toml:2:16: found $2.50: a number stands alone, without a unit or a sign; needs a number of dollars from 0 on: write daily_budget = 2.5',
  ],
  [
    'a sum with a comma between its thousands',
    '[spending]\nmonthly_budget = 1,000.00\n',
    'x.toml:2:19: found 1,000.00: a number has no comma; needs a number of dollars from 0 on: write monthly_budget = 1000',
  ],
  [
    'a number that nobody knows',
    turn('tail_ms = short'),
    'x.toml:2:11: found short: a number stands alone, without a unit or a sign; needs a whole number of milliseconds from 0 to 2000: like tail_ms = 150',
  ],
  [
    'the mark of a merge conflict',
    '<<<<<<< HEAD\n[turn]\nmode = "tap"\n',
    'x.toml:1:1: is the mark of a merge conflict: keep one of the two versions',
  ],
  [
    'a pin by its name',
    buttons('talk = GPIO17'),
    'x.toml:2:8: found GPIO17: a number stands alone, without a unit or a sign; needs the bare BCM number of a pin: write talk = 17',
  ],
  [
    'a number that begins with 0',
    buttons('talk = 05'),
    'x.toml:2:8: found 05: a number does not begin with 0; needs the bare BCM number of a pin: write talk = 5',
  ],
  [
    'a time without quotes',
    kiosk('quiet_from = 22:00'),
    'x.toml:2:19: found 22:00: text needs quotes: write quiet_from = "22:00"',
  ],
  [
    'a colon for =',
    buttons('talk: 5'),
    'x.toml:2:5: found : where TOML has = between setting and value: write talk = 5',
  ],
  [
    ':= for =',
    buttons('talk := 5'),
    'x.toml:2:6: found := where TOML has = between setting and value: write talk = 5',
  ],
  ['nothing for =', buttons('talk 5'), 'x.toml:2:6: there is no = between setting and value: write talk = 5'],
  [
    'a setting without a value',
    buttons('talk =\nmute = 6'),
    'x.toml:2:1: talk has no value: write talk = 17',
  ],
  [
    'a setting that is a word alone',
    buttons('talk\nmute = 6'),
    'x.toml:2:1: there is no = between setting and value: write talk = 17',
  ],
  [
    'the key, without quotes',
    '[service]\napi_key = AIzaSyA1234567890abcdef\n',
    'x.toml:2:11: the key never belongs in this file: "sudo dragoman key set" stores it',
  ],
  [
    'the key in another setting',
    '[service]\nkey_file = AIzaSyA1234567890abcdef\n',
    'x.toml:2:12: found AIza…: text needs quotes: write key_file = "AIza…"',
  ],
  [
    'a word that is nothing',
    turn('nonsense'),
    'x.toml:2:1: nonsense is no setting: it has no = and no value',
  ],
  [
    'a comma at the end',
    buttons('talk = 5,'),
    'x.toml:2:9: nothing may follow a value (found ,): write talk = 5',
  ],
  [
    'a semicolon at the end',
    buttons('talk = 5;'),
    'x.toml:2:9: nothing may follow a value (found ;): write talk = 5',
  ],
  [
    'a table without its closing bracket',
    '[panel.buttons\ntalk = 5\n',
    'x.toml:1:1: the closing bracket is missing: write [panel.buttons]',
  ],
  [
    'a table without its opening bracket',
    'panel.buttons]\ntalk = 5\n',
    'x.toml:1:14: a table has brackets around its name: write [panel.buttons]',
  ],
  [
    'a table without brackets',
    'languages\nhost = "de"\n',
    'x.toml:1:1: a table has brackets around its name: write [languages]',
  ],
  [
    'a table with a blank in its name',
    '[panel buttons]\ntalk = 5\n',
    'x.toml:1:8: is no name of a table: write [panel.buttons]',
  ],
  [
    'a table and a setting on one line',
    '[languages] host = "de"\n',
    'x.toml:1:13: what follows [languages] belongs on a line of its own: host = "de"',
  ],
  [
    'a list without its closing bracket',
    '[interpreters]\nengines = ["dialogue", "cascade"\n[turn]\n',
    'x.toml:2:1: the closing bracket of the list is missing: write engines = ["dialogue", "cascade"]',
  ],
  [
    'a list without quotes',
    '[interpreters]\nengines = [dialogue, cascade]\n',
    'x.toml:2:12: found [dialogue, cascade]: in a list, text needs quotes and commas stand between: write engines = ["dialogue", "cascade"]',
  ],
  [
    'a list without brackets',
    '[interpreters]\nengines = "dialogue", "cascade"\n',
    'x.toml:2:21: found "dialogue", "cascade": a list needs brackets around it: write engines = ["dialogue", "cascade"]',
  ],
  [
    'a quotation mark that is missing at the end',
    languages('host = "de'),
    'x.toml:2:11: the quotation mark at the end is missing (found "de): write host = "de"',
  ],
  [
    'a quotation mark of another kind at the end',
    languages(`host = "de'`),
    'x.toml:2:12: the quotation mark at the end is missing (found "de\'): write host = "de"',
  ],
  [
    'a path of Windows',
    '[prompts]\nfolder = "C:\\Users\\prompts"\n',
    'x.toml:2:14: in "…" a backslash begins a sign of its own: write folder = \'C:\\Users\\prompts\'',
  ],
  ['a comment with slashes', turn('// hands-free\nmode = "open"'), 'x.toml:2:1: a comment begins with #'],
  [
    'a blank from a web page',
    turn('mode\u00A0= "open"'),
    "x.toml:2:5: has a sign that can't be seen (U+00A0, as in text from a web page): type the blank anew",
  ],
  [
    'a table that is there twice',
    '[turn]\nmode = "tap"\n[kiosk]\n[turn]\ntail_ms = 100\n',
    'x.toml:4:2: the table [turn] is there twice, first in line 1: put its settings into one',
  ],
  [
    'a setting that is there twice',
    turn('mode = "tap"\ntail_ms = 100\nmode = "open"'),
    'x.toml:4:1: mode is there twice, first in line 2: remove one',
  ],
];

describe('a file that is no TOML', () => {
  it.each(FILES)('gets the one sentence that helps: %s', async (_, content, sentence) => {
    expect(await saidOf(content, folder())).toBe(sentence);
  });
});

describe('a line that is no TOML', () => {
  it.each(SYNTAX)('gets the one sentence that helps: %s', async (_, content, sentence) => {
    expect(await saidOf(content, folder())).toBe(sentence);
  });
});

describe('whatever is done to a configuration', () => {
  const FILE = `${languages('host = "de" # of the house')}${buttons('talk = 17')}[glossary]\n"Sea Garden" = "a room"\n[interpreters]\nengines = ["dialogue", "phrasebook"]\n`;
  const SIGNS = [...'[]{}"\'=#:;,.\\\n\t 0a“ \u00A0'];

  it('is understood, or it is said what is wrong', () => {
    const changes = fc.array(
      fc.record({ at: fc.nat(FILE.length), deleted: fc.nat(3), put: fc.constantFrom('', ...SIGNS) }),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(changes, (all) => {
        const text = all.reduce(
          (before, { at, deleted, put }) => before.slice(0, at) + put + before.slice(at + deleted),
          FILE,
        );
        const { config, findings } = understood(text);
        expect(config !== undefined || findings.some(({ severity }) => severity === 'error')).toBe(true);
        for (const { sentence } of findings) expect(sentence).not.toMatch(/undefined|\n/);
      }),
      { numRuns: 500 },
    );
  });
});
