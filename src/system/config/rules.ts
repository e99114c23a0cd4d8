import { sameLanguage } from '../../kiosk/languages.ts';
import { lookAlikeWarning } from '../../kiosk/look-alikes.ts';
import type { Config } from '../config.ts';
import { lineAt, pinOf } from '../header.ts';
import { retiredNames } from '../models.ts';
import { error, type Remark, warning } from './finding.ts';
import { wiresOf } from './wires.ts';

/** A configuration that the schema has taken. */
interface Read {
  readonly config: Config;
  /** As it is in the file. */
  readonly given: unknown;
}

/** What is wrong, or looks wrong, with a configuration whose every value is right by itself. */
type Rule = (read: Read) => readonly Remark[];

const RULES: readonly Rule[] = [
  differentLanguages,
  codesOfCountries,
  oneButtonForAllHosts,
  talkButtons,
  pinsOfTheHeader,
  onePinEach,
  troubleLight,
  translateKnowsWhoSpeaks,
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
  return RULES.flatMap((rule) => rule({ config, given }));
}

function differentLanguages({ config: { languages } }: Read): readonly Remark[] {
  const isHost = (code: string) => languages.host.some((host) => sameLanguage(host, code));
  const is = `the host's language (languages.host): needs another one`;
  return [
    ...(isHost(languages.guest) ? [error(['languages', 'guest'], `"${languages.guest}" is ${is}`)] : []),
    ...languages.guests.flatMap((code, i) =>
      isHost(code) ? [error(['languages', 'guests', i], `"${code}" is ${is}`)] : [],
    ),
  ];
}

function codesOfCountries({ given }: Read): readonly Remark[] {
  const codes = [
    ...(['host', 'guest', 'guests'] as const).flatMap((key) => writtenAt(given, ['languages', key])),
    ...Object.keys(Object(valueAt(given, ['panel', 'leds', 'languages']))).map((code) => ({
      path: ['panel', 'leds', 'languages', code],
      code,
    })),
  ];
  return codes.flatMap(({ path, code }) => {
    const sentence = lookAlikeWarning(code);
    return sentence === undefined ? [] : [warning(path, sentence)];
  });
}

/** The codes of a setting as they were written, one or several. */
function writtenAt(given: unknown, path: readonly PropertyKey[]) {
  const value = valueAt(given, path);
  if (typeof value === 'string') return [{ path, code: value }];
  if (!Array.isArray(value)) return [];
  return value.map((code, i) => ({ path: [...path, i], code: String(code) }));
}

function oneButtonForAllHosts({ config: { languages, panel } }: Read): readonly Remark[] {
  const hosts = languages.host.map((code) => `"${code}"`);
  if (hosts.length === 1 || (panel.driver === 'gpio' && panel.buttons.talk === undefined)) return [];
  return [
    warning(
      ['languages', 'host'],
      `with one talk button a guest who speaks one of ${hosts.join(', ')} is taken for the host: name one language, or use two buttons (talk-host, talk-guest)`,
    ),
  ];
}

function talkButtons({ config: { panel } }: Read): readonly Remark[] {
  if (panel.driver !== 'gpio') return [];
  const { talk, 'talk-host': host, 'talk-guest': guest } = panel.buttons;
  if (talk === undefined && host === undefined && guest === undefined) {
    return [
      error(
        ['panel', 'buttons', 'talk'],
        'there is no talk button: nobody could speak; needs talk = 17, or talk-host and talk-guest',
      ),
    ];
  }
  const [one, other] = host === undefined ? ['talk-guest', 'talk-host'] : ['talk-host', 'talk-guest'];
  if (talk !== undefined && (host !== undefined || guest !== undefined)) {
    return [
      error(
        ['panel', 'buttons', 'talk'],
        `there is ${one} as well: needs talk alone, or talk-host and talk-guest without it`,
        'name',
      ),
    ];
  }
  if (talk === undefined && (host === undefined || guest === undefined)) {
    return [error(['panel', 'buttons', one], `${other} is missing: two talk buttons need both`, 'name')];
  }
  return [];
}

function pinsOfTheHeader({ config }: Read): readonly Remark[] {
  if (config.panel.driver !== 'gpio' || config.panel.chip !== undefined) return [];
  return wiresOf(config).flatMap(({ path, kind, line }) => {
    const pin = pinOf(line);
    if (pin === undefined) {
      const meant = physical(line);
      return [
        error(path, `GPIO${line} is not on the 40-pin header: needs a BCM number from 2 to 27${meant}`),
      ];
    }
    if (pin.unfitFor === undefined || (pin.unfitFor === 'LED' && kind === 'button')) return [];
    return [warning(path, `${pin.name} ${(pin.shared ?? '').replace(/[.]$/, '')}`)];
  });
}

/** A number above 27 is often that of the pin, counted on the header. */
function physical(number: number): string {
  const line = lineAt(number);
  return line === undefined ? '' : `; pin ${number} of the header is GPIO${line}`;
}

