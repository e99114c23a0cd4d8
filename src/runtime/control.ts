import type { Logger } from 'pino';
import packageJson from '../../package.json' with { type: 'json' };
import type { ControlPort } from '../control/port.ts';
import type { Config } from '../system/config.ts';
import { controlSocketToOpen } from '../system/control.ts';
import type { Kiosk } from './kiosk.ts';
import type { ControlDoor, DaemonPorts } from './ports.ts';
import type { StartTimes } from './start-times.ts';

/**
 * Opens the control socket. Where that can't be, the log says so and the desk goes on without.
 * @param end ends the daemon
 */
export async function openControl(
  config: Config,
  kiosk: Kiosk,
  times: StartTimes,
  end: () => void,
  log: Logger,
  open: DaemonPorts['control'],
): Promise<ControlDoor> {
  const socket = controlSocketToOpen(config);
  const control = open(socket, portOf(kiosk, times, end, log), (error) => {
    log.error({ err: error }, 'a bug: a command could not be answered');
  });
  try {
    await control.start();
    log.debug({ socket }, 'commands are taken');
  } catch (error) {
    const hint = 'control.socket of the configuration is where it is looked for';
    log.warn({ socket, detail: (error as Error).message, hint }, 'there is no control socket');
  }
  return control;
}

function portOf(kiosk: Kiosk, times: StartTimes, end: () => void, log: Logger): ControlPort {
  return {
    status: () => ({
      ...kiosk.status(),
      notes: kiosk.notes,
      version: packageJson.version,
      uptimeS: Math.floor(times.upMs / 1000),
      vacant: kiosk.vacant,
    }),
    chooseLanguage: (language) => kiosk.chooseLanguage(language),
    restart: (when) => {
      log.info({ when }, 'a restart was asked for');
      if (when === 'now') end();
      else void kiosk.untilVacant().then(end);
    },
  };
}
