import { afterEach, expect, it } from 'vitest';
import { FAULTS, type FaultCode } from '../../src/kiosk/faults.ts';
import type { Look } from '../../src/kiosk/looks.ts';
import { monotonicMs } from '../rig/real/clock.ts';
import { describeWithDesk } from '../rig/real/with-desk.ts';
import type { CertificateKind } from '../support/certificates.ts';
import { type Door, openDoor } from '../support/door.ts';
import { allIsWell, heardPrompt, reconnectShows, turnWith } from './scenario.ts';
import { realScenarios } from './scenarios.ts';

/** Certificates that can't be believed: a clock that is wrong, somebody who answers in place of the service. */

const open = realScenarios();
const doors: Door[] = [];
afterEach(async () => {
  for (const door of doors.splice(0)) await door.stop();
});

describeWithDesk('a service whose certificate', () => {
  it.each<[CertificateKind, FaultCode]>([
    ['not yet valid', 'clock-wrong'],
    ['expired', 'clock-wrong'],
    ['other name', 'captive-portal'],
    ['self-signed', 'captive-portal'],
  ])(
    'is %s is told as %s, and all is well when it can be believed',
    async (kind, fault) => {
      // The door needs the stand-in's port and the daemon the door's certificate: so it is opened before both.
      const target = { host: '127.0.0.1', port: 0 };
      const door = await openDoor(target, { tls: {} });
      doors.push(door);
      await door.certificate(kind);
      const counter = await open({
        config: '[turn]\ndeliver_within_s = 4\n',
        env: { NODE_EXTRA_CA_CERTS: door.caFile },
        baseUrl: ({ port }) => {
          target.port = port;
          return door.url;
        },
      });
      await counter.log((line) => line.fault === fault, 15_000);
      expect(await reconnectShows(counter)).toEqual<Look>(FAULTS[fault].look);
      const pressedMs = monotonicMs();
      const { turn } = await turnWith(counter, 'idle', () => {});
      expect(turn).toMatchObject({ outcome: 'failed', fault });
      expect(await heardPrompt(counter, 'not available', pressedMs)).toBe(true);
      await door.certificate('good');
      // A press tries now, whatever the rule of the fault says.
      await turnWith(counter, 'idle', () => {});
      await allIsWell(counter);
    },
    60_000,
  );
});
