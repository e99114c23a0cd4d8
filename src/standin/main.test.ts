import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { isTurnComplete, QUICK, readyClient } from '../../test/rig/standin.ts';
import { spoken } from '../../test/rig/voices.ts';
import { writeWav } from '../audio/pcm/wav.ts';
import type { Phrase } from '../phrasebook/book/book.ts';
import { loadBook } from '../phrasebook/book/book-file.ts';
import { startPhrasebookStandin } from './main.ts';
import { IN_RATE } from './protocol/sound.ts';
import type { Standin } from './server/server.ts';

let standin: Standin;
let phrase: Phrase;
let sound: Int16Array;
beforeAll(async () => {
  const known = (await loadBook()).find('one-moment');
  if (known === undefined) throw new Error('the book has no such phrase');
  phrase = known;
  sound = await spoken(known.texts.en ?? '', 'rms');
  standin = await startPhrasebookStandin({ timing: QUICK });
});
afterAll(() => standin.stop());

it('hears a phrase of the book and says it in the other language', async () => {
  const client = await readyClient(standin, { inputAudioTranscription: {}, outputAudioTranscription: {} });
  client.send({ realtimeInput: { activityStart: {} } });
  client.audio(sound);
  client.send({ realtimeInput: { activityEnd: {} } });
  await client.until(isTurnComplete);
  const { connection } = await standin.next('turnComplete');
  expect(connection.turns[0]).toMatchObject({ heard: phrase.texts.en, said: phrase.texts.es });
  expect(connection.turns[0]?.saidSeconds).toBeGreaterThan(0.3);
});

it('answers single requests from the same book: heard, then spoken', async () => {
  const ask = async (model: string, part: object, generationConfig: object) => {
    const response = await fetch(`${standin.url}/v1beta/models/${model}:generateContent?key=k`, {
      method: 'POST',
      body: JSON.stringify({ contents: [{ role: 'user', parts: [part] }], generationConfig }),
    });
    const answer = z
      .object({ candidates: z.array(z.object({ content: z.object({ parts: z.array(z.unknown()) }) })) })
      .parse(await response.json());
    return answer.candidates[0]?.content.parts[0];
  };
  const data = Buffer.from(writeWav(sound, IN_RATE)).toString('base64');
  const heard = await ask(
    'gemini-3.5-flash-lite',
    { inlineData: { mimeType: 'audio/wav', data } },
    { responseMimeType: 'application/json' },
  );
  expect(JSON.parse(z.object({ text: z.string() }).parse(heard).text)).toMatchObject({
    language: 'en',
    transcript: phrase.texts.en,
    translation: phrase.texts.es,
    understood: true,
  });
  await ask('gemini-3.8-flash-lite-tts', { text: phrase.texts.es }, { responseModalities: ['AUDIO'] });
  expect(standin.requests.at(-1)?.saidSeconds).toBeGreaterThan(0.3);
});

it.each(['SIGTERM', 'SIGINT'] as const)('as a program, %s ends it and its child', async (signal) => {
  const main = new URL('./main.ts', import.meta.url).href;
  const code = `import(${JSON.stringify(main)}).then((m) => m.runStandin({ json: true, stdout: process.stdout }))`;
  const program = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => program.once('exit', (status) => resolve(status)));
  const [first] = await new Promise<string[]>((resolve) => {
    createInterface(program.stdout).once('line', (line) => resolve([line]));
  });
  expect(JSON.parse(first ?? '')).toEqual({ url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
  const children = readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, 'utf8')
    .trim()
    .split(' ');
  expect(children).toHaveLength(1);
  program.kill(signal);
  expect(await exited).toBe(0);
  for (const child of children) expect(() => process.kill(Number(child), 0)).toThrow('ESRCH');
});
