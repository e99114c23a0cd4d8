import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTlsProxy, type TlsProxy } from './tls-proxy.ts';

const HOST_NAME = 'live.interpreter.test';
const HOST = '127.0.0.1';

let server: Server;
let proxy: TlsProxy;
beforeEach(async () => {
  server = createServer((request, response) => request.pipe(response));
  await once(server.listen(0, HOST), 'listening');
  const { port } = server.address() as AddressInfo;
  proxy = await openTlsProxy({ host: HOST, port, hostName: HOST_NAME, certificate: 'good' });
});
afterEach(async () => {
  await proxy.stop();
  server.closeAllConnections();
  server.close();
});

/** A client that trusts the proxy's authority, once it is connected. @throws the error of the handshake */
async function client(servername = 'localhost'): Promise<TLSSocket> {
  const ca = readFileSync(proxy.caFile);
  const socket = connect({ host: HOST, port: proxy.port, ca, servername });
  await once(socket, 'secureConnect');
  return socket;
}

/** Echoed by the server behind the proxy. */
async function echoed(socket: TLSSocket): Promise<string> {
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\none');
  return (await text(socket)).slice(-10);
}

describe('TLS in front of a server', () => {
  it('is trusted where its authority is, under its names, and lets everything through', async () => {
    for (const name of ['localhost', HOST_NAME]) expect(await echoed(await client(name))).toContain('one');
    const stranger = connect(proxy.port, HOST);
    const [error] = await once(stranger, 'error');
    expect(error).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  it('is trusted by a process that is given NODE_EXTRA_CA_CERTS', async () => {
    const script = `fetch('${proxy.url}').then(({ status }) => console.log(status))`;
    const child = spawn(process.execPath, ['-e', script], { env: { NODE_EXTRA_CA_CERTS: proxy.caFile } });
    expect(await text(child.stdout)).toContain('200');
  });

  it.each([
    ['not yet valid', 'CERT_NOT_YET_VALID'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['other name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ] as const)('shows new connections a certificate that is no good, when told to: %s', async (kind, code) => {
    const early = await client();
    await proxy.certificate(kind);
    await expect(client()).rejects.toMatchObject({ code });
    expect(await echoed(early)).toContain('one');
    await proxy.certificate('good');
    expect(await echoed(await client())).toContain('one');
  });

  it('ends a connection whose server has ended it', async () => {
    const socket = await client();
    socket.resume().on('error', () => {});
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\none');
    await once(server, 'request');
    server.closeAllConnections();
    await once(socket, 'close');
  });

  it('leaves no file', async () => {
    expect(existsSync(proxy.caFile)).toBe(true);
    await proxy.stop();
    expect(existsSync(proxy.caFile)).toBe(false);
  });
});
