import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../src/kiosk/engines.ts';
import type { TurnLog } from '../../src/runtime/turn-log.ts';
import { OUT_RATE } from '../../src/standin/audio.ts';
import { startPhrasebookStandin } from '../../src/standin/main.ts';
import { type Standin, type StandinOptions, startStandin } from '../../src/standin/server.ts';
import { monotonicMs } from '../rig/real/clock.ts';
import { type Desk, type DeskOptions, startDesk } from '../rig/real/desk.ts';
import type { DeskProcess } from '../rig/real/processes.ts';
import { scriptedAnswerer, tone } from '../rig/standin.ts';
import { dragoman, type Ran } from './command.ts';
import { KEY } from './live.ts';

/** The command's program. */
export const DRAGOMAN = fileURLToPath(new URL('../../src/cli/dragoman.ts', import.meta.url));

/** A line of the daemon's log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly device?: string;
  readonly fault?: string;
  readonly [field: string]: unknown;
}

/** The daemon's log, to be waited for. */
export interface Log {
  /** The next line that fits. */
  log(fits: (line: LogLine) => boolean, timeoutMs?: number): Promise<LogLine>;
  /** The line of the next turn that ends. */
  turnEnds(timeoutMs?: number): Promise<TurnLog>;
}

export interface CounterOptions {
  readonly desk?: Partial<DeskOptions>;
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
  /** The command `dragoman`, in place of the sources on this Node: a release's own Node and its script. */
  readonly program?: readonly [node: string, script: string];
  /** Where the daemon looks for the service; the stand-in's own address if not given. */
  readonly baseUrl?: (standin: Standin) => string | Promise<string>;
  /** A file that holds the key, or will. */
  readonly keyFile?: string;
  /** In place of one in the desk's folder. */
  readonly controlSocket?: string;
  /** What is done to the desk before the daemon starts. @param ledger the folder of its ledger */
  readonly before?: (desk: Desk, ledger: string) => void | Promise<void>;
}

/** The counter: a virtual desk, the stand-in, and the daemon as it ships. */
export interface Counter extends Log {
  readonly desk: Desk;
  readonly standin: Standin;
  readonly daemon: DeskProcess;
  readonly controlSocket: string;
  /** The daemon's configuration. */
  readonly configFile: string;
  /** Another daemon with the same configuration. @param more arguments of `dragoman run` */
  run(...more: string[]): DeskProcess;
  /** A command of `dragoman` that is given the daemon's configuration. */
  command(...args: string[]): Promise<Ran>;
  /** Presses, speaks, releases when it has been said. @param button `talk` if not given @returns when it was released */
  say(sound: Int16Array, button?: string): Promise<number>;
  /** Until microphone, loudspeaker, panel and service are there. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

const LED_LINES = { talk: 22, connection: 27, reconnect: 23, 'language-es': 24 };

export async function openCounter(options: CounterOptions = {}): Promise<Counter> {
  const standin = await (options.listens === true
    ? startPhrasebookStandin(options.standin ?? {})
    : startStandin({ answerer: scriptedAnswerer(), clockSpeed: 10, ...options.standin }));
  const leds = { ...LED_LINES, ...options.leds };
  const desk = await startDesk({
    buttons: { talk: 17, repeat: 5 },
    leds,
    noiseDbfs: -70,
    ...options.desk,
  }).catch(async (error: unknown) => {
    await standin.stop();
    throw error;
  });
  const keyFile = options.keyFile === undefined ? '' : `key_file = "${options.keyFile}"\n`;
  const config = path.join(desk.folder, 'dragoman.toml');
  const ledger = path.join(desk.folder, 'ledger');
  const baseUrl = (await options.baseUrl?.(standin)) ?? standin.url;
  const controlSocket = options.controlSocket ?? path.join(desk.folder, 'control.sock');
  writeFileSync(
    config,
    `[service]\nbase_url = "${baseUrl}"\n${keyFile}${options.service ?? ''}[interpreters]\nengines = ${JSON.stringify(options.engines ?? ['dialogue'])}\n[microphone]\ndevice = "mic"\n${options.microphone ?? ''}\n` +
      `[panel.buttons]\n${options.buttons ?? 'talk = 17\nrepeat = 5\n'}` +
      `[panel.leds]\n${ledsSection(leds)}[spending]\nfolder = "${ledger}"\n${options.spending ?? ''}[control]\nsocket = "${controlSocket}"\n${options.config ?? ''}`,
  );
  await options.before?.(desk, ledger);
  const [node, script] = options.program ?? [process.execPath, DRAGOMAN];
  const run = (...more: string[]) =>
    desk.spawn(node, [script, 'run', '--config', config, '--log', 'debug', ...more], {
      env: { GEMINI_API_KEY: KEY, ...options.env },
    });
  const daemon = run();
  const { log, turnEnds } = logOf(daemon);
  const counter: Counter = {
    desk,
    standin,
    daemon,
    controlSocket,
    configFile: config,
    run,
    command: (...args) => dragoman([...args, '--config', config]),
    log,
    turnEnds,
    say: (sound, button) => sayAt(desk, sound, button),
    ready: async () => {
      // The light alone does not tell it: it blinks while the service is being reached.
      const missing = new Set(['microphone', 'loudspeaker', 'panel', 'service']);
      while (missing.size > 0) {
        const line = await log(({ msg, service }) => msg === 'works' || service === 'ready', 15_000);
        missing.delete(line.service === 'ready' ? 'service' : String(line.device));
      }
      await desk.untilLed('connection', true);
    },
    stop: async () => {
      await desk.stop();
      await standin.stop();
    },
  };
  return counter;
}

/** The log in what a process prints. */
export function logOf(daemon: DeskProcess): Log {
  const log: Log['log'] = async (fits, timeoutMs) => {
    const found = await daemon.nextLine((text) => {
      const line = parsed(text);
      return line !== undefined && fits(line);
    }, timeoutMs);
    return parsed(found.text) as LogLine;
  };
  return {
    log,
    turnEnds: async (timeoutMs = 20_000) =>
      (await log((line) => line.msg === 'turn', timeoutMs)) as unknown as TurnLog,
  };
}

/** Presses, speaks, releases when it has been said. @returns when it was released */
export async function sayAt(desk: Desk, sound: Int16Array, button = 'talk'): Promise<number> {
  desk.press(button);
  const speech = desk.speak(sound);
  await speech.ended;
  return desk.release(button);
}

function ledsSection(leds: Readonly<Record<string, number>>): string {
  const lines = Object.entries(leds).map(
    ([name, line]) => `${name.replace(/^language-/, 'languages.')} = ${line}\n`,
  );
  return lines.join('');
}

function parsed(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}

/** A stand-in's answer that lasts. */
export function longAnswer(seconds = 4) {
  const pcm24k = tone(seconds, OUT_RATE);
  const answer = {
    heard: { text: 'hola', languageCode: 'es' },
    said: { text: 'hello', languageCode: 'en' },
    pcm24k,
  };
  return {
    start: async () => {},
    stop: async () => {},
    answerSpeech: async () => answer,
    answerText: async () => answer,
  };
}

/** A short press, as short as people can. @returns when it began */
export async function tap(desk: Desk, button: string): Promise<number> {
  const pressedMs = desk.press(button);
  await passes(pressedMs + 80);
  desk.release(button);
  return pressedMs;
}

/** Until a moment of the monotonic clock: people take their time, and the desk runs in real time. */
export async function passes(untilMs: number): Promise<void> {
  const leftMs = untilMs - monotonicMs();
  if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
}
