import type { TurnLog } from '../../src/daemon/turn-log.ts';
import type { Engine } from '../../src/kiosk/engines.ts';
import type { Standin, StandinOptions } from '../../src/standin/server/server.ts';
import type { Ran } from './command.ts';
import { type ConnectProxy, type ProxyPolicy, withCredentials } from './connect-proxy.ts';
import type { Desk } from './desk.ts';
import type { CertificateKind } from './real/certificates.ts';

/** A line of the daemon's log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly device?: string;
  readonly fault?: string;
  readonly [field: string]: unknown;
}

/** A line of the log and its time. */
export interface Logged {
  readonly text: string;
  /** On the desk's clock. */
  readonly atMs: number;
}

/** The daemon's log, to be waited for. */
export interface Log {
  /** The next line that fits; those passed over are not seen again. @throws Error after `timeoutMs` */
  log(fits: (line: LogLine) => boolean, timeoutMs?: number): Promise<LogLine>;
  /** The line of the next turn that ends. */
  turnEnds(timeoutMs?: number): Promise<TurnLog>;
}

/** A desk with the daemon, and the service that it talks to: in virtual time, or as processes on the real rig. */
export interface Counter extends Log {
  readonly desk: Desk;
  readonly standin: Standin;
  /** The network between them. */
  readonly network: NetworkFaults;
  /** The proxy of the desk, where it was opened with the option `proxy`. */
  readonly connectProxy: ConnectProxy | undefined;
  /** The folder of the ledger. */
  readonly ledger: string;
  /** Until microphone, loudspeaker, panel and service are there. */
  ready(): Promise<void>;
  /** Presses, speaks, releases when it has been said. @param button `talk` if not given @returns when it was released */
  say(sound: Int16Array, button?: string): Promise<number>;
  /** What the daemon has logged so far, line by line. */
  logged(): readonly Logged[];
  stop(): Promise<void>;
  /** The certificate that the service shows on new connections. @throws Error if it is not reached through TLS */
  certificate(kind: CertificateKind): void | Promise<void>;
  /** Lets time pass until a promise is settled: one of the stand-in, or of the test. */
  drive<T>(wanted: Promise<T>): Promise<T>;
  /** The daemon's configuration. */
  readonly configFile: string;
  /** A command to the daemon, as over its control socket. @param body JSON @throws Error when it takes none */
  control(method: 'GET' | 'PUT', route: string, body?: string): ControlAnswer | Promise<ControlAnswer>;
  /** A command of `dragoman` that is given the daemon's configuration. Where it waits, time is to be driven. */
  command(...args: string[]): Promise<Ran>;
  /** Whether the daemon runs. */
  readonly running: boolean;
  /** Ends the daemon, as SIGTERM does. @throws Error when it ends with an error, or leaves a recorder or a player */
  endDaemon(): Promise<void>;
  /** Until the daemon has ended without a signal. @throws Error after `timeoutMs`, or when it ends with an error */
  daemonEnds(timeoutMs?: number): Promise<void>;
  /** Starts the daemon again after its end, with what its configuration file holds now. @throws Error when it can't run */
  startDaemon(): Promise<void>;
  /** Ends the daemon, as SIGKILL does: it does nothing more, and what it had not written yet is lost. */
  killDaemon(): Promise<void>;
  /** The wall clock of the daemon. */
  wall(): Date;
}

export interface ControlAnswer {
  /** Of HTTP. */
  readonly code: number;
  readonly body: unknown;
}

/** What can be wrong with the network of a desk. Faults add up until `heal`. Each call resolves when it is in force. */
export interface NetworkFaults {
  /** Nothing comes through any more, in either direction, and neither end is notified. */
  halfOpen(): void | Promise<void>;
  /** Connections that exist now end with ECONNRESET. New ones work. */
  reset(): void | Promise<void>;
  /** New connections fail with ECONNREFUSED. Those that exist work. */
  refuse(): void | Promise<void>;
  /** The desk's own interface is down. */
  linkDown(): void | Promise<void>;
  /** So many percent of the packets get lost, each way. */
  loss(percent: number): void | Promise<void>;
  /** The bandwidth in kbit/s. `up`: from the desk. */
  bandwidth(kbit: number, way?: 'up' | 'down'): void | Promise<void>;
  dns(mode: 'answers' | 'silent' | 'servfail' | 'nxdomain'): void;
  /** Nothing else than this can be reached or resolved from the desk. @param url of a proxy */
  onlyThrough(url: string): void | Promise<void>;
  /** All is well again. */
  heal(): void | Promise<void>;
}

export interface DeskSettings {
  /** Buttons to ground by name, with their BCM numbers. */
  readonly buttons?: Readonly<Record<string, number>>;
  /** Noise of the room in the microphone, in dB relative to full scale. */
  readonly noiseDbfs?: number;
  /** How loud the loudspeaker is in the microphone, in dB; silent if not given. */
  readonly echoDb?: number;
  /** How old sound is when it is read, as with a microphone on USB (40 to 150 ms); 0 otherwise. */
  readonly microphoneDelayMs?: number;
  /** How long the GPIO lines can't be opened once they were asked for, as while udev sets their permissions. */
  readonly lateMs?: number;
}

