import { expect } from 'vitest';
import { FAULTS, type FaultCode } from '../../src/kiosk/faults.ts';
import type { Look } from '../../src/kiosk/looks.ts';
import type { Counter } from '../rig/counter.ts';
import type { Times } from './report.ts';
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

/** What people at the desk notice of a network that fails: on the simulated network, and a few cases on a real one. */

/** The network resets what is open, at every moment of a turn. */
export async function resetsWhatIsOpen(counter: Counter, times: Times): Promise<void> {
  await counter.ready();
  for (const phase of ['idle', 'listening', 'awaiting', 'speaking'] as const) {
    const { turn, troubleMs, releasedMs } = await turnWith(counter, phase, () => counter.network.reset());
    expect(turn).toMatchObject({ outcome: 'translated' });
    const beganMs = await heardWhole(counter, releasedMs);
    if (phase !== 'idle') times.note('resets what is open', phase, counter, troubleMs, 'connection-lost');
    if (phase === 'speaking') expect(heardCue(counter, 'again', troubleMs, beganMs)).toBe(true);
  }
}

export type Silence = 'halfOpen' | 'linkDown';
const AWAY_MS = 6000;

/**
 * The network goes away without a word, and is back 6 s later. The counter has the waits of a real desk.
 * @param code the fault that the log names, if it is always the same one
 */
export async function goesAwayForAMoment(
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

export type NameServerFault = 'silent' | 'servfail' | 'nxdomain';

/** The name server fails after turns that it answered for. */
export async function nameServerFailsLater(counter: Counter, mode: NameServerFault): Promise<void> {
  await counter.ready();
  await turnWith(counter, 'idle', () => {});
  counter.network.dns(mode);
  for (let i = 0; i < 2; i++) {
    const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
    expect(turn).toMatchObject({ outcome: 'translated', attempts: 1 });
    await heardWhole(counter, releasedMs);
  }
  expect(counter.desk.led('reconnect')).toBe(false);
}

/** The counter was opened while the name server failed. */
export async function nameServerFailedAtTheStart(counter: Counter): Promise<void> {
  const fault = 'name-not-resolved';
  await counter.log((line) => line.fault === fault, 20_000);
  expect(await reconnectShows(counter)).toEqual<Look>(FAULTS[fault].look);
  counter.network.dns('answers');
  await allIsWell(counter);
}
