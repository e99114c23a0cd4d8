import { afterAll, afterEach, expect, it } from 'vitest';
import { FAULTS, type FaultCode } from '../../src/kiosk/faults.ts';
import type { Look } from '../../src/kiosk/looks.ts';
import type { RealCounter as Counter } from '../rig/real/counter.ts';
import { type Network, startNetwork } from '../rig/real/network.ts';
import { describeWithNetwork } from '../rig/real/with-desk.ts';
import { Times } from './report.ts';
import {
  allIsWell,
  heardBeginning,
  heardCue,
  heardPrompt,
  heardWhole,
  reconnectShows,
  type ScenarioOptions,
  turnWith,
} from './scenario.ts';
import { realScenarios } from './scenarios.ts';

/** The hotel's network, broken for real: in a namespace of the desk's own, behind a router. */

const openCounter = realScenarios();
const networks: Network[] = [];
const times = new Times('The network under the desk');
afterEach(async () => {
  for (const network of networks.splice(0)) await network.stop();
});
afterAll(() => times.report());

/** A counter whose service is reached by its name, through the network. */
async function open(options: ScenarioOptions = {}): Promise<{ counter: Counter; network: Network }> {
  const network = await startNetwork({ resolver: 'timeout:1 attempts:1' });
  networks.push(network);
  const counter = await openCounter({
    ...options,
    desk: { network },
    standin: { host: network.hostAddress },
    baseUrl: ({ port }) => `http://${network.hostName}:${port}`,
  });
  return { counter, network };
}

describeWithNetwork('a network that', () => {
  it('resets what is open, at every moment of a turn: the translation is heard, whole', async () => {
    const { counter, network } = await open();
    await counter.ready();
    for (const phase of ['idle', 'listening', 'awaiting', 'speaking'] as const) {
      const { turn, troubleMs, releasedMs } = await turnWith(counter, phase, () => network.reset());
      expect(turn).toMatchObject({ outcome: 'translated' });
      const beganMs = await heardWhole(counter, releasedMs);
      if (phase !== 'idle') times.note('resets what is open', phase, counter, troubleMs, 'connection-lost');
      if (phase === 'speaking') expect(heardCue(counter, 'again', troubleMs, beganMs)).toBe(true);
    }
  }, 90_000);

  it.each<['halfOpen' | 'linkDown', 'idle' | 'listening' | 'awaiting' | 'speaking', FaultCode | undefined]>([
    ['halfOpen', 'idle', 'connection-lost'],
    ['halfOpen', 'listening', 'connection-lost'],
    ['halfOpen', 'awaiting', 'connection-lost'],
    ['halfOpen', 'speaking', undefined],
    ['linkDown', 'idle', undefined],
    ['linkDown', 'listening', undefined],
    ['linkDown', 'awaiting', undefined],
    ['linkDown', 'speaking', undefined],
  ])(
    'goes away without a word (%s) while the desk is %s, and is back 6 s later: the translation is heard, whole',
    async (fault, phase, code) => {
      const { counter, network } = await open({ patient: true });
      const { desk } = counter;
      await counter.ready();
      let healing: Promise<void> = Promise.resolve();
      const { turn, troubleMs, releasedMs } = await turnWith(counter, phase, async () => {
        await network[fault]();
        healing = after(6000, () => network.heal());
      });
      await healing;
      expect(turn).toMatchObject({ outcome: 'translated' });
      const beganMs = await heardWhole(counter, releasedMs);
      // Delivered in time, and people were told that it takes a moment.
      expect(beganMs - releasedMs).toBeLessThan(15_000);
      if (phase === 'speaking') {
        expect(heardBeginning(counter, releasedMs, troubleMs + 300)).toBe(true);
        expect(heardCue(counter, 'again', troubleMs, beganMs)).toBe(true);
      } else expect(await heardPrompt(counter, 'one moment', releasedMs)).toBe(true);
      if (code !== undefined) times.note(`${fault}, 6 s`, phase, counter, troubleMs, code);
      expect(desk.led('connection')).toBe(true);
      await allIsWell(counter);
    },
    90_000,
  );

  it.each(['halfOpen', 'linkDown'] as const)(
    'stays away (%s): the turn is told off in words, and all is well when it is back, without a press',
    async (fault) => {
      const { counter, network } = await open({ config: '[turn]\ndeliver_within_s = 6\n' });
      await counter.ready();
      const { turn, troubleMs } = await turnWith(counter, 'listening', () => network[fault]());
      expect(turn.outcome).toBe('failed');
      expect(await heardPrompt(counter, 'not available', troubleMs)).toBe(true);
      expect(await reconnectShows(counter)).toEqual<Look>(FAULTS['network-unreachable'].look);
      expect(counter.desk.led('connection')).toBe(false);
      await network.heal();
      await counter.desk.untilLed('connection', true, 30_000);
      await allIsWell(counter);
    },
    90_000,
  );

  it('goes away while nobody is there is shown before the guest comes', async () => {
    const { counter, network } = await open({ config: 'spare_idle_s = 2\n', service: 'check_s = 3\n' });
    await counter.ready();
    await network.refuse();
    await counter.log((line) => line.fault === 'network-unreachable', 15_000);
    expect(await reconnectShows(counter)).toEqual<Look>(FAULTS['network-unreachable'].look);
    await network.heal();
    await allIsWell(counter);
  }, 60_000);

  it.each(['silent', 'servfail', 'nxdomain'] as const)(
    'has a name server that is %s from some moment on: nobody notices',
    async (mode) => {
      const { counter, network } = await open();
      await counter.ready();
      await turnWith(counter, 'idle', () => {});
      network.dns(mode);
      for (let i = 0; i < 2; i++) {
        const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
        expect(turn).toMatchObject({ outcome: 'translated', attempts: 1 });
        await heardWhole(counter, releasedMs);
      }
      expect(counter.desk.led('reconnect')).toBe(false);
    },
    60_000,
  );

  it.each([
    ['nxdomain', 'name-not-resolved'],
    ['silent', 'name-not-resolved'],
  ] as const)(
    'has no name server at the start (%s): it is shown, and passes',
    async (mode, fault) => {
      const network = await startNetwork({ resolver: 'timeout:1 attempts:1' });
      networks.push(network);
      network.dns(mode);
      const counter = await openCounter({
        desk: { network },
        standin: { host: network.hostAddress },
        baseUrl: ({ port }) => `http://${network.hostName}:${port}`,
      });
      await counter.log((line) => line.fault === fault, 20_000);
      expect(await reconnectShows(counter)).toEqual<Look>(FAULTS[fault].look);
      network.dns('answers');
      await allIsWell(counter);
    },
    60_000,
  );

  it('loses every tenth packet: turns come through, hesitating at the worst', async () => {
    const { counter, network } = await open();
    await counter.ready();
    await network.loss(10);
    for (let i = 0; i < 3; i++) {
      const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
      expect(turn).toMatchObject({ outcome: 'translated' });
      await heardWhole(counter, releasedMs);
    }
  }, 90_000);

  it('takes 150 kbit/s upwards, less than half of what speech needs: the turn comes later, and whole', async () => {
    const { counter, network } = await open({ patient: true });
    await counter.ready();
    await network.bandwidth(150, 'up');
    const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
    expect(turn).toMatchObject({ outcome: 'translated' });
    await heardWhole(counter, releasedMs);
    await network.heal();
    await allIsWell(counter);
  }, 90_000);
});

async function after(ms: number, then: () => Promise<void>): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  await then();
}
