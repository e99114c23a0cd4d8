import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { QUICK, readyClient, say, scriptedAnswerer } from '../../test/rig/standin.ts';
import { runWith } from './run.ts';
import { startStandin } from './server/server.ts';

/** The lines of a stream, one at a time. */
function linesOf(stream: PassThrough) {
  let text = '';
  const waiting: ((line: string) => void)[] = [];
  const lines: string[] = [];
  stream.on('data', (data) => {
    text += data;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      const next = waiting.shift();
      if (next !== undefined) next(line);
      else lines.push(line);
    }
  });
  return () =>
    new Promise<string>((resolve) => {
      const line = lines.shift();
      if (line !== undefined) resolve(line);
      else waiting.push(resolve);
    });
}

it('prints its URL first, then a JSON line for each event, and ends at the signal', async () => {
  const stdout = new PassThrough();
  const line = linesOf(stdout);
  const end = new AbortController();
  const answerer = scriptedAnswerer();
  const running = runWith(answerer, { json: true, timing: QUICK, signal: end.signal, stdout });
  const first = await line();
  expect(first).toMatch(/^\{"url":"http:\/\/127\.0\.0\.1:\d+"\}$/);
  const client = await readyClient(JSON.parse(first));
  say(client);
  const events: { event: string }[] = [];
  while (events.at(-1)?.event !== 'turnComplete') events.push(JSON.parse(await line()));
  expect(events.map(({ event }) => event)).toEqual([
    'connection',
    'ready',
    'activityStart',
    'activityEnd',
    'heard',
    'said',
    'turnComplete',
  ]);
  expect(events).toContainEqual({ event: 'heard', connection: 1, turn: 1, text: '¿Dónde está el baño?' });
  end.abort();
  await running;
  expect((await client.closed).code).toBe(1006);
  expect(answerer.life).toEqual(['started', 'stopped']);
});

it('prints lines to read without --json', async () => {
  const stdout = new PassThrough();
  const line = linesOf(stdout);
  const end = new AbortController();
  const running = runWith(scriptedAnswerer(), { timing: QUICK, signal: end.signal, stdout });
  const url = /http:\S+?(?=\.? )/.exec(await line())?.[0] ?? '';
  const client = await readyClient({ url });
  say(client);
  const lines: string[] = [];
  while (!lines.at(-1)?.includes('turnComplete')) lines.push(await line());
  expect(lines).toContain('connection 1, turn 1: heard, text "¿Dónde está el baño?"');
  end.abort();
  await running;
});

it('says so when the port is taken', async () => {
  const other = await startStandin({ answerer: scriptedAnswerer() });
  const options = { port: other.port, stdout: new PassThrough(), signal: new AbortController().signal };
  await expect(runWith(scriptedAnswerer(), options)).rejects.toThrow(/already in use/);
  await other.stop();
});
