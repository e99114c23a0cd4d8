import { beforeAll, describe, expect, it } from 'vitest';
import { ALL_CHECKPOINTS } from '../../src/update/update.ts';
import { temporaryFolders } from '../rig/folders.ts';
import { type Signer, signer } from '../rig/packages.ts';
import { Machine } from './machine.ts';
import { asking, type FakeRelease, signedPackages } from './releases.ts';

/**
 * Updates with real packages, signatures and a real folder, cut off at every checkpoint as by a power cut. That SIGKILL
 * leaves the same behind is in cut-off.rig.test.ts.
 */

const folder = temporaryFolders();
const signed = signedPackages(folder, () => by);
let by: Signer;

beforeAll(() => {
  by = signer(folder());
});

/** Runs 2.0.0 out of the folder of the releases, 1.5.0 before it, and has a signed package. */
function desk(release: FakeRelease): { machine: Machine; deb: string } {
  const machine = new Machine(folder());
  machine.install({ version: '1.0.0' }, [{ version: '1.5.0' }, { version: '2.0.0' }]);
  machine.start();
  return { machine, deb: signed(release) };
}

const steps = (...names: string[]) =>
  ALL_CHECKPOINTS.filter((name) => names.includes(name.replace(/, .*/, '')));

/** Cut off while tar and dpkg-deb are at work, too. */
const PREPARING = ['verifying its signature', 'unpacking 3.0.0', ...steps('prepare')];
/** After it, the release runs as far as anyone can tell. */
const LAST = /^prepare, ready$/;

describe('an update that is cut off', () => {
  it.each(PREPARING)('while it prepares (%s) is undone, or goes on when it was ready', async (cutAt) => {
    const { machine, deb } = desk({ version: '3.0.0' });
    const first = await machine.update({ asked: asking(deb, by), cutAt });
    expect(first.cutOff).toBe(true);
    expect(machine.startable()).toBe('2.0.0');
    expect(await machine.update()).toMatchObject({ cutOff: false });
    const ready = LAST.test(cutAt);
    expect(machine.startable()).toBe(ready ? '3.0.0' : '2.0.0');
    expect(machine.json('outcome.json')).toMatchObject({
      outcome: ready ? 'kept' : 'refused',
      from: '2.0.0',
    });
    const releases = ready ? ['2.0.0', '3.0.0'] : ['1.5.0', '2.0.0'];
    expect(machine.entries).toEqual([...releases, 'current', 'outcome.json', 'previous']);
  });

  it.each(steps('wait', 'switch', 'restart', 'trial', 'keep'))(
    'at "%s" is finished, with a whole release at every moment',
    async (cutAt) => {
      const { machine, deb } = desk({ version: '3.0.0' });
      const first = await machine.update({ asked: asking(deb, by), cutAt });
      expect(first.cutOff).toBe(true);
      expect(['2.0.0', '3.0.0']).toContain(machine.startable());
      const resumed = await machine.update();
      expect(resumed).toMatchObject({ cutOff: false });
      expect(machine.startable()).toBe('3.0.0');
      expect(machine.json('outcome.json')).toMatchObject({
        outcome: 'kept',
        version: '3.0.0',
        from: '2.0.0',
      });
      expect(machine.entries).toEqual(['2.0.0', '3.0.0', 'current', 'outcome.json', 'previous']);
    },
  );

  it.each(steps('return', 'restart back', 'settle', 'taken back'))(
    'at "%s", while a bad release is taken back, is taken back all the same',
    async (cutAt) => {
      const { machine, deb } = desk({ version: '3.0.0', nature: 'crashes' });
      const first = await machine.update({ asked: asking(deb, by), cutAt });
      expect(first.cutOff).toBe(true);
      expect(['2.0.0', '3.0.0']).toContain(machine.startable());
      expect(await machine.update()).toMatchObject({ cutOff: false });
      expect(machine.startable()).toBe('2.0.0');
      expect(machine.json('outcome.json')).toMatchObject({
        outcome: 'taken back',
        version: '3.0.0',
        from: '2.0.0',
        reason: expect.stringContaining('it ends again and again'),
      });
      expect(machine.entries).toEqual(['1.5.0', '2.0.0', 'bad.json', 'current', 'outcome.json', 'previous']);
    },
  );

  it.each(steps('refuse'))('at "%s", while a package is refused, leaves nothing', async (cutAt) => {
    const { machine, deb } = desk({ version: '3.0.0', refusesConfig: true });
    const asked = asking(deb, by, { configFile: '/dev/null' });
    expect(await machine.update({ asked, cutAt })).toMatchObject({ cutOff: true });
    expect(await machine.update()).toMatchObject({ cutOff: false });
    expect(machine.startable()).toBe('2.0.0');
    expect(machine.json('outcome.json')).toMatchObject({ outcome: 'refused', version: '3.0.0' });
    expect(machine.entries).toEqual(['1.5.0', '2.0.0', 'current', 'outcome.json', 'previous']);
  });

  it('in each of its trials is taken back, and the outcome says why', async () => {
    const { machine, deb } = desk({ version: '3.0.0' });
    expect(await machine.update({ asked: asking(deb, by), cutAt: 'trial' })).toMatchObject({ cutOff: true });
    for (let attempt = 2; attempt <= 3; attempt++) {
      expect(await machine.update({ cutAt: 'trial' })).toMatchObject({ cutOff: true });
    }
    expect(await machine.update()).toMatchObject({ cutOff: false });
    expect(machine.startable()).toBe('2.0.0');
    expect(machine.json('outcome.json')).toMatchObject({
      outcome: 'taken back',
      reason: 'the machine or its updater went down 3 times while it was tried',
    });
  });
});
