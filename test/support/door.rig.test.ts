import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Dialogue } from '../../src/interpreters/live/dialogue.ts';
import { startStandin } from '../../src/standin/server.ts';
import { monotonicMs } from '../rig/real/clock.ts';
import { EventLog } from '../rig/real/event-log.ts';
import { QUICK, scriptedAnswerer } from '../rig/standin.ts';
import { type Door, type DoorMode, type DoorOptions, openDoor } from './door.ts';
import { DIALOGUE, gathering, LANGUAGES, never, serviceAt, spokenTurn } from './live.ts';

const left: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of left.splice(0).toReversed()) await end();
});

/** A server that says what it hears, behind a door. */
async function doorToEcho(options?: DoorOptions) {
  const heard = new EventLog<string>('the server', (it) => it);
  const server = createServer((socket) => {
    socket.on('error', ({ message }) => heard.push(message));
    socket.on('data', (data) => {
      heard.push(`${data}`);
      socket.write(data);
    });
    socket.on('end', () => heard.push('the end'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  left.push(() => server.close());
  const door = await openDoor({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }, options);
  left.push(() => door.stop());
  return { door, heard };
}

/** A client with what it hears, its errors by their codes. */
function watched(socket: Socket) {
  const heard = new EventLog<string>('the client', (it) => it);
  socket.on('connect', () => heard.push('connected'));
  socket.on('secureConnect', () => heard.push('secure'));
  socket.on('data', (data) => heard.push(`${data}`));
  socket.on('error', ({ code }: NodeJS.ErrnoException) => heard.push(code ?? ''));
  socket.on('end', () => heard.push('the end'));
  left.push(() => socket.destroy());
  return {
    heard,
    next: async (wanted: string) => void (await heard.next((it) => it === wanted)),
    say: (words: string) => void socket.write(words),
    end: () => void socket.end(),
  };
}

const visit = ({ host, port }: Door) => watched(connect(port, host));

/** What a WebSocket's client makes of the door. */
async function upgrade(door: Door): Promise<string> {
  const socket = new WebSocket(door.url.replace('http', 'ws'));
  const [error] = (await once(socket, 'error')) as [Error];
  return error.message;
}

async function get(door: Door, ca?: Buffer): Promise<IncomingMessage> {
  const asked = ca === undefined ? httpRequest(door.url) : httpsRequest(door.url, { ca, agent: false });
  const [response] = (await once(asked.end(), 'response')) as [IncomingMessage];
  return response;
}

describe('a door', () => {
  it('passes everything on, ends and resets too', async () => {
    const { door, heard } = await doorToEcho();
    const client = visit(door);
    client.say('one');
    await client.next('one');
    client.end();
    await client.next('the end');
    expect(heard.all).toEqual(['one', 'the end']);
    const other = connect(door.port, door.host);
    left.push(() => other.destroy());
    other.write('two');
    await once(other, 'data');
    other.resetAndDestroy();
    await heard.next((it) => it.includes('ECONNRESET'));
    expect(door.connections).toBe(2);
  });

  it('passes megabytes on unharmed, to who reads slowly', async () => {
    const { door } = await doorToEcho();
    const client = connect(door.port, door.host);
    left.push(() => client.destroy());
    const sent = Buffer.from(Array.from({ length: 5_000_000 }, (_, i) => (i * 31) >> 3));
    client.end(sent);
    const parts: Buffer[] = [];
    for await (const part of client) parts.push(part as Buffer); // the next is read when this one was taken
    expect(Buffer.concat(parts).equals(sent)).toBe(true);
  });

  it('closed, refuses new connections and resets the others, and is at the same port when it opens', async () => {
    const { door } = await doorToEcho();
    const client = visit(door);
    await client.next('connected');
    await door.nextConnection();
    await door.become('closed');
    await client.next('ECONNRESET');
    await visit(door).next('ECONNREFUSED');
    await door.become('closed');
    await door.become('open');
    const again = visit(door);
    again.say('again');
    await again.next('again');
  });

  it('silent, freezes the connections and accepts more; they go on when it opens', async () => {
    const { door, heard } = await doorToEcho();
    const early = visit(door);
    early.say('one');
    await early.next('one');
    await door.become('silent');
    const late = visit(door);
    await late.next('connected');
    early.say('two');
    late.say('three');
    await door.nextConnection();
    await door.nextConnection();
    expect(heard.all).toEqual(['one']);
    await door.become('open');
    await early.next('two');
    await late.next('three');
  });

  it('resets who comes, and leaves who was there', async () => {
    const { door } = await doorToEcho();
    const client = visit(door);
    client.say('one');
    await client.next('one');
    await door.become('reset');
    await visit(door).next('ECONNRESET');
    client.say('two');
    await client.next('two');
  });

  it('cuts the connections, the frozen ones too, at both ends', async () => {
    const { door, heard } = await doorToEcho();
    for (const mode of ['open', 'silent'] satisfies DoorMode[]) {
      await door.become('open');
      const client = visit(door);
      client.say(mode);
      await client.next(mode);
      await door.become(mode);
      door.cut();
      await client.next('ECONNRESET');
      await heard.next((it) => it.includes('ECONNRESET'));
    }
  });

  it('is a captive portal', async () => {
    const { door, heard } = await doorToEcho();
    await door.become({ portal: 'redirect' });
    const redirect = await get(door);
    expect(redirect).toMatchObject({ statusCode: 302, headers: { location: 'http://login.hotel.test/' } });
    expect(await upgrade(door)).toBe('Unexpected server response: 302');
    await door.become({ portal: 'page' });
    const page = await get(door);
    expect(page.headers['content-type']).toContain('text/html');
    expect(await text(page)).toContain('Welcome');
    expect(await upgrade(door)).toBe('Unexpected server response: 200');
    expect(heard.all).toEqual([]);
  });

  it('answers with an HTTP status, as the service says it and as what stands before it', async () => {
    const { door } = await doorToEcho();
    await door.become({ status: 429 });
    expect(await upgrade(door)).toBe('Unexpected server response: 429');
    const { error } = JSON.parse(await text(await get(door))) as { error: object };
    expect(error).toMatchObject({ code: 429, status: 'RESOURCE_EXHAUSTED' });
    await door.become({ status: 502, as: 'html' });
    const page = await get(door);
    expect(page.statusCode).toBe(502);
    expect(await text(page)).toContain('Error 502 (Bad Gateway)');
  });

  it('takes its time, each way, and keeps the order', async () => {
    const { door } = await doorToEcho();
    const client = visit(door);
    door.latency(100);
    const beganMs = monotonicMs();
    client.say('one');
    await client.next('one');
    expect(monotonicMs() - beganMs).toBeGreaterThanOrEqual(200);
    const numbers = Array.from({ length: 50 }, (_, i) => `${i} `);
    for (const [i, number] of numbers.entries()) {
      door.latency(10 * (i % 3));
      client.say(number);
      await setImmediate();
    }
    client.end();
    await client.next('the end');
    expect(client.heard.all.join('')).toBe(`connectedone${numbers.join('')}the end`);
  });

  it('lets a turn through to the stand-in', async () => {
    const standin = await startStandin({ answerer: scriptedAnswerer(), timing: QUICK });
    left.push(() => standin.stop());
    const door = await openDoor({ host: '127.0.0.1', port: standin.port });
    left.push(() => door.stop());
    const dialogue = new Dialogue(serviceAt(door.url), DIALOGUE);
    left.push(() => dialogue.stop());
    const sink = gathering();
    const result = await dialogue.interpret(spokenTurn(0.5), LANGUAGES, sink, never);
    expect(result).toMatchObject({ outcome: 'translated' });
    expect(door.connections).toBeGreaterThan(0);
  });
});

describe('a door with TLS', () => {
  const HOST_NAME = 'live.interpreter.test';

  const secureVisit = ({ host, port, caFile }: Door, servername?: string) =>
    watched(tlsConnect({ host, port, ca: readFileSync(caFile), ...(servername && { servername }) }));

  it('is trusted by who trusts its authority, under its name and its address', async () => {
    const { door, heard } = await doorToEcho({ tls: { hostName: HOST_NAME } });
    for (const name of [undefined, 'localhost', HOST_NAME]) {
      const client = secureVisit(door, name);
      await client.next('secure');
      client.say('one');
      await client.next('one');
      client.end();
      await client.next('the end');
    }
    expect(heard.all).toEqual(['one', 'the end', 'one', 'the end', 'one', 'the end']);
    await watched(tlsConnect(door.port, door.host)).next('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it('is trusted by a process that is given NODE_EXTRA_CA_CERTS', async () => {
    const { door } = await doorToEcho({ tls: {} });
    await door.become({ status: 503 });
    const child = spawn(
      process.execPath,
      ['-p', `fetch('${door.url}').then(({ status }) => console.log(status))`],
      {
        env: { NODE_EXTRA_CA_CERTS: door.caFile },
      },
    );
    expect(await text(child.stdout)).toContain('503');
  });

  it.each([
    ['not yet valid', 'CERT_NOT_YET_VALID'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['other name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ] as const)('can show a certificate that is no good: %s', async (kind, code) => {
    const { door } = await doorToEcho({ tls: {} });
    const early = secureVisit(door);
    await early.next('secure');
    await door.certificate(kind);
    await secureVisit(door).next(code);
    early.say('one');
    await early.next('one');
    await door.certificate('good');
    await secureVisit(door).next('secure');
  });

  it('has a good one from and until when it is told', async () => {
    const [past, future] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
    const early = await doorToEcho({ tls: { notBefore: future } });
    await secureVisit(early.door).next('CERT_NOT_YET_VALID');
    const late = await doorToEcho({ tls: { notAfter: past } });
    await secureVisit(late.door).next('CERT_HAS_EXPIRED');
  });

  it('has all the faults of the other', async () => {
    const { door, heard } = await doorToEcho({ tls: {} });
    const early = secureVisit(door);
    await early.next('secure');
    early.say('one');
    await early.next('one');
    await door.become('silent');
    early.say('two');
    const late = secureVisit(door);
    await late.next('connected'); // and no handshake
    while ((await door.nextConnection()) < 2);
    expect(heard.all).toEqual(['one']);
    expect(late.heard.all).toEqual(['connected']);
    await door.become('open');
    await early.next('two');
    await late.next('secure');
    door.cut();
    await early.next('ECONNRESET');
    await late.next('ECONNRESET');
    await door.become('reset');
    await secureVisit(door).next('ECONNRESET');
    await door.become({ portal: 'redirect' });
    expect((await get(door, readFileSync(door.caFile))).statusCode).toBe(302);
    await door.become('closed');
    await secureVisit(door).next('ECONNREFUSED');
  });

  it('leaves no file, and has nothing to show without TLS', async () => {
    const { door } = await doorToEcho({ tls: {} });
    expect(existsSync(door.caFile)).toBe(true);
    await door.stop();
    expect(existsSync(door.caFile)).toBe(false);
    const { door: plain } = await doorToEcho();
    expect(() => plain.caFile).toThrow('without TLS');
    await expect(plain.certificate('expired')).rejects.toThrow('without TLS');
  });
});
