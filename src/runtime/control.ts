import type { Logger } from 'pino';
import type { ControlPort } from '../control/port.ts';
import { ControlServer } from '../control/server.ts';
import type { Config } from '../system/config.ts';
import { controlSocketToOpen } from '../system/control.ts';

/** Opens the control socket. Where that can't be, the log says so and the desk goes on without. */
export async function openControl(config: Config, port: ControlPort, log: Logger): Promise<ControlServer> {
  const socket = controlSocketToOpen(config);
  const control = new ControlServer(socket, port, (error) => {
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
