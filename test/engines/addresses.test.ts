import { createServer } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Cascade } from '../../src/interpreters/cascade/cascade.ts';
import { probe } from '../../src/interpreters/gemini/requests/request.ts';
import { worldOf } from '../../src/interpreters/gemini/world.ts';
import { Dialogue } from '../../src/interpreters/live/dialogue/dialogue.ts';
import { proxiesFrom } from '../../src/interpreters/network/proxies.ts';
import { engineRig } from '../rig/engines.ts';
import { CASCADE, comesThrough, DIALOGUE, failsWith, serviceAt } from '../rig/live.ts';

/** Where requests go is what the configuration says, for sockets, requests and the reach check alike. */

const rig = engineRig();
afterEach(() => void vi.unstubAllEnvs());

describe('the address of the service', () => {
  it.each(['', '/house/gemini'])('is the beginning of every request, with its path: %j', async (prefix) => {
    const asked: string[] = [];
    const note = (url = '') => void asked.push(url.replace(/\?.*/, ''));
    const server = createServer((request, response) => {
      note(request.url);
      response.writeHead(404).end();
    });
    server.on('upgrade', (request, socket) => {
      note(request.url);
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    });
    const url = `${rig.serve('gateway.test', server)}${prefix}`;
    for (const engine of [rig.dialogue, rig.cascade])
      await failsWith('upgrade-refused', engine({ deliverWithinMs: 0 }, url));
    await expect(probe(await serviceAt(url)(), 'a-model', 1000, rig.world)).rejects.toMatchObject({
      code: 'upgrade-refused',
    });
    expect(new Set(asked)).toEqual(
      new Set([
        `${prefix}/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent`,
        `${prefix}/v1beta/models/${CASCADE.hearingModels[0]}`,
        `${prefix}/v1beta/models/${CASCADE.hearingModels[0]}:generateContent`,
        `${prefix}/v1beta/models/a-model`,
      ]),
    );
  });

  it('is changed by no variable of the environment', async () => {
    const elsewhere = 'http://elsewhere.test';
    for (const name of [
      'GOOGLE_GEMINI_BASE_URL',
      'GOOGLE_VERTEX_BASE_URL',
      'HTTP_PROXY',
      'http_proxy',
      'ALL_PROXY',
      'all_proxy',
    ])
      vi.stubEnv(name, elsewhere);
    vi.stubEnv('GOOGLE_GENAI_USE_VERTEXAI', 'true');
    vi.stubEnv('GOOGLE_GENAI_USE_ENTERPRISE', 'true');
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'another');
    vi.stubEnv('GOOGLE_CLOUD_LOCATION', 'elsewhere');
    vi.stubEnv('GOOGLE_GENAI_API_VERSION', 'v1alpha');
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    const world = worldOf(rig.clock, rig.network, proxiesFrom(undefined, process.env));
    const service = serviceAt(rig.standin.url);
    for (const engine of [new Dialogue(service, DIALOGUE, world), new Cascade(service, CASCADE, world)]) {
      rig.ended(() => engine.stop());
      await comesThrough(engine);
    }
    await probe(await service(), CASCADE.hearingModels[0] ?? '', 1000, world);
  });
});
