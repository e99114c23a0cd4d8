import { openControl } from './runtime/control.ts';
import { Kiosk } from './runtime/kiosk.ts';
import { kioskOptions, kioskPorts } from './runtime/wire.ts';
import { type Config, configurationAt } from './system/config.ts';
import { openLog } from './system/log.ts';

export interface DaemonOptions {
  /** A file, or the installed one if there is any, or the defaults. */
  readonly config: string | undefined;
  /** Changes what the configuration says, for the command line. */
  readonly change?: (config: Config) => Config;
  readonly logLevel: string;
  /** Ends the daemon. */
  readonly signal: AbortSignal;
}

/** The daemon: serves turns until the signal is aborted. @throws ConfigError */
export async function daemon(options: DaemonOptions): Promise<void> {
  const config = (options.change ?? ((same) => same))(await configurationAt(options.config));
  // The terminal panel has the screen for itself: 2>FILE keeps the log off it.
  const log = openLog(options.logLevel, config.panel.driver === 'terminal' ? process.stderr : process.stdout);
  process.on('unhandledRejection', (reason) => log.error({ err: reason }, 'a bug: an unhandled rejection'));
  const quit = new AbortController();
  const ports = await kioskPorts(config, log, () => quit.abort());
  const kiosk = new Kiosk(ports, kioskOptions(config, ports.interpreters));
  // Whatever happened, the lights must not go on saying that all is well.
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'a bug: an uncaught error; the daemon ends');
    void kiosk.stop().finally(() => process.exit(1));
  });
  const told = AbortSignal.any([options.signal, quit.signal]);
  kiosk.start();
  const control = await openControl(config, kiosk, () => quit.abort(), log);
  log.info('dragoman runs');
  if (!told.aborted) await new Promise((resolve) => told.addEventListener('abort', resolve, { once: true }));
  await control.stop();
  await kiosk.stop();
  log.info('dragoman has ended');
}
