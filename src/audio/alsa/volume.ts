import { execFile } from 'node:child_process';
import { childEnvironment } from '../../base/child-environment.ts';
import { type Clock, sleep } from '../../base/time.ts';
import type { Direction } from './stream-formats.ts';

/** A control of a card's own mixer, as `amixer scontents` prints it. */
export interface MixerControl {
  /** In quotes, with its index: 'PCM',0. */
  readonly name: string;
  /** Like `pvolume`, `pswitch`, `cvolume`, `cswitch`; `volume` and `switch` serve both directions. */
  readonly capabilities: ReadonlySet<string>;
}

/** The names that the level of a loudspeaker has on cards, the likeliest first (linux, sound/usb/mixer_maps.c). */
const PLAYBACK_NAMES = ['PCM', 'Speaker', 'Headphone', 'Headset', 'Master', 'Digital', 'HDMI', 'Line'];
const CAPTURE_NAMES = ['Mic', 'Capture', 'Headset', 'Digital', 'Line', 'PCM'];

/** The time limit of amixer, in milliseconds: it takes some milliseconds, but hangs with a card that hangs. */
const LIMIT_MS = 3000;

/** When a card appears, udev runs `alsactl restore`. Our levels are set again after it, in milliseconds. */
const AGAIN_AFTER_MS = 3000;

/**
 * Sets the level of a card in one direction and switches it on: now, and again after the system has set its own. A
 * card without such a control, or a machine without amixer, is no fault.
 * @param percent 0 to 100, as alsamixer shows it; undefined: the level stays as it is
 * @param signal cancels the second time
 * @param report gets what was set, like `'PCM',0 90%`
 */
export function setLevel(
  card: number,
  direction: Direction,
  percent: number | undefined,
  clock: Clock,
  signal: AbortSignal,
  report: (done: readonly string[]) => void = () => {},
): void {
  const once = async () => {
    const set = commands(parseControls(await amixer(card, ['scontents'])), direction, percent);
    for (const args of set) await amixer(card, ['-M', 'sset', ...args]);
    return set.map((args) => args.join(' '));
  };
  void once().then(report);
  void sleep(clock, AGAIN_AFTER_MS, signal).then(once, () => {});
}

/** The controls in what `amixer scontents` prints. */
export function parseControls(text: string): MixerControl[] {
  return text.split(/^Simple mixer control /m).flatMap((part) => {
    const name = /^'.*',\d+/.exec(part)?.[0];
    const capabilities = /^\s*Capabilities:(.*)$/m.exec(part)?.[1]?.trim().split(/\s+/);
    return name === undefined ? [] : [{ name, capabilities: new Set(capabilities) }];
  });
}

/** The changes to make, as arguments of `amixer sset`. */
export function commands(
  controls: readonly MixerControl[],
  direction: Direction,
  percent: number | undefined,
): string[][] {
  const [letter, names, on] =
    direction === 'playback'
      ? (['p', PLAYBACK_NAMES, 'unmute'] as const)
      : (['c', CAPTURE_NAMES, 'cap'] as const);
  const can = ({ capabilities }: MixerControl, what: string) =>
    capabilities.has(`${letter}${what}`) || capabilities.has(what);
  const rank = ({ name }: MixerControl) => {
    const at = names.findIndex((known) => name.startsWith(`'${known}',`));
    return at < 0 ? names.length : at;
  };
  const sorted = controls.toSorted((a, b) => rank(a) - rank(b)); // stable: the card's own order otherwise
  const level = percent === undefined ? undefined : sorted.find((control) => can(control, 'volume'));
  const switches = sorted.filter(
    (control) => can(control, 'switch') && (control === level || rank(control) < names.length),
  );
  return [
    ...(level === undefined ? [] : [[level.name, direction, `${percent}%`]]),
    // Recording has one source on some cards: the likeliest is switched on, and none beside it.
    ...(direction === 'capture' ? switches.slice(0, 1) : switches).map(({ name }) => [name, on]),
  ];
}

/** @returns what it printed; nothing when it failed: then there is nothing to set */
function amixer(card: number, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      'amixer',
      ['-c', String(card), ...args],
      { env: childEnvironment(), timeout: LIMIT_MS, killSignal: 'SIGKILL' },
      (_, stdout) => resolve(stdout),
    );
  });
}