function onePinEach({ config, given }: Read): readonly Remark[] {
  const wires = wiresOf(config);
  return wires.flatMap(({ path, line }, i) => {
    const other = wires.slice(0, i).find((one) => one.line === line);
    if (other === undefined) return [];
    // What the file says is the one to look at; the other may be a default.
    const [here, there] = isGiven(given, path) ? [path, other.path] : [other.path, path];
    const byDefault = isGiven(given, there) ? '' : ', by default; false there switches it off';
    return [error(here, `GPIO${line} is used twice: it is that of ${there.join('.')}${byDefault}`)];
  });
}

function isGiven(given: unknown, path: readonly string[]): boolean {
  const old = path.join('.') === 'panel.leds.trouble' ? ['panel', 'leds', 'reconnect'] : path;
  return valueAt(given, path) !== undefined || valueAt(given, old) !== undefined;
}

function troubleLight({ config: { panel } }: Read): readonly Remark[] {
  if (panel.driver !== 'gpio' || panel.leds.trouble !== undefined) return [];
  return [
    warning(
      ['panel', 'leds', 'trouble'],
      'there is no trouble light: nobody sees what is wrong; trouble = 23 is the usual pin',
    ),
  ];
}

function translateKnowsWhoSpeaks({ config: { interpreters, panel } }: Read): readonly Remark[] {
  const translateAlone = interpreters.engines.every((engine) => engine === 'translate');
  if (!translateAlone || panel.buttons.talk === undefined) return [];
  return [
    error(
      ['interpreters', 'engines'],
      'translate has to know who speaks: it needs two buttons (talk-host, talk-guest), or another engine beside it',
    ),
  ];
}

function quietHours({ config: { kiosk } }: Read): readonly Remark[] {
  const { quiet_from: from, quiet_to: to } = kiosk;
  if (from !== undefined && from === to) {
    return [error(['kiosk', 'quiet_to'], `found "${to}": is the same as quiet_from: needs another time`)];
  }
  if ((from === undefined) === (to === undefined)) return [];
  const [one, other, like] =
    to === undefined ? ['quiet_from', 'quiet_to', '06:30'] : ['quiet_to', 'quiet_from', '22:00'];
  return [error(['kiosk', one], `needs ${other} as well: ${other} = "${like}"`, 'name')];
}

/** A daemon of systemd's is started in "/", and nothing replaces "~". */
function wholePaths({ config }: Read): readonly Remark[] {
  const settings = [
    ['service', 'key_file'],
    ['prompts', 'folder'],
    ['phrasebook', 'file'],
    ['spending', 'folder'],
  ];
  return settings.flatMap((path) => {
    const value = valueAt(config, path);
    if (typeof value !== 'string' || value.startsWith('/')) return [];
    return [warning(path, `"${value}" depends on where dragoman is started: write a whole path, from /`)];
  });
}

function oneWayToACard({ config }: Read): readonly Remark[] {
  return (['microphone', 'loudspeaker'] as const).flatMap((part) => {
    const { device, card } = config[part];
    if (device === undefined || card === undefined) return [];
    return [warning([part, 'card'], `has no effect beside ${part}.device: remove one of the two`)];
  });
}

function addressOfTheService({ config: { service } }: Read): readonly Remark[] {
  const version = /\/v\d\w*$/.exec(service.base_url)?.[0];
  if (version === undefined) return [];
  const sentence = `ends with ${version}, and service.api_version is appended to it: remove ${version}`;
  return [warning(['service', 'base_url'], sentence)];
}

function budgets({ config: { spending } }: Read): readonly Remark[] {
  const { daily_budget: daily, monthly_budget: monthly } = spending;
  const none = (['daily_budget', 'monthly_budget'] as const).filter((key) => spending[key] === 0);
  if (none.length > 0) {
    const sentence = 'found 0: the budget is spent from the start; without the setting there is no limit';
    return none.map((key) => warning(['spending', key], sentence));
  }
  if (daily === undefined || monthly === undefined || daily <= monthly) return [];
  return [
    warning(['spending', 'daily_budget'], `found ${daily}: is more than the monthly_budget of ${monthly}`),
  ];
}

function guestsToChoose({ config: { languages, panel } }: Read): readonly Remark[] {
  if (panel.driver !== 'gpio' || panel.buttons.language === undefined || languages.guests.length > 0)
    return [];
  const sentence = `has only "${languages.guest}" to choose: list others in [languages], like guests = ["es", "fr"]`;
  return [warning(['panel', 'buttons', 'language'], sentence)];
}

function thresholds({ config: { gate } }: Read): readonly Remark[] {
  if (gate.close_threshold <= gate.open_threshold) return [];
  const sentence = `found ${gate.close_threshold}: must not be above gate.open_threshold (${gate.open_threshold})`;
  return [error(['gate', 'close_threshold'], sentence)];
}

function retiredModels({ config }: Read): readonly Remark[] {
  return retiredNames(config).map(({ setting, index, sentence }) =>
    warning([...setting.split('.'), index], sentence),
  );
}

/** What is at a place in a file, as it was read. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
}
