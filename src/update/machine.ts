import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { childEnvironment } from '../base/child-environment.ts';
import { ask } from '../control/client.ts';
import type { Daemon, Service } from './ports.ts';

const run = promisify(execFile);

/** systemd answers at once; after this time it hangs, in milliseconds. */
const SYSTEMD_LIMIT_MS = 20_000;

const UNIT = 'dragoman.service';
export const UPDATE_UNIT = 'dragoman-update.service';

/** Whether systemd runs this machine: sd_booted(3). */
export function booted(): boolean {
  return existsSync('/run/systemd/system');
}

/**
 * The part of the daemon's status that an update needs. Other fields are ignored: an updater may be older than the daemon.
 * Part of the frame: a release that changes these fields needs a newer frame.
 */
const daemonLook = z.object({
  version: z.string(),
  uptimeS: z.number(),
  vacant: z.boolean(),
  devices: z.record(z.string(), z.string()).catch({}),
});

/** The daemon, through its control socket. */
export function daemonAt(socket: () => string): Daemon {
  return {
    look: () => ask(socket(), 'GET', '/status', daemonLook).catch(() => undefined),
    restart: (when) =>
      ask(socket(), 'PUT', '/restart', z.object({}), { when }).then(
        () => true,
        () => false,
      ),
  };
}

/** The daemon's unit. @param systemctl the program */
export function systemd(systemctl = 'systemctl'): Service {
  const options = { timeout: SYSTEMD_LIMIT_MS, env: childEnvironment() };
  return {
    async look() {
      const { stdout } = await run(systemctl, ['show', '-p', 'ActiveState,InvocationID', UNIT], options);
      const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1] ?? '';
      return { active: value('ActiveState') === 'active', run: value('InvocationID') };
    },
    async restart() {
      await run(systemctl, ['restart', '--no-block', UNIT], options);
    },
  };
}

/** Without systemd the operator starts the daemon again when it has ended. */
export function unattended(daemon: Daemon): Service {
  return {
    look: async () => undefined,
    async restart() {
      if (!(await daemon.restart('now')))
        throw new Error('no daemon answers, and there is no systemd to start one');
    },
  };
}

/** The names of ALSA's sound cards. */
export async function soundCards(folder = '/proc/asound'): Promise<readonly string[]> {
  const entries = await readdir(folder).catch(() => []);
  const cards = entries.filter((entry) => /^card\d+$/.test(entry));
  const names = cards.map((card) => readFile(`${folder}/${card}/id`, 'utf8').catch(() => ''));
  return (await Promise.all(names)).map((name) => name.trim()).filter((name) => name !== '');
}

/**
 * Notifies systemd that a unit with Type=notify is ready: the disk is complete, and the daemon may start.
 * Does nothing without NOTIFY_SOCKET, and never fails.
 */
export async function notifyReady(environment: NodeJS.ProcessEnv): Promise<void> {
  if (environment.NOTIFY_SOCKET === undefined) return;
  await run('systemd-notify', ['--ready'], { timeout: SYSTEMD_LIMIT_MS }).catch(() => {});
}
