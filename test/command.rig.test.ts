import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { levelDbfs } from '../src/audio/pcm/level.ts';
import { readWav, writeWav } from '../src/audio/pcm/wav.ts';
import { startStandin } from '../src/standin/server/server.ts';
import { dragoman } from './rig/command.ts';
import { temporaryFolders } from './rig/folders.ts';
import { KEY } from './rig/live.ts';
import { QUICK, scriptedAnswerer } from './rig/standin.ts';
import { spoken } from './rig/voices.ts';

/** The program `dragoman` as a user starts it. What its commands do is in command.test.ts. */

const folder = temporaryFolders();

async function recorded(sound: Int16Array): Promise<string> {
  const file = path.join(folder(), 'in.wav');
  await writeFile(file, writeWav(sound, 16_000));
  return file;
}

it('dragoman turn translates what a guest says, with a stand-in that really listens', async () => {
  const file = await recorded(await spoken('Tengo alergia a la penicilina.', 'es'));
  const out = path.join(folder(), 'out.wav');
  const { code, stdout, stderr } = await dragoman(['turn', file, '--standin', '--json', '--out', out]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: 'translated',
    heard: { text: 'Tengo alergia a la penicilina.', language: 'es' },
    said: { text: 'I am allergic to penicillin.', language: 'en' },
  });
  expect(levelDbfs(readWav(await readFile(out)).samples)).toBeGreaterThan(-40);
});

it('dragoman turn ends with 5 for a fault, and never prints the key that it has from its environment', async () => {
  const standin = await startStandin({ answerer: scriptedAnswerer(), timing: QUICK, badKeys: [KEY] });
  try {
    const file = await recorded(await spoken('Do you need a doctor?', 'rms'));
    const config = path.join(folder(), 'dragoman.toml');
    await writeFile(config, `[service]\nbase_url = "${standin.url}"\n`);
    const { code, stdout, stderr } = await dragoman(['turn', file, '--config', config], {
      GEMINI_API_KEY: KEY,
    });
    expect(code).toBe(5);
    expect(stderr).toMatch(/key-refused: The service does not accept the API key[\s\S]*what to do: /);
    expect(stdout + stderr).not.toContain(KEY);
  } finally {
    await standin.stop();
  }
});
