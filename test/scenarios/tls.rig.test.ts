import { it } from 'vitest';
import { describeWithDesk } from '../rig/real/with-desk.ts';
import { realScenarios } from './scenarios.ts';
import { isNotBelieved, SOON } from './tls-troubles.ts';

/**
 * One certificate through all of it: OpenSSL, Node's TLS, and the authorities that the daemon's process is given. The
 * other kinds run on the simulated network (tls.test.ts); that both networks name them alike is stated in
 * test/rig/contracts/network.ts.
 */

const open = realScenarios();

describeWithDesk('a service whose certificate, made by OpenSSL,', () => {
  it('is not yet valid is reported as clock-wrong, and all is well when it is valid', async () => {
    await isNotBelieved(await open({ config: SOON, secure: 'not yet valid' }), 'clock-wrong');
  }, 60_000);
});
