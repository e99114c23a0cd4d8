import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { REAL_TIME, within } from '../../../src/base/time.ts';
import type { TurnLog } from '../../../src/daemon/turn-log.ts';
import { startPhrasebookStandin } from '../../../src/standin/main.ts';
import { type Standin, startStandin } from '../../../src/standin/server/server.ts';
import { dragoman } from '../command.ts';
import { ConnectProxy } from '../connect-proxy.ts';
import {
  BUTTON_LINES,
  type ControlAnswer,
  type Counter,
  type CounterOptions,
  certificateOf,
  configurationOf,
  LED_LINES,
  type Log,
  type LogLine,
  logLine,
  NOT_SECURE,
  sayAt,
  untilReady,
} from '../counter.ts';
import { DEFAULT_WAIT_MS } from '../event-log.ts';
import { KEY } from '../live.ts';
import { scriptedAnswerer } from '../standin.ts';
import { type Desk, type DeskOptions, startDesk } from './desk.ts';
import { type Network, startNetwork } from './network.ts';
import { type DeskProcess, start } from './processes.ts';
import { openTlsProxy, type TlsProxy } from './tls-proxy.ts';

/** The command's program. */
export const DRAGOMAN = fileURLToPath(new URL('../../../src/cli/dragoman.ts', import.meta.url));

const WALL_CLOCK = fileURLToPath(new URL('./children/wall-clock.ts', import.meta.url));

export interface RealCounterOptions extends Omit<CounterOptions, 'desk'> {
  readonly desk?: Partial<DeskOptions>;
  /** The command `dragoman`, in place of the sources on this Node: a release's own Node and its script. */
  readonly program?: readonly [node: string, script: string];
  /** Where the daemon looks for the service; the stand-in's own address if not given. */
  readonly baseUrl?: (standin: Standin) => string | Promise<string>;
}

/** The counter on virtual devices, with the daemon as it ships, in a process of its own. */
export interface RealCounter extends Counter {
  readonly desk: Desk;
  readonly network: Network;
  readonly daemon: DeskProcess;
  readonly controlSocket: string;
  /** The daemon's configuration. */
  readonly configFile: string;
  /** Another daemon with the same configuration. @param more arguments of `dragoman run` */
  run(...more: string[]): DeskProcess;
}

/** glibc's resolver gives up after 1 s, so that a test of it does not take 10. */
const RESOLVER = 'timeout:1 attempts:1';

export async function openRealCounter(options: RealCounterOptions = {}): Promise<RealCounter> {
  const network = options.network === true ? await startNetwork({ resolver: RESOLVER }) : undefined;
  const behaviour = {
    ...(network === undefined ? {} : { host: network.hostAddress }),
    ...options.standin,
  };
  const standin = await (options.listens === true
    ? startPhrasebookStandin(behaviour)
    : startStandin({ answerer: scriptedAnswerer(), ...behaviour }));
  const outOf = (host: string) => (host === network?.hostName ? network.hostAddress : host);
  const connectProxy =
    options.proxy === undefined
      ? undefined
      : new ConnectProxy((host, port) => connect(port, outOf(host)), options.proxy);
  let proxy: TlsProxy | undefined;
  const release = async () => {
    await proxy?.stop();
    connectProxy?.stop();
    await standin.stop();
    await network?.stop();
  };
  const desk = await startDesk({
    buttons: BUTTON_LINES,
    leds: { ...LED_LINES, ...options.leds },
    noiseDbfs: -70,
    ...(network === undefined ? {} : { network }),
    ...options.desk,
  }).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  const secure = certificateOf(options);
  if (secure !== undefined) {
    proxy = await openTlsProxy({
      host: network?.hostAddress ?? '127.0.0.1',
      port: standin.port,
      certificate: secure,
      ...(network === undefined ? {} : { hostName: network.hostName }),
    }).catch(async (error: unknown) => {
      await desk.stop();
      await release();
      throw error;
    });
  }
  const own = new URL(proxy?.url ?? standin.url);
  if (network !== undefined) own.hostname = network.hostName;
  const baseUrl = (await options.baseUrl?.(standin)) ?? own.origin;
  const proxyUrl = connectProxy === undefined ? undefined : await listening(connectProxy, network);
  const laterMs = options.midnightInMs === undefined ? 0 : midnight() - options.midnightInMs - Date.now();
  const wall = () => new Date(Date.now() + laterMs);
  const { configFile, ledger, controlSocket, run } = daemonAt(desk, {
    ...options,
    baseUrl,
    proxyUrl,
    env: {
      ...(proxy === undefined ? {} : { SSL_CERT_FILE: proxy.caFile }),
      ...(laterMs === 0 ? {} : wallClockLaterBy(laterMs)),
      ...options.env,
    },
  });
  const networkOfItsOwn = (): Network => {
    if (network === undefined) throw new Error('this counter was opened without a network of its own');
    return network;
  };
  await options.before?.({
    desk,
    ledger,
    wall,
    get network() {
      return networkOfItsOwn();
    },
  });
  const lastGood =
    options.lastGood === undefined ? [] : ['--last-good', path.join(desk.folder, options.lastGood)];
  let daemon = run(...lastGood);
  const daemons = [daemon];
  const ended = async () => {
    const { code, signal } = await daemon.exited;
    if (code !== 0) throw new Error(`the daemon ended with ${signal ?? `exit code ${code}`}`);
  };
  const log: Log['log'] = (fits, timeoutMs) => logOf(daemon).log(fits, timeoutMs);
  return {
    desk,
    standin,
    connectProxy,
    get daemon() {
      return daemon;
    },
    controlSocket,
    ledger,
    configFile,
    get network() {
      return networkOfItsOwn();
    },
    run,
    command: (...args) => dragoman([...args, '--config', configFile]),
    log,
    turnEnds: (timeoutMs) => logOf(daemon).turnEnds(timeoutMs),
    say: (sound, button) => sayAt(desk, sound, button),
    ready: () => untilReady({ desk, log }),
    logged: () => daemons.flatMap(({ output }) => output.all),
    stop: async () => {
      await desk.stop();
      await release();
    },
    certificate: (kind) => {
      if (proxy === undefined) throw new Error(NOT_SECURE);
      return proxy.certificate(kind);
    },
    killDaemon: async () => {
      await daemon.kill();
    },
    wall,
    drive: (wanted) => wanted,
    control: (method, route, body) => requestOver(controlSocket, method, route, body),
    get running() {
      return daemon.running;
    },
    endDaemon: async () => {
      daemon.signal('SIGTERM');
      await ended();
      const left = desk.processes().map(({ commandLine }) => commandLine);
      if (left.length > 0) throw new Error(`the daemon left processes behind: ${left.join(', ')}`);
    },
    daemonEnds: async (timeoutMs = DEFAULT_WAIT_MS) => {
      const over = ended().then(() => true);
      if ((await within(REAL_TIME, timeoutMs, over)) === undefined)
        throw new Error(`the daemon has not ended within ${timeoutMs} ms`);
    },
    startDaemon: async () => {
      if (daemon.running) throw new Error('the daemon runs already');
      daemon = run(...lastGood);
      daemons.push(daemon);
      const { promise: runs, resolve } = Promise.withResolvers<void>();
      // Beside the log that the test reads, from which nothing is to be missing.
      daemon.output.listen(({ text }) => logLine(text)?.msg === 'dragoman runs' && resolve());
      const failed = daemon.exited.then(() => {
        throw new Error(daemon.errors.all.map(({ text }) => text).join('\n'));
      });
      await Promise.race([runs, failed]);
    },
  };
}

