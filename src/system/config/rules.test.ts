import { describe, expect, it } from 'vitest';
import { buttons, kiosk, languages, leds, type Mistake, saidOf } from '../../../test/rig/configurations.ts';
import { temporaryFolders } from '../../../test/rig/folders.ts';

const folder = temporaryFolders();

const ERRORS: readonly Mistake[] = [
  [
    'half of the quiet hours',
    kiosk('quiet_from = "22:00"'),
    'x.toml:2:1: kiosk.quiet_from: needs quiet_to as well: quiet_to = "06:30"',
  ],
  [
    'quiet hours of no length',
    kiosk('quiet_from = "22:00"\nquiet_to = "22:00"'),
    'x.toml:3:12: kiosk.quiet_to: found "22:00": is the same as quiet_from: needs another time',
  ],
  [
    'one language for both',
    languages('guest = "en-GB"'),
    'x.toml:2:9: languages.guest: "en-GB" is the host\'s language (languages.host): needs another one',
  ],
  [
    'a pin that is not on the header',
    buttons('talk = 40'),
    'x.toml:2:8: panel.buttons.talk: GPIO40 is not on the 40-pin header: needs a BCM number from 2 to 27; pin 40 of the header is GPIO21',
  ],
  [
    'a pin that is not on the header, and a place on it that no button may use',
    buttons('talk = 28'),
    'x.toml:2:8: panel.buttons.talk: GPIO28 is not on the 40-pin header: needs a BCM number from 2 to 27',
  ],
  [
    'a pin of the chip that no header has',
    buttons('talk = 99'),
    'x.toml:2:8: panel.buttons.talk: GPIO99 is not on the 40-pin header: needs a BCM number from 2 to 27',
  ],
  [
    'no talk button',
    buttons('talk = false'),
    'x.toml:2:8: panel.buttons.talk: there is no talk button: nobody could speak; needs talk = 17, or talk-host and talk-guest',
  ],
  [
    'half of two talk buttons',
    buttons('talk-host = 5'),
    'x.toml:2:1: panel.buttons.talk-host: talk-guest is missing: two talk buttons need both',
  ],
  [
    'three talk buttons',
    buttons('talk = 17\ntalk-host = 5\ntalk-guest = 6'),
    'x.toml:2:1: panel.buttons.talk: there is talk-host as well: needs talk alone, or talk-host and talk-guest without it',
  ],
  [
    'one pin for two buttons',
    buttons('talk = 17\nmute = 17'),
    'x.toml:3:8: panel.buttons.mute: GPIO17 is used twice: it is that of panel.buttons.talk',
  ],
  [
    "one pin for a light, and another's default",
    leds('talk = 23'),
    'x.toml:2:8: panel.leds.talk: GPIO23 is used twice: it is that of panel.leds.trouble, by default; false there switches it off',
  ],
  [
    'one pin for a light and a button',
    leds('talk = 17'),
    'x.toml:2:8: panel.leds.talk: GPIO17 is used twice: it is that of panel.buttons.talk, by default; false there switches it off',
  ],
  [
    'translate alone with one button',
    '[interpreters]\nengines = ["translate"]\n',
    'x.toml:2:11: interpreters.engines: translate has to know the speaker: it needs two buttons (talk-host, talk-guest), or another engine beside it',
  ],
  [
    'thresholds the wrong way round',
    '[gate]\nclose_threshold = 0.9\n',
    'x.toml:2:19: gate.close_threshold: found 0.9: must not be above gate.open_threshold (0.3)',
  ],
];
const WARNINGS: readonly Mistake[] = [
  [
    'a country for a language: se',
    languages('guest = "se"'),
    'x.toml:2:9: warning: languages.guest: "se" is Northern Sami; Swedish is "sv". If Northern Sami is meant, write "se-NO"',
  ],
  [
    'a country for a language, in a list',
    languages('guests = ["fr", "uk"]'),
    'x.toml:2:17: warning: languages.guests.1: "uk" is Ukrainian; British English is "en-GB". If Ukrainian is meant, write "uk-UA"',
  ],
  [
    'a country for a light',
    leds('languages = { br = 5 }'),
    'x.toml:2:20: warning: panel.leds.languages.br: "br" is Breton; Brazilian Portuguese is "pt-BR". If Breton is meant, write "br-FR"',
  ],
  [
    'several host languages with one button',
    languages('host = ["de", "en"]'),
    'x.toml:2:8: warning: languages.host: with one talk button a guest who speaks one of "de", "en" is taken for the host: name one language, or use two buttons (talk-host, talk-guest)',
  ],
  [
    'an LED on a pin of I2C',
    leds('guest = 2'),
    'x.toml:2:9: warning: panel.leds.guest: GPIO2 is I2C 1 (HATs, sensors): free only while dtparam=i2c_arm is not on. The board has a 1.8 kilohm pull-up here: good for a button to ground, wrong for an LED',
  ],
  [
    'a button on the serial console',
    buttons('mute = 14'),
    'x.toml:2:8: warning: panel.buttons.mute: GPIO14 is the serial console where it is enabled (enable_uart=1): free only without it, and a boot message on it looks like presses or flicker',
  ],
  [
    'a button on a pin of sound HATs',
    buttons('mute = 18'),
    'x.toml:2:8: warning: panel.buttons.mute: GPIO18 is PCM/I2S: taken by most sound HATs',
  ],
  [
    'a path from the home folder',
    '[prompts]\nfolder = "~/prompts"\n',
    'x.toml:2:10: warning: prompts.folder: "~/prompts" depends on where dragoman is started: write a whole path, from /',
  ],
  [
    'two names for a card',
    '[microphone]\ndevice = "plughw:1,0"\ncard = "usb:1-1.3"\n',
    'x.toml:3:8: warning: microphone.card: has no effect beside microphone.device: remove one of the two',
  ],
  [
    'an address with the version of the API',
    '[service]\nbase_url = "https://gateway.example/v1beta/"\n',
    'x.toml:2:12: warning: service.base_url: ends with /v1beta, and service.api_version is appended to it: remove /v1beta',
  ],
  [
    'a budget of 0',
    '[spending]\ndaily_budget = 0\n',
    'x.toml:2:16: warning: spending.daily_budget: found 0: the budget is spent from the start; without the setting there is no limit',
  ],
  [
    'a day that may cost more than its month',
    '[spending]\ndaily_budget = 50\nmonthly_budget = 40\n',
    'x.toml:2:16: warning: spending.daily_budget: found 50: is more than the monthly_budget of 40',
  ],
  [
    'a language button without languages',
    buttons('language = 5'),
    'x.toml:2:12: warning: panel.buttons.language: has only "es" to choose: list others in [languages], like guests = ["es", "fr"]',
  ],
  [
    'no trouble light',
    leds('trouble = false'),
    'x.toml:2:11: warning: panel.leds.trouble: there is no trouble light: nobody sees what is wrong; trouble = 23 is the usual pin',
  ],
];

