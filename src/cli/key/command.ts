import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { childEnvironment } from '../../base/child-environment.ts';
import { ask, ControlError, type Way } from '../../control/client.ts';
import { restartAnswer } from '../../control/protocol.ts';
import { ConfigError, configurationAt } from '../../system/config/load.ts';
import { defaultConfig } from '../../system/config/schema.ts';
import { CREDENTIALS_FOLDER, KEY_CREDENTIAL, storeKey } from '../../system/credentials.ts';
import { keyIn } from '../../system/key-text.ts';
import { controlSocket } from '../../system/paths.ts';
import { UsageError } from '../exit.ts';
import type { Outside } from '../outside.ts';
import { readSecret, type SecretInput } from './secret.ts';

export interface KeyOptions {
  /** In place of that of the device. */
  readonly folder?: string;
  readonly encrypt?: boolean;
  readonly config?: string;
}

/** Where the command runs. */
export interface KeyPlace extends Way {
  readonly input: SecretInput;
  readonly prompt: { write(text: string): unknown };
  readonly uid: number | undefined;
  /** The folder of the device's credentials. */
  readonly installed: string;
}

export function keyPlace(outside: Outside): KeyPlace {
  return {
    ...outside,
    input: process.stdin,
    prompt: outside.stderr,
    uid: process.getuid?.(),
    installed: CREDENTIALS_FOLDER,
  };
}

/**
 * `dragoman key set`: takes the key from the standard input and stores it, then has the daemon take it up.
 * @returns what to print
 * @throws UsageError
 */
export async function keySet(options: KeyOptions, place: KeyPlace): Promise<string> {
  const folder = folderFor(options, place);
  const found = keyIn(await readSecret(place.input, place.prompt, 'API key (it is not shown): '));
  if (found === undefined) throw new UsageError('no key was given; nothing is changed');
  if ('problem' in found) throw new UsageError(`that is no key: it ${found.problem}; nothing is changed`);
  const { key } = found;
  const form = options.encrypt === true ? 'encrypted' : 'plain';
  const text = form === 'plain' ? key : await encrypted(key);
  const file = await storeKey(folder, form, text).catch((error: Error) => {
    throw new UsageError(`the key can not be stored: ${error.message}`);
  });
  const stored = `the key is stored in ${file}\n`;
  if (options.folder !== undefined) {
    const use = form === 'plain' ? `service.key_file = "${file}" in the configuration lets` : 'systemd lets';
    return `${stored}${use} the daemon use it\n`;
  }
  return `${stored}${await takeUp(options.config, place)}\n`;
}

function folderFor({ folder }: KeyOptions, { uid, installed }: KeyPlace): string {
  if (folder !== undefined) return path.resolve(folder);
  if (!existsSync(path.dirname(installed))) {
    throw new UsageError(
      `this is no installed device (there is no ${path.dirname(installed)}): name a folder with --folder`,
    );
  }
  if (uid !== 0) throw new UsageError('only root may store the key: sudo dragoman key set');
  return installed;
}

/** As `systemd-creds encrypt` does it: only this machine can read it. */
function encrypted(key: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = ['encrypt', `--name=${KEY_CREDENTIAL.encrypted}`, '-', '-'];
    const child = execFile('systemd-creds', args, { env: childEnvironment() }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new UsageError(`systemd-creds can not encrypt the key: ${stderr.trim() || error.message}`));
    });
    child.stdin?.on('error', () => {}); // it has ended before: its exit tells why
    child.stdin?.end(key);
  });
}

/** Has the daemon start again with the new key. @returns what becomes of it */
async function takeUp(config: string | undefined, way: Way): Promise<string> {
  try {
    const when = 'vacant';
    const { restarts } = await ask(await socketOf(config), 'PUT', '/restart', restartAnswer, { when }, way);
    return restarts === 'now'
      ? 'the daemon restarts and takes it up'
      : 'the daemon takes it up as soon as the guest has left ("dragoman restart --now" does not wait)';
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    return `the daemon takes it up when it is started (${error.message})`;
  }
}

async function socketOf(config: string | undefined): Promise<string> {
  try {
    return controlSocket(await configurationAt(config));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return controlSocket(defaultConfig());
  }
}
