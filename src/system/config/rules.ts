import { sameLanguage } from '../../kiosk/languages.ts';
import { lookAlikeWarning } from '../../kiosk/look-alikes.ts';
import { lineAt, pinOf } from '../header.ts';
import { retiredNames } from '../models.ts';
import { error, type Remark, warning } from './finding.ts';
import { settingAt, valueAt } from './names.ts';
import { speakerByButton, wiresOf } from './panel.ts';
import type { Config } from './schema.ts';

/** A configuration that the schema has taken. */
interface Read {
  readonly config: Config;
  /** As it is in the file. */
  readonly given: unknown;
}

/** Finds mistakes in a configuration whose values are each valid alone. */
type Rule = (read: Read) => Iterable<Remark>;

const RULES: readonly Rule[] = [
  differentLanguages,
  codesOfCountries,
  oneButtonForAllHosts,
  talkButtons,
  pinsOfTheHeader,
  onePinEach,
  troubleLight,
  translateKnowsTheSpeaker,
  quietHours,
  wholePaths,
  oneWayToACard,
  addressOfTheService,
  budgets,
  guestsToChoose,
  thresholds,
  retiredModels,
];

/** Errors and warnings, in no order. */
export function remarksOn(config: Config, given: unknown): readonly Remark[] {
  return RULES.flatMap((rule) => [...rule({ config, given })]);
}

function* differentLanguages({ config: { languages } }: Read) {
  const isHost = (code: string) => languages.host.some((host) => sameLanguage(host, code));
  const is = "the host's language (languages.host): needs another one";
  if (isHost(languages.guest)) yield error(['languages', 'guest'], `"${languages.guest}" is ${is}`);
  for (const [i, code] of languages.guests.entries())
    if (isHost(code)) yield error(['languages', 'guests', i], `"${code}" is ${is}`);
}

function* codesOfCountries({ given }: Read) {
  const lights = ['panel', 'leds', 'languages'];
  const codes = [
    ...(['host', 'guest', 'guests'] as const).flatMap((key) => writtenAt(given, ['languages', key])),
    ...Object.keys(Object(valueAt(given, lights))).map((code) => ({ path: [...lights, code], code })),
  ];
  for (const { path, code } of codes) {
    const sentence = lookAlikeWarning(code);
    if (sentence !== undefined) yield warning(path, sentence);
  }
}

/** The codes of a setting as they were written, one or several. */
function writtenAt(given: unknown, path: readonly PropertyKey[]) {
  const value = valueAt(given, path);
  if (typeof value === 'string') return [{ path, code: value }];
  if (!Array.isArray(value)) return [];
  return value.map((code, i) => ({ path: [...path, i], code: String(code) }));
}

function* oneButtonForAllHosts({ config: { languages, panel } }: Read) {
  const hosts = languages.host.map((code) => `"${code}"`);
  if (hosts.length === 1 || speakerByButton(panel)) return;
  yield warning(
    ['languages', 'host'],
    `with one talk button a guest who speaks one of ${hosts.join(', ')} is taken for the host: name one language, or use two buttons (talk-host, talk-guest)`,
  );
}

function* talkButtons({ config: { panel } }: Read) {
  if (panel.driver !== 'gpio') return;
  const { talk, 'talk-host': host, 'talk-guest': guest } = panel.buttons;
  const path = (button: string) => ['panel', 'buttons', button];
  const [one, other] = host === undefined ? ['talk-guest', 'talk-host'] : ['talk-host', 'talk-guest'];
  if (talk !== undefined) {
    const sentence = `there is ${one} as well: needs talk alone, or talk-host and talk-guest without it`;
    if (host !== undefined || guest !== undefined) yield error(path('talk'), sentence, 'name');
  } else if (host === undefined && guest === undefined) {
    const sentence =
      'there is no talk button: nobody could speak; needs talk = 17, or talk-host and talk-guest';
    yield error(path('talk'), sentence);
  } else if (host === undefined || guest === undefined) {
    yield error(path(one), `${other} is missing: two talk buttons need both`, 'name');
  }
}

function* pinsOfTheHeader({ config }: Read) {
  if (config.panel.driver !== 'gpio' || config.panel.chip !== undefined) return;
  for (const { path, kind, line } of wiresOf(config)) {
    const pin = pinOf(line);
    if (pin === undefined)
      yield error(
        path,
        `GPIO${line} is not on the 40-pin header: needs a BCM number from 2 to 27${physical(line)}`,
      );
    else if (pin.unfitFor === 'anything' || (pin.unfitFor === 'LED' && kind === 'LED'))
      yield warning(path, `${pin.name} ${(pin.shared ?? '').replace(/[.]$/, '')}`);
  }
}

