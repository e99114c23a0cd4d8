import { afterAll, describe, expect, it } from 'vitest';
import { FAULTS, type FaultCode } from '../../src/kiosk/faults.ts';
import type { Look } from '../../src/kiosk/shown/looks.ts';
import type { Counter } from '../rig/counter.ts';
import { Times } from './report.ts';
import {
  allIsWell,
  heardBeginning,
  heardCue,
  heardPrompt,
  heardWhole,
  type Phase,
  reconnectShows,
  turnWith,
} from './scenario.ts';
import { scenarios } from './scenarios.ts';

/** The hotel's network breaks: the service is reached by its name, through a network whose faults each test makes. */

const open = scenarios();
const times = new Times('The network under the desk');
afterAll(() => times.report());

describe('a network that', () => {
  it('resets what is open, at every moment of a turn: the translation is heard, whole', async () => {
    await resetsWhatIsOpen(await open({ network: true }), times);
  }, 90_000);

  it.each<[Silence, Phase, FaultCode | undefined]>([
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
      const counter = await open({ network: true, patient: true });
      await goesAwayForAMoment(counter, fault, phase, code, times);
    },
    90_000,
  );

  it.each<Silence>(['halfOpen', 'linkDown'])(
    'stays away (%s): the turn is told off in words, and all is well when it is back, without a press',
    async (fault) => {
      const counter = await open({ network: true, config: '[turn]\ndeliver_within_s = 6\n' });
      const { network } = counter;
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
    const counter = await open({
      network: true,
      config: 'spare_idle_s = 2\n',
      service: 'check_s = 3\n',
    });
    await counter.ready();
    await counter.network.refuse();
    await counter.log((line) => line.fault === 'network-unreachable', 15_000);
    expect(await reconnectShows(counter)).toEqual<Look>(FAULTS['network-unreachable'].look);
    await counter.network.heal();
    await allIsWell(counter);
  }, 60_000);

  it.each(['silent', 'servfail', 'nxdomain'] as const)(
    'has a name server that is %s from some moment on: nobody notices',
    async (mode) => {
      await nameServerFailsLater(await open({ network: true }), mode);
    },
    60_000,
  );

  it.each(['nxdomain', 'silent'] as const)(
    'has no name server at the start (%s): it is shown, and passes',
    async (mode) => {
      const counter = await open({ network: true, before: ({ network }) => network.dns(mode) });
      await nameServerFailedAtTheStart(counter);
    },
    60_000,
  );

  it('loses every tenth packet: turns come through, hesitating at the worst', async () => {
    const counter = await open({ network: true });
    await counter.ready();
    await counter.network.loss(10);
    for (let i = 0; i < 3; i++) {
      const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
      expect(turn).toMatchObject({ outcome: 'translated' });
      await heardWhole(counter, releasedMs);
    }
  }, 90_000);

  it('takes 150 kbit/s upwards, less than half of what speech needs: the turn comes later, and whole', async () => {
    const counter = await open({ network: true, patient: true });
    await counter.ready();
    await counter.network.bandwidth(150, 'up');
    const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
    expect(turn).toMatchObject({ outcome: 'translated' });
    await heardWhole(counter, releasedMs);
    await counter.network.heal();
    await allIsWell(counter);
  }, 90_000);
});

/** The network resets what is open, at every moment of a turn. */
async function resetsWhatIsOpen(counter: Counter, times: Times): Promise<void> {
  await counter.ready();
  for (const phase of ['idle', 'listening', 'awaiting', 'speaking'] as const) {
    const { turn, troubleMs, releasedMs } = await turnWith(counter, phase, () => counter.network.reset());
    expect(turn).toMatchObject({ outcome: 'translated' });
    const beganMs = await heardWhole(counter, releasedMs);
    if (phase !== 'idle') times.note('resets what is open', phase, counter, troubleMs, 'connection-lost');
    if (phase === 'speaking') expect(heardCue(counter, 'again', troubleMs, beganMs)).toBe(true);
  }
}

type Silence = 'halfOpen' | 'linkDown';
const AWAY_MS = 6000;

/**
 * The network goes away without a word, and is back 6 s later. The counter has the waits of a real desk.
 * @param code the fault that the log names, if it is always the same one
 */
async function goesAwayForAMoment(
  counter: Counter,
  fault: Silence,
  phase: Phase,
  code: FaultCode | undefined,
  times: Times,
): Promise<void> {
  const { desk, network } = counter;
  await counter.ready();
  let healing: Promise<void> = Promise.resolve();
  const { turn, troubleMs, releasedMs } = await turnWith(counter, phase, async () => {
    await network[fault]();
    healing = desk.passes(desk.now() + AWAY_MS).then(() => network.heal());
  });
  await healing;
  expect(turn).toMatchObject({ outcome: 'translated' });
  const beganMs = await heardWhole(counter, releasedMs);
  // Delivered in time, and people heard that it takes a moment.
  expect(beganMs - releasedMs).toBeLessThan(15_000);
  if (phase === 'speaking') {
    expect(heardBeginning(counter, releasedMs, troubleMs + 300)).toBe(true);
    expect(heardCue(counter, 'again', troubleMs, beganMs)).toBe(true);
  } else expect(await heardPrompt(counter, 'one moment', releasedMs)).toBe(true);
  if (code !== undefined) times.note(`${fault}, 6 s`, phase, counter, troubleMs, code);
  expect(desk.led('connection')).toBe(true);
  await allIsWell(counter);
}

type NameServerFault = 'silent' | 'servfail' | 'nxdomain';

/** The name server fails after turns that it answered for. */
async function nameServerFailsLater(counter: Counter, mode: NameServerFault): Promise<void> {
  await counter.ready();
  await turnWith(counter, 'idle', () => {});
  counter.network.dns(mode);
  for (let i = 0; i < 2; i++) {
    const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
    expect(turn).toMatchObject({ outcome: 'translated', attempts: 1 });
    await heardWhole(counter, releasedMs);
  }
  expect(counter.desk.led('trouble')).toBe(false);
}

/** The counter was opened while the name server failed. */
async function nameServerFailedAtTheStart(counter: Counter): Promise<void> {
  const fault = 'name-not-resolved';
  await counter.log((line) => line.fault === fault, 20_000);
  expect(await reconnectShows(counter)).toEqual<Look>(FAULTS[fault].look);
  counter.network.dns('answers');
  await allIsWell(counter);
}
