import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TurnLog } from '../../../src/runtime/turn-log.ts';
import { startPhrasebookStandin } from '../../../src/standin/main.ts';
import { type Standin, startStandin } from '../../../src/standin/server.ts';
import type { CertificateKind } from '../../support/certificates.ts';
import { dragoman, type Ran } from '../../support/command.ts';
import { type Door, openDoor } from '../../support/door.ts';
import { KEY } from '../../support/live.ts';
import {
  BUTTON_LINES,
  type Counter,
  type CounterOptions,
  configurationOf,
  LED_LINES,
  type Log,
  type LogLine,
  logLine,
  NOT_SECURE,
  sayAt,
  untilReady,
} from '../counter.ts';
import { scriptedAnswerer } from '../standin.ts';
import { type Desk, type DeskOptions, startDesk } from './desk.ts';
import { type Network, startNetwork } from './network.ts';
import type { DeskProcess } from './processes.ts';

/** The command's program. */
export const DRAGOMAN = fileURLToPath(new URL('../../../src/cli/dragoman.ts', import.meta.url));

export interface RealCounterOptions extends Omit<CounterOptions, 'desk'> {
  readonly desk?: Partial<DeskOptions>;
  /** The command `dragoman`, in place of the sources on this Node: a release's own Node and its script. */
  readonly program?: readonly [node: string, script: string];
  /** Where the daemon looks for the service; the stand-in's own address if not given. */
  readonly baseUrl?: (standin: Standin) => string | Promise<string>;
  /** In place of one in the desk's folder. */
  readonly controlSocket?: string;
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
  /** A command of `dragoman` that is given the daemon's configuration. */
  command(...args: string[]): Promise<Ran>;
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
  let door: Door | undefined;
  const release = async () => {
    await door?.stop();
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
  const config = path.join(desk.folder, 'dragoman.toml');
  const ledger = path.join(desk.folder, 'ledger');
  const controlSocket = options.controlSocket ?? path.join(desk.folder, 'control.sock');
  if (options.secure !== undefined) {
    door = await openSecureDoor(standin, network, options.secure).catch(async (error: unknown) => {
      await desk.stop();
      await release();
      throw error;
    });
  }
  const own = new URL(door?.url ?? standin.url);
  if (network !== undefined) own.hostname = network.hostName;
  const baseUrl = (await options.baseUrl?.(standin)) ?? own.origin;
  writeFileSync(config, configurationOf(options, { baseUrl, ledger, controlSocket }));
  const networkOfItsOwn = (): Network => {
    if (network === undefined) throw new Error('this counter was opened without a network of its own');
    return network;
  };
  await options.before?.({
    desk,
    ledger,
    get network() {
      return networkOfItsOwn();
    },
  });
  const [node, script] = options.program ?? [process.execPath, DRAGOMAN];
  const run = (...more: string[]) =>
    desk.spawn(node, [script, 'run', '--config', config, '--log', 'debug', ...more], {
      env: {
        ...(options.keyFile === undefined ? { GEMINI_API_KEY: KEY } : {}),
        ...(door === undefined ? {} : { NODE_EXTRA_CA_CERTS: door.caFile }),
        ...options.env,
      },
    });
  const daemon = run();
  const { log, turnEnds } = logOf(daemon);
  return {
    desk,
    standin,
    daemon,
    controlSocket,
    ledger,
    configFile: config,
    get network() {
      return networkOfItsOwn();
    },
    run,
    command: (...args) => dragoman([...args, '--config', config]),
    log,
    turnEnds,
    say: (sound, button) => sayAt(desk, sound, button),
    ready: () => untilReady({ desk, log }),
    logged: () => daemon.output.all,
    stop: async () => {
      await desk.stop();
      await release();
    },
    certificate: (kind) => {
      if (door === undefined) throw new Error(NOT_SECURE);
      return door.certificate(kind);
    },
  };
}

/** TLS in front of the stand-in. */
async function openSecureDoor(
  { port }: Standin,
  network: Network | undefined,
  certificate: CertificateKind,
): Promise<Door> {
  const host = network?.hostAddress ?? '127.0.0.1';
  const tls = network === undefined ? {} : { hostName: network.hostName };
  const door = await openDoor({ host, port }, { host, tls });
  try {
    await door.certificate(certificate);
  } catch (error) {
    await door.stop();
    throw error;
  }
  return door;
}

/** The log in what a process prints. */
export function logOf(daemon: DeskProcess): Log {
  const log: Log['log'] = async (fits, timeoutMs) => {
    const found = await daemon.nextLine((text) => {
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
