import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../kiosk/faults.ts';

/** The name under which systemd hands the key over (LoadCredential=gemini-api-key). */
const CREDENTIAL = 'gemini-api-key';

/**
 * The API key: from the environment, else from systemd's credentials, else from the file that
 * `service.key_file` names. Never from the configuration itself, which people copy and show around.
 * @throws Fault key-missing
 */
export async function apiKey(environment: NodeJS.ProcessEnv, keyFile: string | undefined): Promise<string> {
  const given = environment.GEMINI_API_KEY ?? environment.GOOGLE_API_KEY;
  if (given !== undefined && given.trim() !== '') return given.trim();
  const directory = environment.CREDENTIALS_DIRECTORY;
  const files = [directory === undefined ? undefined : path.join(directory, CREDENTIAL), keyFile];
  for (const file of files) {
    if (file === undefined) continue;
    const key = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' && file !== keyFile) return '';
      throw new Fault('key-missing', `${file} cannot be read: ${error.message}`);
    });
    if (key.trim() !== '') return key.trim();
    if (file === keyFile) throw new Fault('key-missing', `${file} is empty`);
  }
  throw new Fault('key-missing', 'neither GEMINI_API_KEY nor a credential file is set');
}
