import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { openTlsProxy, type TlsProxy } from '../../../test/rig/real/tls-proxy.ts';

const HOST = '127.0.0.1';
const folder = temporaryFolders();
const server = createServer();
let tls: TlsProxy;

beforeAll(async () => {
  await once(server.listen(0, HOST), 'listening');
  tls = await openTlsProxy({
    host: HOST,
    port: (server.address() as AddressInfo).port,
    certificate: 'good',
  });
});
afterAll(async () => {
  await tls.stop();
  server.close();
});

const DIAL = `
  const { realWorld } = await import('${new URL('../gemini/world.ts', import.meta.url)}');
  const { stream } = realWorld().dialler.dial(new URL(process.argv[1]));
  stream.once('secureConnect', () => { console.log('{}'); stream.destroy(); });
  stream.once('error', ({ code, issuer, message }) => console.log(JSON.stringify({ code, issuer, message })));`;

/** What becomes of a link to the server in a process with this environment. */
async function dialled(environment: Record<string, string>) {
  const args = ['--input-type=module', '-e', DIAL, tls.url];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env: environment });
  const found = JSON.parse(stdout) as { code?: string; issuer?: string; message?: string };
  return { found, stderr };
}

describe('a certificate signed by an authority', () => {
  it.each(['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'])('that %s holds is believed', async (name) => {
    expect(await dialled({ [name]: tls.caFile })).toEqual({ found: {}, stderr: '' });
  });

  it('that is unknown is not trusted, and is named', async () => {
    const { found, stderr } = await dialled({});
    expect(found).toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      issuer: 'Dragoman test authority',
    });
    expect(found.message).not.toContain('--use-system-ca');
    expect(stderr).toBe('');
  });

  it.each([
    ['holds what is no certificate', '-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n'],
    ['is not there', undefined],
  ])("is looked for among Node's own where the system's store %s, with a warning", async (_, content) => {
    const store = path.join(folder(), 'store.crt');
    if (content !== undefined) writeFileSync(store, content);
    const environment = { SSL_CERT_FILE: store };
    const { found, stderr } = await dialled({ ...environment, NODE_EXTRA_CA_CERTS: tls.caFile });
    expect(found).toEqual({});
    expect(stderr).toContain("Warning: the system's certificates cannot be used: ");
    expect((await dialled(environment)).found.code).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });
});
