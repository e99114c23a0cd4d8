import { describe, expect, it } from 'vitest';
import {
  buttons,
  kiosk,
  languages,
  leds,
  type Mistake,
  saidOf,
  turn,
} from '../../../test/rig/configurations.ts';
import { temporaryFolders } from '../../../test/rig/folders.ts';

const folder = temporaryFolders();

const SETTINGS: readonly Mistake[] = [
  [
    'an address without a scheme',
    '[service]\nbase_url = "gateway.example:8080"\n',
    'x.toml:2:12: service.base_url: found "gateway.example:8080": is no address of a service, like "https://gateway.example/gemini"',
  ],
  [
    'an address with a password, which is not repeated',
    '[service]\nbase_url = "https://desk:secret@gateway.example"\n',
    'x.toml:2:12: service.base_url: found "https://…@gateway.example": must not have a user or a password',
  ],
  [
    'a service to which the key would go unencrypted',
    '[service]\nbase_url = "ws://gateway.example:8080/gemini"\n',
    'x.toml:2:12: service.base_url: found "ws://gateway.example:8080/gemini": must be https or wss: the API key and what people say would go to gateway.example:8080 unencrypted; http and ws are for this machine only (localhost, 127.0.0.0/8, ::1): add TLS to the service, or a tunnel that begins here',
  ],
  [
    'a proxy of another kind, whose password is not repeated',
    '[service]\nproxy = "socks5://desk:secret@house"\n',
    'x.toml:2:9: service.proxy: found "socks5://…@house": is no address of an HTTP proxy, like "http://proxy.example:3128"',
  ],
  [
    'a number in quotes',
    turn('tail_ms = "150"'),
    'x.toml:2:11: turn.tail_ms: found "150": a number stands without quotes; needs a whole number of milliseconds from 0 to 2000: write tail_ms = 150',
  ],
  [
    'a duration in quotes',
    turn('silence_s = "2 min"'),
    'x.toml:2:13: turn.silence_s: found "2 min"; needs a number of seconds from 3 to 600: write silence_s = 120',
  ],
  [
    'a word where a number belongs',
    turn('tail_ms = "long"'),
    'x.toml:2:11: turn.tail_ms: found "long"; needs a whole number of milliseconds from 0 to 2000, like tail_ms = 150',
  ],
  [
    'a pin by its name, in quotes',
    buttons('talk = "GPIO5"'),
    'x.toml:2:8: panel.buttons.talk: found "GPIO5"; needs the bare BCM number of a pin: write talk = 5',
  ],
  [
    'a pin by its place on the header, in quotes',
    buttons('talk = "pin 11"'),
    'x.toml:2:8: panel.buttons.talk: found "pin 11"; needs the bare BCM number of a pin: write talk = 17',
  ],
  [
    'a pin of the header that is none of GPIO',
    buttons('talk = "pin 6"'),
    'x.toml:2:8: panel.buttons.talk: found "pin 6"; needs the bare BCM number of a pin, like talk = 17',
  ],
  [
    'a list with nothing in it',
    '[live]\nmodels = []\n',
    'x.toml:2:10: live.models: found []: must not be empty; needs a list, like models = ["gemini-3.8-live"]',
  ],
  [
    'text with nothing in it',
    '[microphone]\ncard = ""\n',
    'x.toml:2:8: microphone.card: found "": must not be empty; needs text in quotes, like card = "…"',
  ],
  [
    'true in quotes',
    kiosk('listen_cue = "true"'),
    'x.toml:2:14: kiosk.listen_cue: found "true": true and false stand without quotes; needs true or false: write listen_cue = true',
  ],
  [
    '1 for true',
    kiosk('listen_cue = 1'),
    'x.toml:2:14: kiosk.listen_cue: found 1; needs true or false: write listen_cue = true',
  ],
  [
    'a list where one value belongs',
    languages('guest = ["fr"]'),
    'x.toml:2:9: languages.guest: found ["fr"], a list where one value belongs; needs text in quotes: write guest = "fr"',
  ],
  [
    'a number in a list',
    buttons('talk = [5]'),
    'x.toml:2:8: panel.buttons.talk: found [5], a list where one value belongs; needs the bare BCM number of a pin: write talk = 5',
  ],
  [
    'one value where a list belongs',
    '[live]\nmodels = "gemini-3.8-live"\n',
    'x.toml:2:10: live.models: found "gemini-3.8-live", one value where a list belongs; needs a list: write models = ["gemini-3.8-live"]',
  ],
  [
    'several in one text',
    '[interpreters]\nengines = "dialogue, cascade"\n',
    'x.toml:2:11: interpreters.engines: found "dialogue, cascade", one value where a list belongs; needs a list: write engines = ["dialogue", "cascade"]',
  ],
  [
    'a number where text belongs',
    '[live]\nvoice = 3\n',
    'x.toml:2:9: live.voice: found 3; needs text in quotes: write voice = "3"',
  ],
  [
    'a time with seconds, without quotes',
    kiosk('quiet_from = 22:00:00'),
    'x.toml:2:14: kiosk.quiet_from: found a date or time without quotes; needs text in quotes, like quiet_from = "22:00"',
  ],
  [
    'a word that there is not',
    turn('mode = "opne"'),
    'x.toml:2:8: turn.mode: found "opne"; needs one of "hold", "tap" or "open": write mode = "open"',
  ],
  [
    'a word in capitals',
    turn('mode = "Hold"'),
    'x.toml:2:8: turn.mode: found "Hold"; needs one of "hold", "tap" or "open": write mode = "hold"',
  ],
  [
    'an engine that there is not',
    '[interpreters]\nengines = ["dialog"]\n',
    'x.toml:2:12: interpreters.engines.0: found "dialog"; needs one of "dialogue", "translate", "cascade" or "phrasebook": write "dialogue"',
  ],
  [
    'milliseconds for seconds',
    turn('silence_s = 30000'),
    'x.toml:2:13: turn.silence_s: found 30000; needs a number of seconds from 3 to 600: write silence_s = 30',
  ],
  [
    'a number that is too large',
    '[loudspeaker]\nvolume = 150\n',
    'x.toml:2:10: loudspeaker.volume: found 150; needs a whole number in per cent from 10 to 100, like volume = 70',
  ],
  [
    'per cent for a share',
    '[spending]\nwarn_at = 80\n',
    'x.toml:2:11: spending.warn_at: found 80; needs a number from 0 to 1: write warn_at = 0.8',
  ],
  [
    'a share above 1',
    '[gate]\nopen_threshold = 3\n',
    'x.toml:2:18: gate.open_threshold: found 3; needs a number from 0 to 1, like open_threshold = 0.3',
  ],
  [
    'a key in an inline table',
    'turn = { tail_ms = -1 }\n',
    'x.toml:1:20: turn.tail_ms: found -1; needs a whole number of milliseconds from 0 to 2000, like tail_ms = 150',
  ],
  [
    'a negative pin',
    buttons('talk = -1'),
    'x.toml:2:8: panel.buttons.talk: found -1; needs the bare BCM number of a pin, like talk = 17',
  ],
  [
    'a fraction of a pin',
    buttons('talk = 5.5'),
    'x.toml:2:8: panel.buttons.talk: found 5.5; needs the bare BCM number of a pin, like talk = 17',
  ],
  [
    'no time of day',
    kiosk('quiet_from = "10 pm"\nquiet_to = "06:30"'),
    'x.toml:2:14: kiosk.quiet_from: found "10 pm": is no time of day like "22:00"',
  ],
  [
    'a setting of another table',
    'host = "de"\n',
    'x.toml:1:1: host: there is no such setting; host belongs in [languages]',
  ],
  [
    'a setting in the table above',
    '[panel]\nmute = 6\n',
    'x.toml:2:1: panel.mute: there is no such setting in [panel]; mute belongs in [panel.buttons]',
  ],
  [
    'a setting of two other tables',
    '[panel]\ntalk = 6\n',
    'x.toml:2:1: panel.talk: there is no such setting in [panel]; talk belongs in [panel.buttons] or [panel.leds]',
  ],
  [
    'a table that lies elsewhere',
    '[buttons]\ntalk = 5\n',
    'x.toml:1:1: buttons: there is no such table; needs [panel.buttons]',
  ],
  [
    'a table that is written otherwise',
    '[language]\nhost = "de"\n',
    'x.toml:1:1: language: there is no such table; did you mean [languages]?',
  ],
  [
    'a setting that is written otherwise',
    '[live]\nmodel = "gemini-3.8-live"\n',
    'x.toml:2:1: live.model: there is no such setting in [live]; did you mean models?',
  ],
  [
    'a setting at the top that there is not',
    'a = 1\n',
    'x.toml:1:1: a: there is no such setting; dragoman config defaults lists all',
  ],
  [
    'a setting that there is not',
    turn('colour = 1'),
    'x.toml:2:1: turn.colour: there is no such setting in [turn]; there is tail_ms, mode, silence_s, hold_limit_s, deliver_within_s',
  ],
  [
    'a list of tables',
    '[[panel.buttons]]\ntalk = 5\n',
    'x.toml:1:1: panel.buttons: found [[panel.buttons]], a list of tables; needs one table: write [panel.buttons]',
  ],
  [
    'a value where a table belongs',
    'languages = "de"\n',
    'x.toml:1:13: languages: found "de"; needs a table: write [languages], and below it lines like host = "en"',
  ],
  [
    'the key',
    '[service]\napi_key = "AIza"\n',
    'x.toml:2:1: service.api_key: the key never belongs in this file: "sudo dragoman key set" stores it',
  ],
  [
    'a country for a language: jp',
    languages('guest = "jp"'),
    'x.toml:2:9: languages.guest: "jp" is no language code like "en" or "pt-BR" (BCP-47); did you mean "ja" (Japanese)?',
  ],
  [
    'a country for a language: cz',
    languages('host = "cz"'),
    'x.toml:2:8: languages.host: "cz" is no language code like "en" or "pt-BR" (BCP-47); did you mean "cs" (Czech)?',
  ],
  [
    'the name of a language',
    languages('host = "german"'),
    'x.toml:2:8: languages.host: "german" is no language code like "en" or "pt-BR" (BCP-47); did you mean "de" (German)?',
  ],
  [
    'words in place of a language',
    languages('host = "english please"'),
    'x.toml:2:8: languages.host: "english please" is no language code like "en" or "pt-BR" (BCP-47)',
  ],
  [
    'a light for a country',
    leds('languages = { cz = 5 }'),
    'x.toml:2:15: panel.leds.languages.cz: "cz" is no language code like "en" or "pt-BR" (BCP-47); did you mean "cs" (Czech)?',
  ],
  [
    'a key that is none of minisign',
    '[update]\npublic_keys = ["RWshort"]\n',
    'x.toml:2:16: update.public_keys.0: found "RWshort": is no public key of minisign: the line "RW…" of its .pub file',
  ],
  [
    'the end of a key that is not there',
    `[update.not_after]\n"RW${'x'.repeat(54)}" = "2027-06-30"\n`,
    `x.toml:2:62: update.not_after.RW${'x'.repeat(54)}: found "2027-06-30": is none of public_keys`,
  ],
  [
    'the end of a key that is no date',
    `[update]\npublic_keys = ["RW${'x'.repeat(54)}"]\nnot_after = { RW${'x'.repeat(54)} = 2027-06-30 }\n`,
    `x.toml:3:74: update.not_after.RW${'x'.repeat(54)}: is no date in quotes, like "2027-06-30"`,
  ],
  [
    'a socket whose path the kernel would not take',
    `[control]\nsocket = "/${'x'.repeat(107)}"\n`,
    'x.toml:2:10: control.socket: found "/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": is longer than a socket\'s path may be (107 bytes)',
  ],
  [
    'a socket without a whole path',
    '[control]\nsocket = "control.sock"\n',
    'x.toml:2:10: control.socket: found "control.sock": must be a whole path, from /',
  ],
  [
    'the old and the new name of a light',
    leds('trouble = 5\nreconnect = 6'),
    'x.toml:2:1: panel.leds.reconnect: is the old name of trouble, which is there as well: keep one of them',
  ],
];