export interface DaemonOptions extends Omit<CounterOptions, 'desk'> {
  /** Where the daemon looks for the service; at the real one if undefined. */
  readonly baseUrl: string | undefined;
  readonly proxyUrl?: string | undefined;
  readonly program?: RealCounterOptions['program'];
  /** Its panel is the terminal, on its standard input and output; its log is on standard error. Needs no namespace. */
  readonly terminal?: boolean;
}

export interface DaemonAtDesk extends Pick<RealCounter, 'configFile' | 'ledger' | 'controlSocket' | 'run'> {}

/** The configuration of a daemon at this desk, and the way to start it. */
export function daemonAt(desk: Desk, options: DaemonOptions): DaemonAtDesk {
  const { baseUrl, proxyUrl, terminal = false } = options;
  const configFile = path.join(desk.folder, 'dragoman.toml');
  const ledger = path.join(desk.folder, 'ledger');
  const controlSocket = options.controlSocket ?? path.join(desk.folder, 'control.sock');
  writeFileSync(configFile, configurationOf(options, { baseUrl, proxyUrl, ledger, controlSocket }));
  const [node, script] = options.program ?? [process.execPath, DRAGOMAN];
  const env = { ...(options.keyFile === undefined ? { GEMINI_API_KEY: KEY } : {}), ...options.env };
  const run = (...more: string[]): DeskProcess => {
    const args = [script, 'run', '--config', configFile, '--log', 'debug', ...more];
    if (!terminal) return desk.spawn(node, args, { env });
    return start('dragoman', node, [...args, '--panel', 'terminal'], { ...desk.env, ...env }, 'pipe');
  };
  return { configFile, ledger, controlSocket, run };
}

/** Has the proxy serve the desk's network, in which nothing else can be reached any more. @returns its URL */
async function listening({ server }: ConnectProxy, network: Network | undefined): Promise<string> {
  if (network === undefined) throw new Error('a proxy takes a network of its own');
  await once(server.listen(0, network.hostAddress), 'listening');
  const url = `http://${network.hostAddress}:${(server.address() as AddressInfo).port}`;
  await network.onlyThrough(url);
  return url;
}

/** Not of today: before this checkout was made the daemon takes the clock for wrong, and its ledger waits. */
function midnight(): number {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 2).getTime();
}

function wallClockLaterBy(ms: number): Record<string, string> {
  const zone = process.env.TZ;
  return {
    ...(zone === undefined ? {} : { TZ: zone }),
    NODE_OPTIONS: `--import=${WALL_CLOCK}`,
    WALL_CLOCK_LATER_MS: String(ms),
  };
}

function requestOver(
  socketPath: string,
  method: string,
  route: string,
  body?: string,
): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath, method, path: route }, (response) => {
      json(response).then((answer) => resolve({ code: response.statusCode ?? 0, body: answer }), reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The log in what a process prints. @param printed its output, or its errors where the terminal is its panel */
export function logOf({ output }: DeskProcess, printed = output): Log {
  const log: Log['log'] = async (fits, timeoutMs) => {
    const found = await printed.next(({ text }) => {
      const line = logLine(text);
      return line !== undefined && fits(line);
    }, timeoutMs);
    return logLine(found.text) as LogLine;
  };
  return {
    log,
    turnEnds: async (timeoutMs = 20_000) =>
      (await log((line) => line.msg === 'turn', timeoutMs)) as unknown as TurnLog,
  };
}
