import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { ConfigError, defaultConfig, loadConfig, parseConfig } from './config.ts';

const folder = temporaryFolders();

describe('the configuration', () => {
  it('is complete when the file is empty', () => {
    expect(parseConfig('', 'x.toml')).toEqual(defaultConfig());
    expect(defaultConfig().live.models[0]).toBe('gemini-3.1-flash-live-preview');
    expect(defaultConfig().service.api_version).toBe('v1beta');
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

  it.each([
    ['a wrong type', '[turn]\n\ntail_ms = "long"\n', /^x\.toml:3: turn\.tail_ms: .*number/],
    [
      'a value out of range',
      '[gate]\nopen_threshold = 3\n',
      /^x\.toml:2: gate\.open_threshold: .*1 \(found 3\)/,
    ],
    [
      'an unknown setting',
      '# hello\n[live]\nmodel = "x"\n',
      /^x\.toml:3: live\.model: there is no such setting/,
    ],
    ['an unknown table', 'a = 1\n', /^x\.toml:1: a: there is no such setting/],
    [
      'another word',
      '[turn]\ncolour = 1\n',
      /there is no such setting; there is tail_ms, mode, silence_s, hold_limit_s/,
    ],
    [
      'two wires on one line',
      '[panel.buttons]\ntalk = 17\nmute = 17\n',
      /^x\.toml:3: panel\.buttons\.mute: line 17 is already that of panel\.buttons\.talk/,
    ],
    [
      'a key that is none of minisign',
      '[update]\npublic_keys = ["RWshort"]\n',
      /^x\.toml:2: update\.public_keys\.0: is no public key of minisign/,
    ],
    [
      'an LED on the line of a button',
      '[panel.leds]\ntalk = 17\n',
      /^x\.toml:2: panel\.leds\.talk: line 17 is already that of panel\.buttons\.talk/,
    ],
    [
      'a word in place of a language code',
      '[languages]\nhost = "english"\n',
      /^x\.toml:2: languages\.host: .*language code/,
    ],
    [
      'one language for both',
      '[languages]\nguest = "en-GB"\n',
      /^x\.toml:2: languages\.guest: must be another language/,
    ],
    ['half of the quiet hours', '[kiosk]\nquiet_from = "22:00"\n', /quiet_from and quiet_to belong together/],
    [
      'the key in it',
      '[service]\napi_key = "AIza"\n',
      /^x\.toml:2: service\.api_key: .*never belongs in this file/,
    ],
    ['no TOML', '[live\n', /^x\.toml:\d+: is no TOML: /],
    [
      'a language that is none',
      '[languages]\nhost = "english please"\n',
      /^x\.toml:2: languages\.host: .*language code/,
    ],
    ['a websocket address', '[service]\nbase_url = "ws://127.0.0.1:1"\n', /^x\.toml:2: service\.base_url: /],
    [
      'thresholds the wrong way round',
      '[gate]\nclose_threshold = 0.9\n',
      /^x\.toml:2: gate\.close_threshold: must not/,
    ],
    [
      'a socket that is no whole path',
      '[control]\nsocket = "control.sock"\n',
      /^x\.toml:2: control\.socket: must be a whole path/,
    ],
    [
      'a socket whose path the kernel would not take',
      `[control]\nsocket = "/${'x'.repeat(107)}"\n`,
      /^x\.toml:2: control\.socket: is longer than .*107 bytes/,
    ],
    ['a key in an inline table', 'turn = { tail_ms = -1 }\n', /^x\.toml:1: turn\.tail_ms: /],
  ])('with %s is refused with file, line and key', (_, text, message) => {
    expect(() => parseConfig(text, 'x.toml')).toThrow(ConfigError);
    expect(() => parseConfig(text, 'x.toml')).toThrow(message);
  });

  it('with several problems names all of them', () => {
    expect(() => parseConfig('a = 1\n[turn]\ntail_ms = -1\n', 'x.toml')).toThrow(
      /x\.toml:3: turn.tail_ms[\s\S]*x\.toml:1: a|x\.toml:1: a[\s\S]*x\.toml:3/,
    );
  });

  it('may have been written with the Notepad of Windows', async () => {
    const file = path.join(folder(), 'dragoman.toml');
    await writeFile(file, '\uFEFF[languages]\r\nhost = "de"\r\n');
    expect((await loadConfig(file)).languages.host).toEqual(['de']);
  });

  it('that is not there is a clear error', async () => {
    await expect(loadConfig('/nowhere/dragoman.toml')).rejects.toThrow(
      /^\/nowhere\/dragoman\.toml: cannot be read/,
    );
  });
});
