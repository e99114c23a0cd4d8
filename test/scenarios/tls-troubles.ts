import { expect } from 'vitest';
import { FAULTS, type FaultCode } from '../../src/kiosk/faults.ts';
import type { Look } from '../../src/kiosk/looks.ts';
import type { Counter } from '../rig/counter.ts';
import { allIsWell, heardPrompt, reconnectShows, turnWith } from './scenario.ts';

/** So that nobody waits long for a turn that has no connection. */
export const SOON = '[turn]\ndeliver_within_s = 4\n';

/** The counter was opened while the service showed a certificate that can't be believed; then it shows a good one. */
export async function isNotBelieved(counter: Counter, fault: FaultCode): Promise<void> {
  const { desk } = counter;
  await counter.log((line) => line.fault === fault, 15_000);
  expect(await reconnectShows(counter)).toEqual<Look>(FAULTS[fault].look);
  const pressedMs = desk.now();
  const { turn } = await turnWith(counter, 'idle', () => {});
  expect(turn).toMatchObject({ outcome: 'failed', fault });
  expect(await heardPrompt(counter, 'not available', pressedMs)).toBe(true);
  await counter.certificate('good');
  // A press tries now, whatever the rule of the fault says.
  await turnWith(counter, 'idle', () => {});
  await allIsWell(counter);
}
