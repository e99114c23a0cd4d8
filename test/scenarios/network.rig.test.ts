import { afterAll, it } from 'vitest';
import { describeWithNetwork } from '../rig/real/with-desk.ts';
import {
  goesAwayForAMoment,
  nameServerFailedAtTheStart,
  nameServerFailsLater,
  resetsWhatIsOpen,
} from './network-troubles.ts';
import { Times } from './report.ts';
import { realScenarios } from './scenarios.ts';

/**
 * The hotel's network, broken in the kernel: in a namespace of the desk's own, behind a router. One case for each
 * behaviour that is the kernel's or the resolver's own; all cases run on the simulated network (network.test.ts).
 */

const open = realScenarios();
const times = new Times('The network under the desk, in the kernel');
afterAll(() => times.report());

describeWithNetwork('a network in the kernel that', () => {
  it('resets what is open, at every moment of a turn: the translation is heard, whole', async () => {
    await resetsWhatIsOpen(await open({ network: true }), times);
  }, 90_000);

  it('goes away without a word (halfOpen) while the desk is listening, and is back 6 s later: the translation is heard, whole', async () => {
    const counter = await open({ network: true, patient: true });
    await goesAwayForAMoment(counter, 'halfOpen', 'listening', 'connection-lost', times);
  }, 90_000);

  it('goes away without a word (linkDown) while the desk is awaiting, and is back 6 s later: the translation is heard, whole', async () => {
    const counter = await open({ network: true, patient: true });
    await goesAwayForAMoment(counter, 'linkDown', 'awaiting', undefined, times);
  }, 90_000);

  it('has a name server that is silent from some moment on: nobody notices', async () => {
    await nameServerFailsLater(await open({ network: true }), 'silent');
  }, 60_000);

  it('has no name server at the start (silent): it is shown, and passes', async () => {
    const counter = await open({ network: true, before: ({ network }) => network.dns('silent') });
    await nameServerFailedAtTheStart(counter);
  }, 60_000);
});
