import { describe, expect, it } from 'vitest';
import { ask } from '../../../test/rig/client.ts';
import { serviceRig } from '../../../test/rig/engines.ts';
import { LIVE_PATH, rawClient, readyClient, scriptedAnswerer, socketTo } from '../../../test/rig/standin.ts';
import { startStandin } from './server.ts';

const rig = serviceRig(() => ({ badKeys: ['AIzaBAD', 'AQ.BAD'] }));

async function get(path: string, headers: Record<string, string> = {}) {
  const { status, text } = await ask(rig.standin.dial, rig.standin.url + path, { headers });
  return { status, body: JSON.parse(text) as unknown };
}

describe('models', () => {
  it('are listed and looked up, with the key in the query or in a header', async () => {
    const list = await get('/v1beta/models?key=k');
    expect(list.status).toBe(200);
    expect(list.body).toHaveProperty('models[0].supportedGenerationMethods', ['bidiGenerateContent']);
    const one = await get('/v1beta/models/gemini-3.8-live', { 'x-goog-api-key': 'k' });
    expect(one.body).toMatchObject({ name: 'models/gemini-3.8-live', inputTokenLimit: 131_072 });
  });

  it('are listed in pages, whose tokens lead from one to the next', async () => {
    const names: string[] = [];
    for (let token = ''; ; ) {
      const { body } = await get(`/v1beta/models?key=k&pageSize=4&pageToken=${token}`);
      const { models, nextPageToken } = body as { models: { name: string }[]; nextPageToken?: string };
      expect(models.length).toBeLessThanOrEqual(4);
      names.push(...models.map(({ name }) => name));
      if (nextPageToken === undefined) break;
      token = nextPageToken;
    }
    const { body } = await get('/v1beta/models?key=k');
    expect(names).toEqual((body as { models: { name: string }[] }).models.map(({ name }) => name));
    expect(new Set(names).size).toBe(6);
    expect((await get('/v1beta/models?key=k&pageToken=x')).status).toBe(400);
  });

  it('that a script withdraws are neither listed nor found, for Live or for requests', async () => {
    rig.standin.script.offer('gemini-3.5-flash-lite');
    const { body } = await get('/v1beta/models?key=k');
    expect(body).toMatchObject({ models: [{ name: 'models/gemini-3.5-flash-lite' }] });
    expect((await get('/v1beta/models/gemini-3.8-live?key=k')).status).toBe(404);
    const client = await rawClient(rig.standin);
    client.send({ setup: { model: 'models/gemini-3.8-live' } });
    expect((await client.closed).reason).toMatch(/^models\/gemini-3\.8-live is not found for API version/);
  });

  it.each([
    ['an unknown model', '/v1beta/models/gemini-9?key=k', 404, 'NOT_FOUND'],
    ['a version without Live', '/v1/models?key=k', 404, 'NOT_FOUND'],
    ['a path that is none', '/v1beta/cats?key=k', 404, 'NOT_FOUND'],
    ['no key', '/v1beta/models', 403, 'PERMISSION_DENIED'],
    ['a bad key of the old form', '/v1beta/models?key=AIzaBAD', 400, 'INVALID_ARGUMENT'],
    ['a bad key of the new form', '/v1beta/models?key=AQ.BAD', 401, 'UNAUTHENTICATED'],
  ])('%s is refused in Google’s form', async (_, path, status, word) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: { code: status, status: word } });
  });

  it('say why a key is bad', async () => {
    const { body } = await get('/v1beta/models?key=AIzaBAD');
    expect(body).toHaveProperty('error.details[0].reason', 'API_KEY_INVALID');
  });
});

