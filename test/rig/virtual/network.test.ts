import { createServer, get } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Dialler } from '../../../src/interpreters/network/dial.ts';
import { proxiesFrom } from '../../../src/interpreters/network/proxies.ts';
import type { ConnectProxy } from '../connect-proxy.ts';
import { Caller } from '../contracts/caller.ts';
import { networkStatements } from '../contracts/network.ts';
import type { NetworkRig } from '../contracts/network-trial.ts';
import { proxyStatements } from '../contracts/proxy.ts';
import { VirtualClock } from './clock.ts';
import { eventsOn } from './events.ts';
import { CERTIFICATES_FROM, VirtualNetwork } from './network.ts';

/** A server that echoes, with the name `live.test`, 25 ms away. */
function world() {
  const clock = new VirtualClock();
  const network = new VirtualNetwork(clock, { latencyMs: 25 });
  const server = createServer((request, response) => {
    request.pipe(response);
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
  sockets.on('error', () => {});
  const url = network.serve('live.test', server);
  network.serve('secure.test', server, 'https');
  const dialler = new Dialler(network, clock);
  const open = (address = url) => {
    const link = dialler.dial(new URL(address));
    const socket = new WebSocket(address.replace('http', 'ws'), {
      createConnection: () => link.stream,
      perMessageDeflate: false,
    });
    const events: string[] = [];
    const note = (text: string) => void events.push(`${clock.now()} ${text}`);
    socket.on('open', () => note('open'));
    socket.on('message', (data) => note(`message ${String(data).slice(0, 20)}`));
    socket.on('error', (error: NodeJS.ErrnoException) => note(`error ${error.code ?? error.message}`));
    socket.on('close', (code) => note(`close ${code}`));
    return { link, socket, events };
  };
  const accepted: Socket[] = [];
  server.on('connection', (socket) => accepted.push(socket));
  const resetAll = () => {
    for (const socket of accepted) socket.resetAndDestroy();
  };
  return { clock, network, dialler, url, open, far: () => [...sockets.clients], resetAll };
}

describe('the network port, on the virtual network', () => {
  const startRig = async (): Promise<NetworkRig> => {
    const clock = new VirtualClock({ startMs: 1000, seed: 3 });
    const network = new VirtualNetwork(clock, { latencyMs: 25 });
    const lines = eventsOn<string>(clock, 'the caller', (line) => line);
    const diallerBy = (proxy?: string) => new Dialler(network, clock, proxiesFrom(proxy, {}));
    const caller = new Caller(diallerBy, (line) => lines.push(line));
    const connectProxies: ConnectProxy[] = [];
    return {
      faults: network,
      serve: async (accept, kind) => {
        const server = createServer();
        server.removeAllListeners('connection');
        server.on('connection', accept);
        if (kind !== undefined) network.certificate(kind);
        return network.serve('live.test', server, kind === undefined ? 'http' : 'https');
      },
      byAddress: (url) => {
        const { hostname } = new URL(url);
        return url.replace(hostname, network.addressOf(hostname));
      },
      proxy: async (connectProxy, kind) => {
        connectProxies.push(connectProxy);
        return network.serve('proxy.test', connectProxy.server, kind === undefined ? 'http' : 'https');
      },
      reach: (host) => network.reach(host),
      ask: (line) => caller.command(line),
      next: (fits, timeoutMs) => lines.next(fits, timeoutMs),
      said: () => lines.all,
      now: () => clock.now(),
      passes: (ms) => clock.pass(ms),
      stop: async () => {
        for (const connectProxy of connectProxies) connectProxy.stop();
        clock.stop();
      },
    };
  };
  networkStatements(startRig, { roundTripMs: [50, 50] });
  proxyStatements(startRig);
});

describe('a virtual network', () => {
  it('carries a WebSocket and its messages in the time that its latency takes', async () => {
    const { clock, open } = world();
    const { link, socket, events } = open();
    await clock.pass(1000);
    // Name 50, TCP 50, upgrade 50.
    expect(events).toEqual(['150 open']);
    expect(link.roundTripMs).toBe(50);
    socket.send('hello');
    await clock.pass(1000);
    expect(events).toEqual(['150 open', '1050 message hello']);
    socket.close();
    await clock.pass(1000);
    expect(events.at(-1)).toBe('2050 close 1005');
  });

  it('takes a round trip more for TLS', async () => {
    const { clock, open } = world();
    const { link, events } = open('https://secure.test');
    expect(link.step).toBe('name');
    await clock.pass(60);
    expect(link.step).toBe('address');
    await clock.pass(60);
    expect(link.step).toBe('tls');
    await clock.pass(1000);
    expect(events).toEqual(['200 open']);
    expect(link.step).toBe('upgrade');
  });

  it('has certificates that a wall clock in the past does not believe', async () => {
    const { clock, open } = world();
    clock.setWall(new Date(CERTIFICATES_FROM.getTime() - 1000));
    const early = open('https://secure.test');
    await clock.pass(500);
    expect(early.events).toEqual(['150 error CERT_NOT_YET_VALID', '150 close 1006']);
    await clock.pass(500);
    const { events } = open('https://secure.test');
    await clock.pass(1000);
    expect(events).toEqual(['1200 open']);
  });

  it('takes as long as its bandwidth asks for, and lets the writer wait', async () => {
    const { clock, network, open } = world();
    const { socket, link, events } = open();
    await clock.pass(1000);
    network.bandwidth(80, 'up');
    let taken = 0;
    socket.send('x'.repeat(300_000), () => {
      taken = clock.now();
    });
    await clock.pass(1000);
    expect(taken).toBe(0);
    expect((await link.unacknowledged())?.unacknowledgedBytes).toBeGreaterThan(280_000);
    await clock.pass(40_000);
    expect(taken).toBeGreaterThan(10_000);
    // 300,000 bytes at 10 bytes a millisecond.
    const [, message] = events;
    expect(Number(message?.split(' ')[0])).toBeGreaterThan(31_000);
    expect((await link.unacknowledged())?.unacknowledgedBytes).toBe(0);
  });

  it('resets what is open, and takes new connections', async () => {
    const { clock, network, open } = world();
    const first = open();
    await clock.pass(1000);
    network.reset();
    await clock.pass(1000);
    expect(first.events.slice(1)).toEqual(['1025 close 1006']);
    const second = open();
    await clock.pass(1000);
    expect(second.events).toHaveLength(1);
    expect(network.connections).toBe(1);
  });

  it('delivers what was sent before a reset', async () => {
    const { clock, open, far, resetAll } = world();
    const { events } = open();
    await clock.pass(1000);
    const [socket] = far();
    socket?.send('last words');
    resetAll();
    await clock.pass(1000);
    expect(events.slice(1)).toEqual(['1025 message last words', '1025 close 1006']);
  });

  it('ends a request for the server, too, when the client gives it up', async () => {
    const { clock, network, dialler } = world();
    const given = new AbortController();
    let closedMs = 0;
    const url = network.serve(
      'silent.test',
      createServer((_, response) => {
        response.once('close', () => {
          closedMs = clock.now();
        });
      }),
    );
    const createConnection = () => dialler.dial(new URL(url)).stream;
    const asking = get(url, { createConnection, signal: given.signal });
    asking.on('error', () => {});
    clock.after(1000, () => given.abort());
    await clock.pass(2000);
    expect(closedMs).toBe(1025);
  });

  it('lets a writer wait whose reader does not read, and continues when it does', async () => {
    const { clock, open, far } = world();
    const { socket } = open();
    await clock.pass(1000);
    const [reader] = far();
    reader?.pause();
    for (let i = 0; i < 20; i += 1) socket.send('x'.repeat(50_000));
    await clock.pass(60_000);
    expect(socket.bufferedAmount).toBeGreaterThan(400_000);
    reader?.resume();
    await clock.pass(10_000);
    expect(socket.bufferedAmount).toBe(0);
  });

  it('ends a connection for both when one end is destroyed', async () => {
    const { clock, network, open } = world();
    const { socket, events } = open();
    await clock.pass(1000);
    socket.terminate();
    await clock.pass(1000);
    expect(events.at(-1)).toBe('1000 close 1006');
    expect(network.connections).toBe(0);
  });

  it('gives the same events at the same times, however often', async () => {
    const run = async () => {
      const { clock, network, open } = world();
      const all: string[][] = [];
      network.loss(20);
      for (let i = 0; i < 20; i += 1) {
        const { socket, events } = open();
        all.push(events);
        await clock.pass(200);
        if (socket.readyState === WebSocket.OPEN) socket.send(`${i} ${clock.random()}`);
      }
      await clock.pass(120_000);
      return all;
    };
    expect(await run()).toEqual(await run());
  });
});
