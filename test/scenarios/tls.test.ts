import { describe, it } from 'vitest';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import type { CertificateKind } from '../rig/real/certificates.ts';
import { scenarios } from './scenarios.ts';
import { isNotBelieved, SOON } from './tls-troubles.ts';

/** Certificates that can't be believed: a clock that is wrong, somebody who answers in place of the service. */

const open = scenarios();

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
