import { access, constants, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Files, REAL_FILES } from '../base/files.ts';
import { FileRefused, readRegularFile } from '../base/regular-file.ts';
import { replaceFile, syncFolder } from '../base/replace-file.ts';
import { Fault } from '../kiosk/faults.ts';
import { keyIn } from './key-text.ts';

/** The folder of the key on an installed device; systemd passes it from there (LoadCredential= of the unit). */
export const CREDENTIALS_FOLDER = '/var/lib/dragoman/credentials';

/** The names of systemd's credentials, and of the files in CREDENTIALS_FOLDER. */
export const KEY_CREDENTIAL = { plain: 'gemini-api-key', encrypted: 'gemini-api-key-encrypted' } as const;
const KEY_FILE = { plain: 'gemini-api-key', encrypted: 'gemini-api-key.cred' } as const;

/** Variables that may hold the key, in the order in which they are looked at. */
const KEY_VARIABLES = ['GEMINI_API_KEY', 'GOOGLE_API_KEY'] as const;

/**
 * Removes the key from an environment: child processes inherit it, and the SDK would use a key from it.
 * @returns a copy with the key
 */
export function withdrawKeys(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const whole = { ...environment };
  for (const name of KEY_VARIABLES) delete environment[name];
  return whole;
}

/**
 * The API key: from the environment, else from systemd's credentials, plain or encrypted, whichever is not empty,
 * else from the file that `service.key_file` names. Never from the configuration itself, which people copy and show.
 * @throws Fault key-missing, also for what can be no key; its detail describes what was found and holds nothing of it
 */
export async function apiKey(
  environment: NodeJS.ProcessEnv,
  keyFile: string | undefined,
  files: Files = REAL_FILES,
): Promise<string> {
  for (const name of KEY_VARIABLES) {
    const key = keyFrom(environment[name] ?? '', `the variable ${name}`);
    if (key !== undefined) return key;
  }
  const directory = environment.CREDENTIALS_DIRECTORY;
  const credentials =
    directory === undefined ? [] : Object.values(KEY_CREDENTIAL).map((name) => path.join(directory, name));
  for (const file of credentials) {
    const key = keyFrom((await textOf(file, files)) ?? '', file);
    if (key !== undefined) return key;
  }
  if (keyFile === undefined) {
    throw new Fault('key-missing', 'neither GEMINI_API_KEY nor a credential file is set');
  }
  const text = await textOf(keyFile, files);
  if (text === undefined) throw new Fault('key-missing', `${keyFile} cannot be read: there is none`);
  const key = keyFrom(text, keyFile);
  if (key === undefined) throw new Fault('key-missing', `${keyFile} is empty`);
  return key;
}

/**
 * @param place where it was found, for people
 * @returns undefined where it is empty
 */
function keyFrom(text: string, place: string): string | undefined {
  const found = keyIn(text);
  if (found === undefined) return undefined;
  if ('key' in found) return found.key;
  throw new Fault('key-missing', `the key in ${place} cannot be used: it ${found.problem}`);
}

/** Enough for a key with comments. */
const MOST_BYTES = 64 * 1024;

/** @returns undefined where there is no such file */
async function textOf(file: string, files: Files): Promise<string | undefined> {
  return await readRegularFile(file, MOST_BYTES, 'followed', files).then(
    String,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      if (error instanceof FileRefused) throw new Fault('key-missing', `${file} ${error.message}`);
      throw new Fault('key-missing', `${file} cannot be read: ${error.message}`);
    },
  );
}

/**
 * Stores the key in a folder and removes any other key there. Only its owner may read it.
 * @param text the key, or what systemd-creds made of it
 * @returns the file
 * @throws Error of the file system
 */
export async function storeKey(folder: string, form: keyof typeof KEY_FILE, text: string): Promise<string> {
  const other = form === 'plain' ? 'encrypted' : 'plain';
  const file = path.join(folder, KEY_FILE[form]);
  await replaceFile(file, text, { file: 0o600, folder: 0o700 });
  await rm(path.join(folder, KEY_FILE[other]), { force: true });
  await syncFolder(folder);
  return file;
}

/**
 * The file of the stored key, for commands by hand: systemd passes the key to the daemon only.
 * @returns undefined where there is none, where it is encrypted, and where it may not be read
 */
export async function storedKeyFile(folder = CREDENTIALS_FOLDER): Promise<string | undefined> {
  const file = path.join(folder, KEY_FILE.plain);
  return access(file, constants.R_OK).then(
    () => file,
    () => undefined,
  );
}
