import type { Logger } from 'pino';
import type { ControlPort } from './control/port.ts';
import { expectedDevices, kioskOptions, kioskPorts } from './daemon/compose.ts';
import { openControl, portOf } from './daemon/control.ts';
import { Kiosk } from './daemon/kiosk.ts';
import type { DaemonPorts } from './daemon/ports.ts';
import { StartTimes } from './daemon/start-times.ts';
import { Supervision } from './daemon/supervision.ts';
import { configurationToRun, type FoundConfiguration } from './system/config/last-good.ts';
import type { Config } from './system/config/schema.ts';
import { swapNotes } from './system/swap.ts';

export interface DaemonOptions {
  /** A file, or the installed one if there is any, or the defaults. */
  readonly config: string | undefined;
  /** Where the last configuration that was valid is kept; else the device's own place, for the installed one only. */
  readonly lastGood: string | undefined;
  /** Changes what the configuration says, for the command line. */
  readonly change?: (config: Config) => Config;
  readonly logLevel: string;
  /** Ends the daemon. */
  readonly signal: AbortSignal;
}

/**
 * The daemon: serves turns until the signal is aborted.
 * @param outside the world around it
 * @throws ConfigError, DaemonRuns
 */
export async function daemon(options: DaemonOptions, outside: DaemonPorts): Promise<void> {
  const { clock } = outside;
  const times = new StartTimes(clock, 0);
  times.reached('modules');
  const found = await configurationToRun(options.config, options.lastGood);
  const config = (options.change ?? ((same) => same))(found.config);
  times.reached('configuration');
  // The terminal panel has the screen for itself: 2>FILE keeps the log off it.
  const log = outside.log(options.logLevel, config.panel.driver === 'terminal');
  for (const problem of found.problems) log.error({ detail: problem }, 'an error in the configuration');
  for (const detail of found.warnings) log.warn({ detail }, 'the configuration looks wrong');
  const { promise: port, resolve: serves } = Promise.withResolvers<ControlPort>();
  const control = await openControl(config, port, log, outside);
  const kiosk = await serve(options, outside, found, config, times, log, serves).finally(() =>
    control.stop(),
  );
  await kiosk.stop();
  log.info('dragoman has ended');
}

/**
 * Serves until it is asked to end.
 * @param serves called with the port that answers commands
 * @returns what still has to be stopped
 */
async function serve(
  options: DaemonOptions,
  outside: DaemonPorts,
  found: FoundConfiguration,
  config: Config,
  times: StartTimes,
  log: Logger,
  serves: (port: ControlPort) => void,
): Promise<Kiosk> {
  const { clock } = outside;
  const notify = await outside.notify((error) => {
    log.warn({ detail: error.message }, 'the service manager can not be notified');
  });
  const quit = new AbortController();
  const ports = await kioskPorts(config, log, times, outside, () => quit.abort());
  times.reached('parts');
  const notes = await swapNotes(outside.swapPlaces, outside.files);
  for (const note of notes) log.warn({ detail: note }, 'a note on this machine');
  const kiosk = new Kiosk(ports, kioskOptions(config, ports.interpreters, clock, notes));
  outside.watchForBugs(
    (reason) => log.error({ err: reason }, 'a bug: an unhandled rejection'),
    (error) => {
      log.fatal({ err: error }, 'a bug: an uncaught error; the daemon ends');
      return kiosk.stop(); // the lights must not continue to show that all is well
    },
  );
  const ended = AbortSignal.any([options.signal, quit.signal]);
  const expected = expectedDevices(config);
  const supervision = new Supervision(kiosk, notify, { clock, log, times, expected });
  supervision.start();
  kiosk.start();
  if (found.problems.length > 0) kiosk.condition('config-broken', true, found.problems[0] ?? '');
  serves(portOf(kiosk, times, () => quit.abort(), log));
  supervision.controlTried();
  log.info('dragoman runs');
  found.remember(outside.files).catch((error: Error) => {
    log.warn({ detail: error.message }, 'the configuration can not be kept for the day when it has errors');
  });
  if (!ended.aborted)
    await new Promise((resolve) => ended.addEventListener('abort', resolve, { once: true }));
  supervision.stop();
  return kiosk;
}