describe('a setting that is not right', () => {
  it.each(SETTINGS)('gets the one sentence that helps: %s', async (_, content, sentence) => {
    expect(await saidOf(content, folder())).toBe(sentence);
  });
});

describe('a name that every object inherits', () => {
  it.each([
    ['a table', '[__proto__]\nmodels = ["x"]\n', 'x.toml:1:1: __proto__'],
    ['a table below one', '[gate.__proto__]\nx = 1\n', 'x.toml:1:1: gate.__proto__'],
    ['a dotted name', 'constructor.prototype.x = 1\n', 'x.toml:1:1: constructor.prototype.x'],
    ['in a table within a line', 'gate = { toString.x = 1 }\n', 'x.toml:1:10: gate.toString.x'],
    ['in a table within a list', 'x = [{ "__proto__" = { y = 1 } }]\n', 'x.toml:1:8: x.0.__proto__'],
  ])('is no setting, and changes nothing that objects share: %s', async (_, content, begins) => {
    const before = [Object.prototype, Object].map((shared) => Reflect.ownKeys(shared).length);
    const said = await saidOf(content, folder());
    expect(said.split('\n')[0]).toBe(`${begins}: there is no such setting`);
    expect([Object.prototype, Object].map((shared) => Reflect.ownKeys(shared).length)).toEqual(before);
    expect(({} as { models?: unknown }).models).toBeUndefined();
  });
});
