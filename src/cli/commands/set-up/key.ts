import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Option } from 'commander';
import { childEnvironment } from '../../../base/child-environment.ts';
import { UsageError } from '../../../base/errors.ts';
import { ControlError, type Way } from '../../../control/client.ts';
import { restartAnswer } from '../../../control/protocol.ts';
import { ConfigError } from '../../../system/config/load.ts';
import { CREDENTIALS_FOLDER, KEY_CREDENTIAL, storeKey } from '../../../system/credentials.ts';
import { keyIn } from '../../../system/key-text.ts';
import { CONFIG, type Common, type Definition } from '../../command.ts';
import { daemonOf } from '../daemon.ts';
import { readSecret, type SecretInput } from './secret-input.ts';

interface KeyOptions extends Common {
  readonly folder?: string;
  readonly encrypt?: boolean;
}

export const command: Definition = {
  commands: {
    set: {
      summary: 'store the key, from the standard input, and have the daemon use it',
      options: [
        new Option('--encrypt', 'encrypted by systemd-creds: of use on this machine only'),
        new Option('--folder <folder>', 'the folder, in place of /var/lib/dragoman/credentials'),
        CONFIG,
      ],
      examples: {
        'sudo dragoman key set': 'asks for the key, and does not show it',
        'sudo dragoman key set <key.txt': 'takes it from a file',
      },
      exits: { wrongUse: 'the key was not stored; nothing is changed' },
      async run(io, options: KeyOptions) {
        const { stdin: input, getuid } = process;
        const place = { input, prompt: io.outside.stderr, uid: getuid?.(), installed: CREDENTIALS_FOLDER };
        io.print(await keySet(options, { ...io.outside, ...place }));
      },
    },
  },
};

/** Where the command runs. */
export interface KeyPlace extends Way {
  readonly input: SecretInput;
  readonly prompt: { write(text: string): unknown };
  readonly uid: number | undefined;
  /** The folder of the device's credentials. */
  readonly installed: string;
}

/**
 * Takes the key from the standard input and stores it, then has the daemon restart to use it.
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
  return `${stored}${await restartWith(options, place)}\n`;
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
async function encrypted(key: string): Promise<string> {
  const args = ['encrypt', `--name=${KEY_CREDENTIAL.encrypted}`, '-', '-'];
  const running = promisify(execFile)('systemd-creds', args, { env: childEnvironment() });
  running.child.stdin?.on('error', () => {}); // it has ended already: its exit says why
  running.child.stdin?.end(key);
  const { stdout } = await running.catch((error: Error & { readonly stderr?: string }) => {
    const reason = error.stderr?.trim() || error.message;
    throw new UsageError(`systemd-creds can not encrypt the key: ${reason}`);
  });
  return stdout;
}

/** Has the daemon restart with the new key. @returns when the daemon uses it */
async function restartWith(options: KeyOptions, way: Way): Promise<string> {
  try {
    const ask = await daemonOf(way, options);
    const { restarts } = await ask('/restart', restartAnswer, { when: 'vacant' });
    return restarts === 'now'
      ? 'the daemon restarts and uses it'
      : 'the daemon uses it as soon as the guest has left ("dragoman restart --now" does not wait)';
  } catch (error) {
    // The key is stored, whatever is wrong with the daemon or its configuration.
    if (!(error instanceof ControlError || error instanceof ConfigError)) throw error;
    return `the daemon uses it when it is started (${error.message})`;
  }
}