export interface CounterOptions {
  readonly desk?: DeskSettings;
  /** More of the configuration, as TOML. */
  readonly config?: string;
  /** In the order in which they are preferred; the dialogue alone if not given. */
  readonly engines?: readonly Engine[];
  /** More of its section [service]. */
  readonly service?: string;
  /** Its section [panel.buttons], in place of one for talk and one for repeat. */
  readonly buttons?: string;
  /** More LEDs of its section [panel.leds], by role; languages as `language-fr`. BCM numbers. */
  readonly leds?: Readonly<Record<string, number>>;
  /** More of its section [microphone]. */
  readonly microphone?: string;
  /** More of its section [spending]. */
  readonly spending?: string;
  /** A stand-in that really listens and answers; else one with a scripted answer. */
  readonly listens?: boolean;
  readonly standin?: Partial<StandinOptions>;
  readonly env?: Readonly<Record<string, string>>;
  /** A file that holds the key, or will; else the key is in the environment. */
  readonly keyFile?: string;
  /** The desk is in a network whose faults the scenario makes. */
  readonly network?: boolean;
  /** The network has no way out but a proxy, with this policy at first; the desk has its address, user and password. */
  readonly proxy?: ProxyPolicy;
  /** What is done to the desk, to its network or to the folder of its ledger, before the daemon starts. */
  readonly before?: (place: Pick<Counter, 'desk' | 'network' | 'ledger' | 'wall'>) => void | Promise<void>;
  /** The service is reached through TLS, and this is its certificate at the start. */
  readonly secure?: CertificateKind;
  /** From the daemon's start to midnight by its wall clock in the local time zone, in milliseconds. */
  readonly midnightInMs?: number;
  /** In place of one in the counter's folder. */
  readonly controlSocket?: string;
  /** Where the last valid configuration is kept, relative to the configuration's folder; nowhere if not given. */
  readonly lastGood?: string;
}

export const NOT_SECURE = 'this counter was opened without the option `secure`';

/** Only on the desk itself may the service be without TLS: one in a network has a certificate. */
export function certificateOf({
  secure,
  network,
  proxy,
}: Pick<CounterOptions, 'secure' | 'network' | 'proxy'>): CertificateKind | undefined {
  return secure ?? (network === true || proxy !== undefined ? 'good' : undefined);
}

/** BCM numbers, by role. */
export const LED_LINES = { talk: 22, connection: 27, trouble: 23, 'language-es': 24 };
export const BUTTON_LINES = { talk: 17, repeat: 5 };

/** The daemon's configuration. */
export function configurationOf(
  options: Omit<CounterOptions, 'desk'>,
  places: {
    /** Of the service; the real one if undefined. */
    readonly baseUrl: string | undefined;
    /** Of the proxy; there is none if undefined. */
    readonly proxyUrl?: string | undefined;
    readonly ledger: string;
    readonly controlSocket: string;
  },
): string {
  const key = options.keyFile === undefined ? '' : `key_file = "${options.keyFile}"\n`;
  const baseUrl = places.baseUrl === undefined ? '' : `base_url = "${places.baseUrl}"\n`;
  const proxy = places.proxyUrl === undefined ? '' : `proxy = "${withCredentials(places.proxyUrl)}"\n`;
  const engines = JSON.stringify(options.engines ?? ['dialogue']);
  const leds = Object.entries({ ...LED_LINES, ...options.leds });
  return [
    `[service]\n${baseUrl}${proxy}${key}${options.service ?? ''}`,
    `[interpreters]\nengines = ${engines}\n`,
    `[microphone]\ndevice = "mic"\n${options.microphone ?? ''}\n`,
    `[panel.buttons]\n${options.buttons ?? 'talk = 17\nrepeat = 5\n'}`,
    `[panel.leds]\n${leds.map(([name, line]) => `${name.replace(/^language-/, 'languages.')} = ${line}\n`).join('')}`,
    `[spending]\nfolder = "${places.ledger}"\n${options.spending ?? ''}`,
    `[control]\nsocket = "${places.controlSocket}"\n${options.config ?? ''}`,
  ].join('');
}

/** Until microphone, loudspeaker, panel and service are there. */
export async function untilReady({ desk, log }: Pick<Counter, 'desk' | 'log'>): Promise<void> {
  // The light alone does not show it: it blinks while the service is being reached.
  const missing = new Set(['microphone', 'loudspeaker', 'panel', 'service']);
  while (missing.size > 0) {
    const line = await log(({ msg, service }) => msg === 'works' || service === 'ready', 15_000);
    missing.delete(line.service === 'ready' ? 'service' : String(line.device));
  }
  await desk.untilLed('connection', true);
}

/** Presses, speaks, releases when it has been said. @returns when it was released */
export async function sayAt(desk: Desk, sound: Int16Array, button = 'talk'): Promise<number> {
  desk.press(button);
  await desk.speak(sound).ended;
  return desk.release(button);
}

/** A line of the log; undefined for what is none. */
export function logLine(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}

/** A short press, as short as people can. @returns when it began */
export async function tap(desk: Desk, button: string): Promise<number> {
  const pressedMs = desk.press(button);
  await desk.passes(pressedMs + TAP_MS);
  desk.release(button);
  return pressedMs;
}

const TAP_MS = 80;
