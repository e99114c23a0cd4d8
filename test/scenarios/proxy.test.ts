import { describe, expect, it } from 'vitest';
import type { DaemonStatus } from '../../src/control/port.ts';
import { FAULTS } from '../../src/kiosk/faults.ts';
import type { Look } from '../../src/kiosk/shown/looks.ts';
import { PROXY_PASSWORD, type ProxyPolicy } from '../rig/connect-proxy.ts';
import type { Counter, LogLine } from '../rig/counter.ts';
import { allIsWell, heardPrompt, reconnectShows, type ScenarioOptions, turnWith } from './scenario.ts';
import { scenarios } from './scenarios.ts';

/** Hospitals, town halls and chains of hotels have networks like that. */

const open = scenarios();

const withProxy = (proxy: ProxyPolicy, options: ScenarioOptions = {}) =>
  open({ network: true, config: '[turn]\ndeliver_within_s = 4\n', ...options, proxy });

const isProxyFault = ({ fault }: LogLine) => fault === 'proxy-failed';

describe('a desk that reaches the service only through a proxy', () => {
  it.each(['dialogue', 'cascade'] as const)(
    'translates with the engine %s',
    async (engine) => {
      const counter = await withProxy('asks', { engines: [engine] });
      await counter.ready();
      await allIsWell(counter);
      showsNoPassword(counter);
      const { asked = [] } = counter.connectProxy ?? {};
      const { host } = new URL(counter.standin.url);
      expect(asked).not.toEqual([]);
      if (!host.includes(':')) expect(new Set(asked)).toEqual(new Set([`${host}:443`]));
    },
    60_000,
  );

  it('shows while it is idle that the proxy lets nothing through any more, and when it does again', async () => {
    const counter = await withProxy('allows', {
      config: 'spare_idle_s = 2\n',
      service: 'check_s = 3\n',
    });
    const { desk, connectProxy } = counter;
    await counter.ready();
    policyOf(counter, 'forbids');
    const { detail } = await counter.log(isProxyFault, 15_000);
    expect(detail).toMatch(/^the proxy http:.* refuses a connection to .* \(HTTP 403\)$/);
    expect(await reconnectShows(counter)).toEqual<Look>(FAULTS['proxy-failed'].look);
    policyOf(counter, 'allows');
    await desk.untilLed('connection', true, 60_000);
    expect(connectProxy?.asked.length).toBeGreaterThan(2);
    await allIsWell(counter);
  }, 90_000);

  it.each<[ProxyPolicy, RegExp]>([
    ['forbids', /refuses a connection/],
    ['page', /answers with a web page \(HTTP 200\)/],
    ['hangs', /no answer to CONNECT within 2000 ms/],
    ['garbles', /does not speak HTTP/],
  ])(
    'says what is wrong with a proxy that %s, and is well without a press when it is right again',
    async (policy, why) => {
      const counter = await withProxy(policy);
      const { desk } = counter;
      const line = await counter.log(isProxyFault, 15_000);
      expect(line).toMatchObject({ id: 'D60', hint: FAULTS['proxy-failed'].hint });
      expect(line.detail).toMatch(/^the proxy http:\/\/\S+ \(service\.proxy\)/);
      expect(line.detail).toMatch(why);
      const pressedMs = desk.now();
      const { turn } = await turnWith(counter, 'idle', () => {});
      expect(turn).toMatchObject({ outcome: 'failed', fault: 'proxy-failed' });
      expect(await heardPrompt(counter, 'not available', pressedMs)).toBe(true);
      showsNoPassword(counter);
      expect(JSON.stringify(await statusOf(counter))).not.toContain(PROXY_PASSWORD);
      policyOf(counter, 'allows');
      await desk.untilLed('connection', true, 90_000);
      await allIsWell(counter);
    },
    150_000,
  );

  it('says that the proxy is not there, and is well without a press when it is', async () => {
    const counter = await withProxy('allows', { before: ({ network }) => network.refuse() });
    const { detail } = await counter.log(isProxyFault, 15_000);
    expect(detail).toMatch(/cannot be reached: connect ECONNREFUSED/);
    await counter.network.heal();
    await counter.desk.untilLed('connection', true, 90_000);
    await allIsWell(counter);
  }, 120_000);
});

function policyOf({ connectProxy }: Counter, policy: ProxyPolicy): void {
  if (connectProxy === undefined) throw new Error('this counter has no proxy');
  connectProxy.policy = policy;
}

async function statusOf(counter: Counter): Promise<DaemonStatus> {
  return (await counter.control('GET', '/status')).body as DaemonStatus;
}

function showsNoPassword(counter: Counter): void {
  const logged = counter
    .logged()
    .map(({ text }) => text)
    .join('\n');
  for (const form of [PROXY_PASSWORD, encodeURIComponent(PROXY_PASSWORD)]) expect(logged).not.toContain(form);
  expect(logged).toContain('the service is reached by the proxy http');
}
