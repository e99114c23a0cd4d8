import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { configurationToRun } from './last-good.ts';
import { ConfigError } from './load.ts';
import { defaultConfig } from './schema.ts';

const folder = temporaryFolders();

/** A device with its configuration. */
function device(text?: string) {
  const root = folder();
  const installed = {
    config: path.join(root, 'dragoman.toml'),
    kept: path.join(root, 'state', 'last-good.toml'),
  };
  const write = (changed: string) => writeFileSync(installed.config, changed);
  if (text !== undefined) write(text);
  return { installed, write, root, find: () => configurationToRun(undefined, undefined, installed) };
}

const VALID = '[languages]\nhost = "de"\n';
const BROKEN = '[languages]\nhost = "german"\n[turn]\ntail = 1\n';

describe('the last valid configuration', () => {
  it('holds where the file has errors, and every error is told', async () => {
    const { find, write } = device(VALID);
    await (await find()).remember();
    write(BROKEN);
    const { config, problems } = await find();
    expect(config.languages.host).toEqual(['de']);
    expect(problems).toEqual([
      expect.stringMatching(/dragoman[.]toml:2:8: languages[.]host: /),
      expect.stringMatching(/dragoman[.]toml:4:1: turn[.]tail: /),
    ]);
  });

  it('is taken over from a file that only looks wrong, and what looks wrong is told', async () => {
    const { find, installed } = device('[languages]\nhost = "se"\n');
    const { warnings, problems, remember } = await find();
    expect(warnings).toEqual([
      expect.stringMatching(/dragoman[.]toml:2:8: warning: languages[.]host: "se" is Northern Sami/),
    ]);
    expect(problems).toEqual([]);
    await remember();
    expect(existsSync(installed.kept)).toBe(true);
  });

  it('holds where the file can not be read', async () => {
    const { find, installed, root } = device(VALID);
    await (await find()).remember();
    const broken = { ...installed, config: root }; // a folder
    expect((await configurationToRun(undefined, undefined, broken)).config.languages.host).toEqual(['de']);
  });

  it('is not taken over from one that has errors', async () => {
    const { find, write, installed } = device(VALID);
    await (await find()).remember();
    write(BROKEN);
    await (await find()).remember();
    expect(readFileSync(installed.kept, 'utf8')).toBe(VALID);
  });

  it('can be read by whoever may ask the daemon, whatever its umask', async () => {
    const { find, installed } = device(VALID);
    const before = process.umask(0o077);
    try {
      await (await find()).remember();
    } finally {
      process.umask(before);
    }
    expect((statSync(installed.kept).mode & 0o777).toString(8)).toBe('644');
  });

  it('is written only where it is another', async () => {
    const { find, write, installed } = device(VALID);
    await (await find()).remember();
    utimesSync(installed.kept, 1, 1);
    await (await find()).remember();
    expect(statSync(installed.kept).mtimeMs).toBe(1000);
    write(`${VALID}# changed`);
    await (await find()).remember();
    expect(readFileSync(installed.kept, 'utf8')).toBe(`${VALID}# changed`);
  });

  it('does not help where there is none, or none that this release understands', async () => {
    const { find, installed } = device(BROKEN);
    await expect(find()).rejects.toThrow(ConfigError);
    mkdirSync(path.dirname(installed.kept));
    writeFileSync(installed.kept, '[panel]\ndriver = "of a later release"\n');
    await expect(find()).rejects.toThrow(/dragoman[.]toml:2:8: languages[.]host/);
  });

  it('holds without what a later release has added, where that one was rolled back', async () => {
    const later = `${VALID}added = 1\n[panel.leds]\nadded = 30\ntalk = 5\n[added]\nlater = true\n`;
    const { find, installed } = device(later);
    mkdirSync(path.dirname(installed.kept));
    writeFileSync(installed.kept, later);
    const { config, problems } = await find();
    expect(config.languages.host).toEqual(['de']);
    expect(config.panel.leds).toEqual({ languages: {}, talk: 5, connection: 27, trouble: 23 });
    expect(problems).toEqual(
      ['languages.added', 'panel.leds.added', ' added'].map((key) =>
        expect.stringContaining(`${key}: there is no`),
      ),
    );
  });

  it.each<[string, (kept: string, root: string) => void]>([
    [
      'a link to another file',
      (kept, root) => {
        writeFileSync(path.join(root, 'elsewhere'), VALID);
        symlinkSync(path.join(root, 'elsewhere'), kept);
      },
    ],
    ['a pipe', (kept) => void execFileSync('mkfifo', [kept])],
    ['a folder', (kept) => mkdirSync(kept)],
    ['larger than a configuration', (kept) => writeFileSync(kept, `${VALID}${'#'.repeat(1024 * 1024)}`)],
    ['no text', (kept) => writeFileSync(kept, '\0')],
  ])('does not help where it is %s: root reads it, too', async (_, make) => {
    const { find, installed, root } = device(BROKEN);
    mkdirSync(path.dirname(installed.kept));
    make(installed.kept, root);
    await expect(find()).rejects.toThrow(/dragoman[.]toml:2:8: languages[.]host/);
  });

  it('is that of the installed file: one that was named takes no part in it, unless it is told to', async () => {
    const { find, installed, root } = device(VALID);
    await (await find()).remember();
    const other = path.join(root, 'other.toml');
    writeFileSync(other, '');
    await (await configurationToRun(other, undefined, installed)).remember();
    expect(readFileSync(installed.kept, 'utf8')).toBe(VALID);
    writeFileSync(other, BROKEN);
    await expect(configurationToRun(other, undefined, installed)).rejects.toThrow(ConfigError);
    expect((await configurationToRun(other, installed.kept, installed)).config.languages.host).toEqual([
      'de',
    ]);
  });

  it('that can not be written is told to who asked for it', async () => {
    const { find, root } = device(VALID);
    const found = await find();
    writeFileSync(path.join(root, 'state'), 'a file where the folder should be');
    await expect(found.remember()).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});

describe('without a configuration', () => {
  it('the defaults hold, and nothing is kept', async () => {
    const { find, installed } = device();
    const found = await find();
    expect(found.config).toEqual(defaultConfig());
    await found.remember();
    expect(existsSync(installed.kept)).toBe(false);
  });
});
