import { jsonText } from '../base/foreign-text.ts';
import { sleep } from '../base/time.ts';
import { ask, NotRunning, RefusedError, type Way } from '../control/client.ts';
import {
  AUTO,
  guestRequest,
  type LanguagesAnswer,
  languagesAnswer,
  restartAnswer,
  type StatusAnswer,
  statusAnswer,
} from '../control/protocol.ts';
import { languageName } from '../kiosk/languages.ts';
import { lookAlikeWarning } from '../kiosk/look-alikes.ts';
import { configurationToRun } from '../system/config/last-good.ts';
import { controlSocket } from '../system/paths.ts';
import { EXIT, UsageError } from './exit.ts';
import type { Outside, Result } from './outside.ts';
import { Progress } from './progress.ts';

/** The commands that ask the running daemon. All of them throw ConfigError and ControlError. */

export interface ControlOptions {
  readonly config?: string;
}

/** `dragoman status`. @returns what to print */
export async function statusCommand(
  options: ControlOptions & { readonly json?: boolean },
  way: Way,
): Promise<string> {
  const status = await ask(await socketOf(options), 'GET', '/status', statusAnswer, undefined, way);
  return options.json ? `${jsonText(status, 2)}\n` : statusText(status);
}

/**
 * `dragoman language`: chooses, where there is a code, and tells what holds.
 * @param code BCP-47, or `auto`
 * @returns what to print: on standard error a doubt about the code
 * @throws UsageError also when the daemon refuses
 */
export async function languageCommand(
  code: string | undefined,
  options: ControlOptions & { readonly side: string },
  way: Way,
): Promise<Result> {
  const { side } = options;
  if (side !== 'guest' && side !== 'host') throw new UsageError(`--side is guest or host, not "${side}"`);
  if (side === 'host' && code !== undefined) {
    throw new UsageError(
      "the host's language is that of the configuration (languages.host); only the guest's can be chosen meanwhile",
    );
  }
  const socket = await socketOf(options);
  const languages =
    code === undefined
      ? (await ask(socket, 'GET', '/status', statusAnswer, undefined, way)).languages
      : await ask(socket, 'PUT', '/language', languagesAnswer, { language: code }, way).catch(
          refusedIsWrongUse,
        );
  const doubt = lookAlikeWarning(code ?? '');
  return {
    exitCode: EXIT.ok,
    stdout: lines(languageFacts(languages)),
    stderr: doubt === undefined ? '' : `dragoman: warning: ${doubt}\n`,
  };
}

/** `dragoman guest new`. @returns what to print */
export async function newGuestCommand(options: ControlOptions, way: Way): Promise<string> {
  await ask(await socketOf(options), 'PUT', '/guest', guestRequest, { guest: 'new' }, way);
  return 'The guest has left: nothing of the conversation is kept. The next one may speak.\n';
}

/**
 * `dragoman restart`: the daemon ends, and systemd starts it again.
 * @param options `now`: whoever is talking
 * @returns what to print
 */
export async function restartCommand(
  options: ControlOptions & { readonly now?: boolean },
  way: Way,
): Promise<string> {
  const socket = await socketOf(options);
  const when = options.now === true ? 'now' : 'vacant';
  const { restarts } = await ask(socket, 'PUT', '/restart', restartAnswer, { when }, way);
  return restarts === 'now'
    ? 'dragoman restarts\n'
    : 'dragoman restarts as soon as the guest has left ("dragoman restart --now" does not wait)\n';
}

const vacancy = statusAnswer.pick({ vacant: true });

/** How often it is asked whether the guest has left, in milliseconds. */
const VACANT_EVERY_MS = 1000;

/**
 * `dragoman vacant`: waits until nobody is being served. Where no daemon runs, nobody is.
 * @param options `within`: so many seconds at most
 * @returns the exit code: 1 while somebody still is
 */
export async function vacantCommand(
  options: ControlOptions & { readonly within: number },
  outside: Outside,
): Promise<number> {
  const progress = new Progress(outside.stderr, outside.clock);
  const vacant = await untilVacant(options, (line) => progress.tell(line), outside).finally(() =>
    progress.end(),
  );
  outside.stdout.write(vacant ? 'nobody is being served\n' : 'somebody is being served\n');
  return vacant ? EXIT.ok : EXIT.unable;
}

async function untilVacant(
  options: ControlOptions & { readonly within: number },
  progress: (line: string) => void,
  outside: Outside,
): Promise<boolean> {
  const { clock, signal } = outside;
  const socket = await socketOf(options);
  const endMs = clock.now() + options.within * 1000;
  for (;;) {
    const { vacant } = await ask(socket, 'GET', '/status', vacancy, undefined, outside).catch(
      (error: Error) => {
        if (error instanceof NotRunning) return { vacant: true };
        throw error;
      },
    );
    if (vacant) return true;
    const leftMs = endMs - clock.now();
    if (leftMs <= 0) return false;
    progress(
      `somebody is being served: this waits until the guest has left, ${Math.ceil(leftMs / 1000)} s more at most`,
    );
    await sleep(clock, Math.min(VACANT_EVERY_MS, leftMs), signal);
  }
}

function refusedIsWrongUse(error: unknown): never {
  throw error instanceof RefusedError ? new UsageError(error.message) : error;
}

async function socketOf({ config }: ControlOptions): Promise<string> {
  // The daemon may run with the last valid one: then its socket is to be asked.
  return controlSocket((await configurationToRun(config, undefined)).config);
}

type Fact = readonly [name: string, value: string];

function statusText(status: StatusAnswer): string {
  const { activity, turn, talkMode, conversation, service, engines, route, money } = status;
  const { devices, muted, faults, notes, languages, volumePercent, version, uptimeS } = status;
  const isOf = ({ is, fault }: StatusAnswer['service']) => (fault === undefined ? is : `${is}: ${fault}`);
  const facts: Fact[] = [
    ['release', `${version}, up for ${duration(uptimeS)}`],
    ['doing', turn === undefined ? activity : `${activity} (turn ${turn})`],
    ['talk mode', `${talkMode}${conversation ? ', a conversation is open' : ''}`],
    ['service', isOf(service)],
    ...Object.entries(engines).map(([engine, is]): Fact => [engine, isOf(is)]),
    ['route', route],
    ['budget', money],
    ...Object.entries(devices),
    ['muted', muted ? 'yes' : 'no'],
    ...languageFacts(languages),
    ['volume', `${volumePercent} %`],
  ];
  const trouble = faults.map(({ id, title, hint }) => `\n${id} ${title}\n    what to do: ${hint}\n`);
  const known = notes.map((note) => `\nnote: ${note}\n`);
  return `${lines(facts)}${[...trouble, ...known].join('')}`;
}

const KNOWN_BY: Readonly<Record<LanguagesAnswer['guest']['by'], string>> = {
  default: 'configured: nobody has been heard yet',
  guessed: 'guessed from a word',
  detected: 'heard',
  pinned: `chosen, until the guest leaves or "dragoman language ${AUTO}"`,
};

/** "3 d 4 h", "12 min": its two largest parts. @param seconds whole */
export function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0 s';
  const told = parts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return told.map(([amount, unit]) => `${amount} ${unit}`).join(' ');
}

function languageFacts({ host, guest }: LanguagesAnswer): Fact[] {
  return [
    ['host', named(host)],
    ['guest', `${named(guest.code)}, ${KNOWN_BY[guest.by]}`],
  ];
}

function named(code: string): string {
  return `${code} (${languageName(code)})`;
}

function lines(facts: readonly Fact[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}
