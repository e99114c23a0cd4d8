import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import type { Fault } from '../kiosk/faults.ts';
import { apiKey, storedKeyFile, storeKey, withdrawKeys } from './credentials.ts';

const folder = temporaryFolders();

describe('the key', () => {
  it('comes from the environment first', async () => {
    expect(await apiKey({ GEMINI_API_KEY: ' k1 ' }, '/nowhere')).toBe('k1');
    expect(await apiKey({ GOOGLE_API_KEY: 'k2' }, undefined)).toBe('k2');
  });

  it.each(['', ' ', '""', '\u200b'])('in an empty variable (%j) hides no other', async (nothing) => {
    expect(await apiKey({ GEMINI_API_KEY: nothing, GOOGLE_API_KEY: 'k2' }, undefined)).toBe('k2');
    const file = path.join(folder(), 'key');
    await writeFile(file, 'k4');
    expect(await apiKey({ GEMINI_API_KEY: nothing }, file)).toBe('k4');
  });

  it('is read in the same way from each source, whatever is around it', async () => {
    const directory = folder();
    const written = '\ufeffexport GEMINI_API_KEY=“k6”\r\n';
    for (const name of ['gemini-api-key', 'key']) await writeFile(path.join(directory, name), written);
    expect(await apiKey({ GEMINI_API_KEY: written }, undefined)).toBe('k6');
    expect(await apiKey({ GOOGLE_API_KEY: written }, undefined)).toBe('k6');
    expect(await apiKey({ CREDENTIALS_DIRECTORY: directory }, undefined)).toBe('k6');
    expect(await apiKey({}, path.join(directory, 'key'))).toBe('k6');
  });

  it('that can be none is a fault that says where it is and what is wrong, and nothing of it', async () => {
    const file = path.join(folder(), 'key');
    await writeFile(file, 'secret–key');
    for (const [key, place] of [
      [
        apiKey({ GEMINI_API_KEY: 'secret–key', GOOGLE_API_KEY: 'k2' }, undefined),
        'the variable GEMINI_API_KEY',
      ],
      [apiKey({}, file), file],
    ] as const) {
      const fault: Fault = await key.catch((error) => error);
      expect(fault).toMatchObject({ code: 'key-missing' });
      expect(fault.detail).toMatch(
        /^the key in .* cannot be used: it has U\+2013 \(EN DASH\) as character 7 of 10/,
      );
      expect(fault.detail).toContain(place);
      expect(`${fault.message}${fault.stack}`).not.toContain('secret');
    }
  });

  it('is for the daemon alone: it is withdrawn from the environment that child processes inherit', () => {
    const environment: NodeJS.ProcessEnv = { GEMINI_API_KEY: 'k1', GOOGLE_API_KEY: 'k2', PATH: '/bin' };
    expect(withdrawKeys(environment)).toEqual({ GEMINI_API_KEY: 'k1', GOOGLE_API_KEY: 'k2', PATH: '/bin' });
    expect(environment).toEqual({ PATH: '/bin' });
  });

  it("comes from systemd's credentials, then from the configured file", async () => {
    const directory = folder();
    await writeFile(path.join(directory, 'gemini-api-key'), 'k3\n');
    await writeFile(path.join(directory, 'other'), 'k4\n');
    expect(await apiKey({ CREDENTIALS_DIRECTORY: directory }, undefined)).toBe('k3');
    expect(await apiKey({ CREDENTIALS_DIRECTORY: folder() }, path.join(directory, 'other'))).toBe('k4');
  });

  it('that is stored is found by hand as well, if it is not encrypted', async () => {
    const at = folder();
    expect(await storedKeyFile(at)).toBeUndefined();
    await storeKey(at, 'plain', 'k5');
    expect(await apiKey({}, await storedKeyFile(at))).toBe('k5');
    await storeKey(at, 'encrypted', 'of use to systemd only');
    expect(await storedKeyFile(at)).toBeUndefined();
  });

  it('that is nowhere is a fault that tells where to put it', async () => {
    await expect(apiKey({}, undefined)).rejects.toMatchObject({ code: 'key-missing' });
    await expect(apiKey({}, '/nowhere/key')).rejects.toThrow('/nowhere/key');
  });
});
