import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { EventLog } from '../event-log.ts';
import { monotonicMs } from './clock.ts';
import { startDesk } from './desk.ts';
import { type Network, startNetwork } from './network.ts';
import { type DeskProcess, isRunning, nodeEnvironment, start } from './processes.ts';
import { child, panelAt, tell } from './rig.ts';
import { describeWithNetwork } from './with-desk.ts';

const left: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of left.splice(0).toReversed()) await end();
});

/** A client inside the network that takes commands: `client.write('open HOST PORT\n')`. */
async function clientIn(network: Network): Promise<DeskProcess> {
  const [command, args] = network.commandLine(process.execPath, [child('network-client.ts')]);
  const client = start('client', command, args, nodeEnvironment(), 'pipe');
  left.push(() => client.kill());
  await client.nextLine('ready');
  return client;
}

const ask = (client: DeskProcess, line: string, timeoutMs?: number): Promise<string> => {
  client.write(`${line}\n`);
  return client.nextLine(() => true, timeoutMs).then(({ text }) => text);
};

/** A server of this machine that answers what it hears with the same, and remembers it. */
async function echoAt(network: Network) {
  const heard = new EventLog<string>('the server', (text) => text);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      heard.push(`${data}`);
      socket.write(data);
    });
  });
  const port = await listen(server, network);
  return { heard, port, open: `open ${network.hostAddress} ${port}` };
}

async function listen(server: Server, network: Network): Promise<number> {
  await once(server.listen(0, network.hostAddress), 'listening');
  left.push(async () => server.close());
  return (server.address() as AddressInfo).port;
}

const traces = (network: Pick<Network, 'name' | 'hostAddress'>) => ({
  namespaces: readdirSync('/var/run/netns').filter((name) => name.startsWith(network.name)),
  configuration: existsSync(`/etc/netns/${network.name}`),
  address: JSON.stringify(networkInterfaces()).includes(`"${network.hostAddress}"`),
});
const NOTHING = { namespaces: [], configuration: false, address: false };

