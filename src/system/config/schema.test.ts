import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { ConfigError, loadConfig, parseConfig } from './load.ts';
import { defaultConfig } from './schema.ts';

const folder = temporaryFolders();

describe('the configuration', () => {
  it('is complete when the file is empty', () => {
    expect(parseConfig('', 'x.toml')).toEqual(defaultConfig());
    expect(defaultConfig().live.models[0]).toBe('gemini-3.8-live');
    expect(defaultConfig().service.apiVersion).toBe('v1beta');
  });

  it.each(['languages = 3', '[panel.leds.languages]\nxx-!! = 4', 'a = [', '[live]\nmodels = []'])(
    'with %s is refused and nothing else happens',
    (text) => {
      expect(() => parseConfig(text, 'x.toml')).toThrow(ConfigError);
    },
  );

  it('takes what is set and keeps the rest', () => {
    const config = parseConfig('[languages]\nguest = "pt-br"\n', 'x.toml');
    expect(config.languages).toEqual({ host: ['en'], guest: 'pt-BR', guests: [] });
  });

  it('with several problems names all of them', () => {
    expect(() => parseConfig('a = 1\n[turn]\ntail_ms = -1\n', 'x.toml')).toThrow(
      /^x\.toml:1:1: a: .*\nx\.toml:3:11: turn\.tail_ms: /,
    );
  });

  it('may have been written with an editor or a shell of Windows', async () => {
    const file = path.join(folder(), 'dragoman.toml');
    await writeFile(file, '\uFEFF[languages]\r\nhost = "de"\r\n');
    expect((await loadConfig(file)).languages.host).toEqual(['de']);
    await writeFile(file, Buffer.from('\uFEFF[languages]\r\nhost = "cs"\r\n', 'utf16le'));
    expect((await loadConfig(file)).languages.host).toEqual(['cs']);
  });

  it('that is not there is a clear error', async () => {
    await expect(loadConfig('/nowhere/dragoman.toml')).rejects.toThrow(
      /^\/nowhere\/dragoman\.toml: cannot be read: there is no such file/,
    );
  });
});

describe('the panel', () => {
  const panel = (text: string) => parseConfig(text, 'x.toml').panel;

  it('keeps its other buttons and lights where the file has one of them', () => {
    expect(panel('[panel.buttons]\nvolume-up = 5\n').buttons).toEqual({ talk: 17, 'volume-up': 5 });
    expect(panel('[panel.leds]\ntalk = 5\n').leds).toEqual({
      talk: 5,
      connection: 27,
      trouble: 23,
      languages: {},
    });
  });

  it('is without what is switched off by false', () => {
    const { buttons, leds } = panel(
      '[panel]\ndriver = "none"\nbuttons.talk = false\n[panel.leds]\nconnection = false\n',
    );
    expect(buttons).toEqual({});
    expect(leds).toEqual({ talk: 22, trouble: 23, languages: {} });
  });

  it('has no talk button for both sides where each has one', () => {
    const { buttons } = panel('[panel.buttons]\ntalk-host = 5\ntalk-guest = 6\n');
    expect(buttons).toEqual({ 'talk-host': 5, 'talk-guest': 6 });
  });

  it('takes the old name of the trouble light', () => {
    expect(panel('[panel.leds]\nreconnect = 5\n').leds.trouble).toBe(5);
  });
});
