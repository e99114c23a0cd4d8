import { lstatSync } from 'node:fs';
import type { Logger } from 'pino';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { type Clock, wallDate } from '../base/time.ts';
import { ask } from '../control/client.ts';
import type { ControlPort } from '../control/port.ts';
import { DaemonRuns } from '../control/server.ts';
import type { Config } from '../system/config/schema.ts';
import { controlSocket } from '../system/paths.ts';
import type { Kiosk } from './kiosk.ts';
import type { ControlDoor, DaemonPorts } from './ports.ts';
import type { StartTimes } from './start-times.ts';

/**
 * Opens the control socket, before any device is opened: the process that holds it is the daemon of this desk. If it can't
 * be opened for another reason, this is logged, and the desk works without it.
 * @param port answers commands, as soon as it resolves
 * @param socket its path, instead of the configured one
 * @throws DaemonRuns where another daemon has it
 */
export async function openControl(
  config: Config,
  port: Promise<ControlPort>,
  log: Logger,
  { clock, control: open }: Pick<DaemonPorts, 'clock' | 'control'>,
  socket = controlSocket(config),
): Promise<ControlDoor> {
  const control = open(socket, port, (error) => {
    log.error({ err: error }, 'a bug: a command could not be answered');
  });
  try {
    await control.start();
    log.debug({ socket }, 'commands are taken');
  } catch (error) {
    // The folder of the device's socket exists while its service runs, and is closed to other users.
    const isHidden = config.control.socket === undefined && mayNotLookAt(socket);
    if (error instanceof DaemonRuns || isHidden) throw new DaemonRuns(await whoRuns(socket, clock));
    const hint = 'control.socket of the configuration is where it is looked for';
    log.warn({ socket, detail: (error as Error).message, hint }, 'there is no control socket');
  }
  return control;
}

export function portOf(kiosk: Kiosk, times: StartTimes, end: () => void, log: Logger): ControlPort {
  return {
    status: () => ({
      ...kiosk.status(),
      notes: kiosk.notes,
      version: packageJson.version,
      pid: process.pid,
      uptimeS: Math.floor(times.upMs / 1000),
      vacant: kiosk.vacant,
    }),
    chooseLanguage: (language) => kiosk.chooseLanguage(language),
    guestLeft: () => {
      log.info('the guest has left, by command');
      kiosk.guestLeft();
    },
    restart: (when) => {
      log.info({ when }, 'a restart was asked for');
      if (when === 'now') end();
      else void kiosk.untilVacant().then(end);
    },
  };
}

const look = z.object({ pid: z.int(), uptimeS: z.number() });

async function whoRuns(socket: string, clock: Clock): Promise<string> {
  const who = await ask(socket, 'GET', '/status', look, undefined, { clock }).then(
    ({ pid, uptimeS }) => `pid ${pid}, since ${minuteOf(wallDate(clock).getTime() - uptimeS * 1000)}`,
    () => `it has ${socket}, and can't be asked`,
  );
  return (
    `a daemon already runs here (${who}): "sudo systemctl stop dragoman" first, or end that process; ` +
    'with another control.socket a second desk runs beside it'
  );
}

/** Local time, like 2026-11-30 10:58. @param wallMs milliseconds since 1970 */
function minuteOf(wallMs: number): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' }).format(wallMs);
}

function mayNotLookAt(file: string): boolean {
  try {
    lstatSync(file);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}