describeWithNetwork('a network of its own', () => {
  let network: Network;
  beforeAll(async () => {
    const beganMs = monotonicMs();
    network = await startNetwork({ resolver: 'timeout:1 attempts:1' });
    tell('network ready after', [monotonicMs() - beganMs]);
  });
  afterEach(() => network.heal());
  afterAll(() => network.stop());

  it('has this machine under a name, its own loopback, and nothing else', async () => {
    const client = await clientIn(network);
    const server = createHttpServer((_request, response) => response.writeHead(204).end());
    const port = await listen(server, network);
    expect(await ask(client, `lookup ${network.hostName}`)).toBe(`found ${network.hostAddress}`);
    expect(await ask(client, 'lookup elsewhere.test')).toBe('not found ENOTFOUND');
    expect(await ask(client, `get http://${network.hostName}:${port}/`)).toBe('got 204');
    const [, inside] = (await ask(client, 'listen')).split(' ');
    expect(await ask(client, `open localhost ${inside}`)).toBe('opened');
    expect(await ask(client, 'open 192.0.2.1 80')).toBe('broken ENETUNREACH'); // of the router's: it has no way out
  });

  it('loses packets', async () => {
    const client = await clientIn(network);
    const { heard, open } = await echoAt(network);
    const receiver = createSocket('udp4');
    let received = 0;
    receiver.on('message', () => received++);
    await once(receiver.bind(0, network.hostAddress), 'listening');
    left.push(async () => receiver.close());
    const datagrams = `datagrams 200 ${network.hostAddress} ${receiver.address().port}`;
    expect(await ask(client, open)).toBe('opened');
    await network.loss(30);
    expect(await ask(client, datagrams)).toBe('sent');
    client.write('send all\n'); // after them; TCP gets through in the end
    await heard.next((text) => text === 'all', 20_000);
    // 140, give or take five standard deviations.
    await expect.poll(() => received).toBeGreaterThan(107);
    expect(received).toBeLessThan(173);
    await network.heal();
    received = 0;
    await client.nextLine('heard all', 20_000);
    expect(await ask(client, datagrams)).toBe('sent');
    await expect.poll(() => received).toBe(200);
  });

  it('has a name server with faults', async () => {
    const client = await clientIn(network);
    const lookup = `lookup ${network.hostName}`;
    network.dns('servfail');
    expect(await ask(client, lookup)).toBe('not found EAI_AGAIN');
    network.dns('refused');
    expect(await ask(client, lookup)).toBe('not found EAI_AGAIN');
    network.dns('nxdomain');
    expect(await ask(client, lookup)).toBe('not found ENOTFOUND');
    network.dns('hijacked');
    expect(await ask(client, lookup)).toBe(`found ${network.otherAddress}`);
    network.questions.skip();
    network.dns('silent');
    const beganMs = monotonicMs();
    expect(await ask(client, lookup)).toBe('not found EAI_AGAIN');
    expect(monotonicMs() - beganMs).toBeGreaterThan(900);
    expect(await network.questions.next()).toMatchObject({ name: network.hostName });
    await network.heal();
    expect(await ask(client, lookup)).toBe(`found ${network.hostAddress}`);
  });

  it('is not the only one, and none notices another', async () => {
    const second = await startNetwork({ hostName: 'second.test' });
    left.push(() => second.stop());
    const [one, other] = [await clientIn(network), await clientIn(second)];
    const [here, there] = [await echoAt(network), await echoAt(second)];
    expect(await ask(one, here.open)).toBe('opened');
    expect(await ask(other, there.open)).toBe('opened');
    await network.reset();
    await network.refuse();
    await one.nextLine('broken ECONNRESET');
    expect(await ask(other, 'send one')).toBe('heard one');
    expect(await ask(other, there.open)).toBe('opened');
    expect(await ask(other, 'lookup second.test')).toBe(`found ${second.hostAddress}`);
    expect(await ask(one, 'lookup second.test')).toBe('not found ENOTFOUND');
  });
});

describeWithNetwork('networks', () => {
  it('leave nothing, and end what runs in them', async () => {
    const network = await startNetwork();
    const client = await clientIn(network);
    await network.linkDown();
    await network.bandwidth(100);
    expect(traces(network)).not.toEqual(NOTHING);
    await network.stop();
    await network.stop();
    expect(traces(network)).toEqual(NOTHING);
    expect((await client.exited).signal).toBe('SIGKILL');
  });

  it('leave nothing when the tests are killed, as soon as the next one starts', async () => {
    const victim = start('victim', process.execPath, [child('network-victim.ts')], nodeEnvironment());
    const [name = '', hostAddress = ''] = (await victim.nextLine()).text.split(' ');
    victim.signal('SIGKILL');
    await victim.exited;
    expect(traces({ name, hostAddress })).not.toEqual(NOTHING);
    await (await startNetwork()).stop();
    // The kernel takes the interfaces a moment after the namespaces.
    await expect.poll(() => traces({ name, hostAddress })).toEqual(NOTHING);
  });
});

describeWithNetwork('a desk in a network of its own', () => {
  it('has its panel and its sound, and each child is its own process', async () => {
    const network = await startNetwork();
    left.push(() => network.stop());
    const desk = await startDesk({ network, buttons: { talk: 17 }, leds: { talk: 27 } });
    left.push(() => desk.stop());
    const panel = await panelAt(desk, 17, 27);
    expect(readFileSync(`/proc/${panel.pid}/cmdline`, 'utf8')).toMatch(/^node\0/);
    desk.press('talk');
    await desk.untilLed('talk', true);
    const startMs = monotonicMs();
    desk.spawn('node', [child('tone.ts'), '700', '300'], { stdin: 'pipe' });
    await desk.recorder.nextSound({ afterMs: startMs });
    panel.signal('SIGTERM');
    expect((await panel.exited).signal).toBe('SIGTERM');
    await desk.stop();
    expect(isRunning(panel.pid)).toBe(false);
  });
});