describe('what does not go together', () => {
  it.each(ERRORS)('gets the one sentence that helps: %s', async (_, content, sentence) => {
    expect(await saidOf(content, folder())).toBe(sentence);
  });
});

describe('what only looks wrong', () => {
  it.each(WARNINGS)('gets the one sentence that helps: %s', async (_, content, sentence) => {
    expect(await saidOf(content, folder())).toBe(sentence);
  });
});

describe('nothing is said', () => {
  it.each([
    ['of an empty file', ''],
    ['of UTF-16 with its mark', Buffer.from(`\uFEFF${languages('host = "de"')}`, 'utf16le')],
    ['of UTF-8 with its mark, and line ends of Windows', '\uFEFF[languages]\r\nhost = "de"\r\n'],
    ['of tabs and indents', '[turn]\n\tmode = "tap"\n  tail_ms = 100\n'],
    [
      'of several host languages with two buttons',
      `${languages('host = ["de", "en"]')}${buttons('talk-host = 5\ntalk-guest = 6')}`,
    ],
    ['of a service on this machine without TLS', '[service]\nbase_url = "http://127.0.0.1:9000"\n'],
    ['of a language button with languages', `${languages('guests = ["fr"]')}${buttons('language = 5')}`],
    ['of a code with its country', languages('guest = "se-NO"')],
    ['of a button on a pin of I2C', buttons('mute = 2')],
    ['of lines of another chip', `[panel]\nchip = "expander"\n${buttons('talk = 99')}`],
    [
      'of a panel without a talk button that is no GPIO',
      `[panel]\ndriver = "none"\n${buttons('talk = false')}`,
    ],
    ['of the old name of the trouble light', leds('reconnect = 5')],
  ])('%s', async (_, content) => {
    expect(await saidOf(content, folder())).toBe('');
  });
});