describe('the socket', () => {
  it.each([
    ['no key', LIVE_PATH, 403],
    ['a bad key', `${LIVE_PATH}?key=AIzaBAD`, 400],
    ['a bad key of the new form', `${LIVE_PATH}?key=AQ.BAD`, 401],
    ['another version', `${LIVE_PATH.replace('v1beta', 'v1')}?key=k`, 404],
    ['another path', '/ws/cats?key=k', 404],
    ['a constrained path without its token', `${LIVE_PATH}Constrained?key=k`, 403],
  ])('is refused to %s', async (_, path, status) => {
    await expect(rawClient(rig.standin, path)).rejects.toThrow(`Unexpected server response: ${status}`);
    expect(await rig.standin.next('refused')).toMatchObject({ status });
  });

  it.each([
    ['a double slash', `/${LIVE_PATH}?key=k`],
    ['v1alpha', `${LIVE_PATH.replace('v1beta', 'v1alpha')}?key=k`],
    ['an access token', `${LIVE_PATH}Constrained?access_token=auth_tokens/abc`],
  ])('opens with %s', async (_, path) => {
    await readyClient(rig.standin, {}, path);
  });

  it('opens with the key in a header', async () => {
    const socket = socketTo(rig.standin, LIVE_PATH, { 'x-goog-api-key': 'k' });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.terminate();
  });

  it.each(['header', 'query'] as const)('may take keys in the %s only', async (keyIn) => {
    const other = await rig.another('strict.test', { keyIn });
    const opens = (path: string, headers: Record<string, string> = {}) =>
      new Promise((resolve) => {
        const socket = socketTo(other, path, headers);
        socket.once('open', () => resolve(true)).once('error', () => resolve(false));
        socket.once('open', () => socket.terminate());
      });
    const header = { 'x-goog-api-key': 'k' };
    expect(await opens(LIVE_PATH, header)).toBe(keyIn === 'header');
    expect(await opens(`${LIVE_PATH}?key=k`)).toBe(keyIn === 'query');
    expect(await opens(`${LIVE_PATH}?key=k`, header)).toBe(false);
    expect(await opens(`${LIVE_PATH}Constrained?access_token=auth_tokens/abc`)).toBe(true);
  });

  it('records where each key was, and shows none', async () => {
    await get('/v1beta/models?alt=json&key=secret-1');
    await get('/v1beta/models', { 'x-goog-api-key': 'secret-2' });
    await get('/nowhere?key=secret-3', { 'x-goog-api-key': 'secret-4' });
    await get('/v1beta/models?access_token=secret-5');
    const events = [];
    for (let i = 0; i < 4; i++) events.push(await rig.standin.next('asked'));
    expect(events.map(({ url, keyIn }) => [url, keyIn])).toEqual([
      ['/v1beta/models?alt=json&key=…', 'query'],
      ['/v1beta/models', 'header'],
      ['/nowhere?key=…', 'both'],
      ['/v1beta/models?access_token=…', undefined],
    ]);
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  it('may refuse a bad key after the handshake instead, as the service has been seen to do', async () => {
    const other = await rig.another('closing.test', { badKeys: ['AIzaBAD'], keyRefusal: 'close' });
    const client = await rawClient(other, `${LIVE_PATH}?key=AIzaBAD`);
    expect(await client.closed).toEqual({
      code: 1007,
      reason: 'API key not valid. Please pass a valid API key.',
    });
  });

  it('sends JSON in binary frames, as the service prints it, or in text frames', async () => {
    for (const frames of ['binary', 'text'] as const) {
      const other = await rig.another(`${frames}.test`, { frames });
      const client = await rawClient(other);
      const first = new Promise((resolve) =>
        client.ws.once('message', (data, binary) => resolve([binary, String(data)])),
      );
      client.send({ setup: { model: 'models/gemini-3.8-live' } });
      expect(await first).toEqual([
        frames === 'binary',
        expect.stringMatching(/^\{\n {2}"setupComplete": \{/),
      ]);
    }
  });
});

describe('an ephemeral token', () => {
  const constrained = (name: string) => `${LIVE_PATH}Constrained?access_token=${name}`;

  async function mint(body: object): Promise<string> {
    const { text } = await ask(rig.standin.dial, `${rig.standin.url}/v1alpha/auth_tokens?key=k`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return Object(JSON.parse(text)).name;
  }

  it('opens one session, with the setup that it holds', async () => {
    const name = await mint({ bidiGenerateContentSetup: { model: 'models/gemini-3.8-live' } });
    const client = await rawClient(rig.standin, constrained(name));
    client.send({ setup: {} });
    await client.until((message) => message.setupComplete !== undefined);
    await expect(rawClient(rig.standin, constrained(name))).rejects.toThrow('401');
  });

  it('opens nothing when it is too late', async () => {
    const name = await mint({ newSessionExpireTime: new Date(0).toISOString() });
    await expect(rawClient(rig.standin, constrained(name))).rejects.toThrow('401');
  });
});

describe('the start', () => {
  it('fails on a taken port with a helpful message, before the answerer is started', async () => {
    const standin = await startStandin({ answerer: scriptedAnswerer() });
    rig.ended(() => standin.stop());
    const answerer = scriptedAnswerer();
    await expect(startStandin({ answerer, port: standin.port })).rejects.toThrow(
      `port ${standin.port} on 127.0.0.1 is already in use; choose another`,
    );
    expect(answerer.life).toEqual([]);
  });

  it('starts the answerer, and stop() stops it', async () => {
    const answerer = scriptedAnswerer();
    const other = await rig.another('other.test', { answerer });
    expect(answerer.life).toEqual(['started']);
    await other.stop();
    expect(answerer.life).toEqual(['started', 'stopped']);
  });
});