/** A number above 27 is often that of the pin, counted on the header. */
function physical(number: number): string {
  const line = lineAt(number);
  return line === undefined ? '' : `; pin ${number} of the header is GPIO${line}`;
}

function* onePinEach({ config, given }: Read) {
  const wires = wiresOf(config);
  for (const [i, { path, line }] of wires.entries()) {
    const other = wires.slice(0, i).find((one) => one.line === line);
    if (other === undefined) continue;
    // Reports the setting that is in the file; the other may be a default.
    const [here, there] = isGiven(given, path) ? [path, other.path] : [other.path, path];
    const byDefault = isGiven(given, there) ? '' : ', by default; false there switches it off';
    yield error(here, `GPIO${line} is used twice: it is that of ${there.join('.')}${byDefault}`);
  }
}

function isGiven(given: unknown, path: readonly string[]): boolean {
  const old = path.join('.') === 'panel.leds.trouble' ? ['panel', 'leds', 'reconnect'] : path;
  return valueAt(given, path) !== undefined || valueAt(given, old) !== undefined;
}

function* troubleLight({ config: { panel } }: Read) {
  const sentence = 'there is no trouble light: nobody sees what is wrong; trouble = 23 is the usual pin';
  if (panel.driver === 'gpio' && panel.leds.trouble === undefined)
    yield warning(['panel', 'leds', 'trouble'], sentence);
}

function* translateKnowsTheSpeaker({ config: { interpreters, panel } }: Read) {
  const translateAlone = interpreters.engines.every((engine) => engine === 'translate');
  const sentence =
    'translate has to know the speaker: it needs two buttons (talk-host, talk-guest), or another engine beside it';
  if (translateAlone && panel.buttons.talk !== undefined) yield error(['interpreters', 'engines'], sentence);
}

function* quietHours({ config: { kiosk } }: Read) {
  const { quietFrom: from, quietTo: to } = kiosk;
  if (from !== undefined && from === to)
    yield error(['kiosk', 'quiet_to'], `found "${to}": is the same as quiet_from: needs another time`);
  if ((from === undefined) === (to === undefined)) return;
  const [one, other, like] =
    to === undefined ? ['quiet_from', 'quiet_to', '06:30'] : ['quiet_to', 'quiet_from', '22:00'];
  yield error(['kiosk', one], `needs ${other} as well: ${other} = "${like}"`, 'name');
}

/** systemd starts a daemon in "/", and nothing expands "~". */
function* wholePaths({ config }: Read) {
  for (const setting of ['service.key_file', 'prompts.folder', 'phrasebook.file', 'spending.folder']) {
    const path = setting.split('.');
    const value = settingAt(config, path);
    if (typeof value === 'string' && !value.startsWith('/'))
      yield warning(path, `"${value}" depends on where dragoman is started: write a whole path, from /`);
  }
}

function* oneWayToACard({ config }: Read) {
  for (const part of ['microphone', 'loudspeaker'] as const) {
    const { device, card } = config[part];
    if (device !== undefined && card !== undefined)
      yield warning([part, 'card'], `has no effect beside ${part}.device: remove one of the two`);
  }
}

function* addressOfTheService({ config: { service } }: Read) {
  const version = /\/v\d\w*$/.exec(service.baseUrl)?.[0];
  const sentence = `ends with ${version}, and service.api_version is appended to it: remove ${version}`;
  if (version !== undefined) yield warning(['service', 'base_url'], sentence);
}

function* budgets({ config }: Read) {
  const { dailyBudget: daily, monthlyBudget: monthly } = config.spending;
  const none = ['daily_budget', 'monthly_budget'].filter((key) => settingAt(config, ['spending', key]) === 0);
  const sentence = 'found 0: the budget is spent from the start; without the setting there is no limit';
  for (const key of none) yield warning(['spending', key], sentence);
  if (none.length === 0 && daily !== undefined && monthly !== undefined && daily > monthly)
    yield warning(
      ['spending', 'daily_budget'],
      `found ${daily}: is more than the monthly_budget of ${monthly}`,
    );
}

function* guestsToChoose({ config: { languages, panel } }: Read) {
  const hasButton = panel.driver === 'gpio' && panel.buttons.language !== undefined;
  const sentence = `has only "${languages.guest}" to choose: list others in [languages], like guests = ["es", "fr"]`;
  if (hasButton && languages.guests.length === 0) yield warning(['panel', 'buttons', 'language'], sentence);
}

function* thresholds({ config: { gate } }: Read) {
  const { openThreshold: open, closeThreshold: close } = gate;
  const sentence = `found ${close}: must not be above gate.open_threshold (${open})`;
  if (close > open) yield error(['gate', 'close_threshold'], sentence);
}

function* retiredModels({ config }: Read) {
  for (const { setting, index, sentence } of retiredNames(config))
    yield warning([...setting.split('.'), index], sentence);
}
