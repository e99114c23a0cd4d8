import { describe, expect, it } from 'vitest';
import { FAULTS, type FaultCode } from '../../src/kiosk/faults.ts';
import type { Look } from '../../src/kiosk/shown/looks.ts';
import type { Counter } from '../rig/counter.ts';
import type { CertificateKind } from '../rig/real/certificates.ts';
import { allIsWell, heardPrompt, reconnectShows, turnWith } from './scenario.ts';
import { scenarios } from './scenarios.ts';

/**
 * Certificates that can't be believed: a clock that is wrong, somebody who answers in place of the service. On the real
 * desk OpenSSL makes them, and the daemon's process is given the authority.
 */

const open = scenarios();

/** So that nobody waits long for a turn that has no connection. */
const SOON = '[turn]\ndeliver_within_s = 4\n';

describe('a service whose certificate', () => {
  it.each<[CertificateKind, FaultCode]>([
    ['not yet valid', 'clock-wrong'],
    ['expired', 'clock-wrong'],
    ['other name', 'captive-portal'],
    ['self-signed', 'captive-portal'],
  ])(
    'is %s is told as %s, and all is well when it can be believed',
    async (secure, fault) => {
      await isNotBelieved(await open({ config: SOON, secure }), fault);
    },
    60_000,
  );
});

/** The counter was opened while the service showed a certificate that can't be believed; then it shows a good one. */
async function isNotBelieved(counter: Counter, fault: FaultCode): Promise<void> {
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
