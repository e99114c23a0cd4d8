import { createServer, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectProxy } from '../../../test/rig/connect-proxy.ts';
import { VirtualClock } from '../../../test/rig/virtual/clock.ts';
import { VirtualNetwork } from '../../../test/rig/virtual/network.ts';
import { Dialler } from './dial.ts';
import { get } from './get.ts';
import { proxiesFrom } from './proxies.ts';

const never = new AbortController().signal;
let clock: VirtualClock;
let network: VirtualNetwork;

beforeEach(() => {
  clock = new VirtualClock();
  clock.runFreely();
  network = new VirtualNetwork(clock);
});
afterEach(() => {
  network.destroy();
  clock.stop();
});

const serve = (name: string, answer: RequestListener) => network.serve(name, createServer(answer));
const loaded = (url: string, proxy?: string) =>
  get(new Dialler(network, clock, proxiesFrom(proxy, {})), new URL(url), never);

describe('what is asked for', () => {
  it('comes through a proxy, which is named when it fails', async () => {
    const url = serve('there.test', (_, response) => response.end('here it is'));
    const connectProxy = new ConnectProxy((host) => network.reach(host));
    const proxy = network.serve('proxy.test', connectProxy.server);
    network.onlyThrough(proxy);
    expect(await text(await loaded(url, proxy))).toBe('here it is');
    expect(connectProxy.asked).toEqual(['there.test:80']);
    connectProxy.policy = 'forbids';
    await expect(loaded(url, proxy)).rejects.toThrow(
      /^the proxy http:\/\/proxy\.test \(service\.proxy\) refuses/,
    );
    connectProxy.stop();
  });
});
