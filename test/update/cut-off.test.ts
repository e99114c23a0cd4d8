import { cpSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { UpdateRefused } from '../../src/update/refusals.ts';
import { ALL_CHECKPOINTS } from '../../src/update/update.ts';
import { temporaryFolders } from '../rig/folders.ts';
import { type Signer, signer } from '../rig/packages.ts';
import { Machine } from './machine.ts';
import { asking, type FakeRelease, signedPackages } from './releases.ts';

/**
 * Updates with real packages, signatures and a real folder, cut off at every checkpoint as by a power cut. Each kind of
 * update runs once; what is on the disk at its checkpoints is what other machines are started with. That SIGKILL leaves
 * the same is in killed.test.ts.
 */

const folder = temporaryFolders();
const signed = signedPackages(folder, () => by);
let by: Signer;

beforeAll(() => {
  by = signer(folder());
});

/** Runs 2.0.0 out of the folder of the releases, 1.5.0 before it. */
function desk(): Machine {
  const machine = new Machine(folder());
  machine.install({ version: '1.0.0' }, [{ version: '1.5.0' }, { version: '2.0.0' }]);
  machine.start();
  return machine;
}

/** Updates to 3.0.0, before the tests. @returns starts a machine whose power was cut at a checkpoint of it */
function cutOffs(
  release: Omit<FakeRelease, 'version' | 'more'>,
  more: Parameters<typeof asking>[2] = {},
): (cutAt: string) => Machine {
  const disks = new Map<string, string>();
  const copied = (disk: string) => {
    const copy = folder();
    cpSync(disk, copy, { recursive: true, verbatimSymlinks: true });
    return copy;
  };
  beforeAll(async () => {
    const machine = desk();
    const checkpoint = (name: string) => void disks.set(name, copied(machine.folder));
    const asked = asking(signed({ version: '3.0.0', ...release }), by, more);
    await machine.update({ asked, checkpoint }).catch((error: Error) => {
      if (!(error instanceof UpdateRefused)) throw error;
    });
  });
  return (cutAt) => {
    const disk = disks.get(cutAt);
    if (disk === undefined) throw new Error(`the update never was at "${cutAt}"`);
    const machine = new Machine(copied(disk));
    machine.start();
    return machine;
  };
}

const steps = (...names: string[]) =>
  ALL_CHECKPOINTS.filter((name) => names.includes(name.replace(/, .*/, '')));

/** After it, the release runs as far as anyone can tell. */
const READY = 'prepare, ready';

describe('an update that is cut off', () => {
  const cutOff = cutOffs({});

  async function expectUndone(machine: Machine): Promise<void> {
    expect(machine.startable()).toBe('2.0.0');
    await machine.update();
    expect(machine.startable()).toBe('2.0.0');
    expect(machine.json('outcome.json')).toMatchObject({ outcome: 'refused', from: '2.0.0' });
    expect(machine.entries).toEqual(['1.5.0', '2.0.0', 'current', 'outcome.json', 'previous']);
  }

  it.each(['verifying its signature', 'unpacking 3.0.0'])(
    'while programs are at work (%s) is undone',
    async (cutAt) => {
      const machine = desk();
      const asked = asking(signed({ version: '3.0.0' }), by);
      expect(await machine.update({ asked, cutAt })).toMatchObject({ cutOff: true });
      await expectUndone(machine);
    },
  );

  it.each(steps('prepare').filter((name) => name !== READY))('at "%s" is undone', (cutAt) =>
    expectUndone(cutOff(cutAt)),
  );

  it.each([READY, ...steps('wait', 'switch', 'restart', 'trial', 'keep')])(
    'at "%s" is finished, with a whole release at every moment',
    async (cutAt) => {
      const machine = cutOff(cutAt);
      expect(['2.0.0', '3.0.0']).toContain(machine.startable());
      await machine.update();
      expect(machine.startable()).toBe('3.0.0');
      expect(machine.json('outcome.json')).toMatchObject({
        outcome: 'kept',
        version: '3.0.0',
        from: '2.0.0',
      });
      expect(machine.entries).toEqual(['2.0.0', '3.0.0', 'current', 'outcome.json', 'previous']);
    },
  );

  it('in each of its trials is rolled back, and the outcome says why', async () => {
    const machine = cutOff(READY);
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(await machine.update({ cutAt: 'trial' })).toMatchObject({ cutOff: true });
    }
    expect(await machine.update()).toMatchObject({ cutOff: false });
    expect(machine.startable()).toBe('2.0.0');
    expect(machine.json('outcome.json')).toMatchObject({
      outcome: 'rolled back',
      reason: 'the machine or its updater went down 3 times while it was tried',
    });
  });
});

describe('an update that is cut off while a bad release is rolled back', () => {
  const cutOff = cutOffs({ nature: 'crashes' });

  it.each(steps('return', 'restart back', 'settle', 'rolled back'))(
    'at "%s" is rolled back all the same',
    async (cutAt) => {
      const machine = cutOff(cutAt);
      expect(['2.0.0', '3.0.0']).toContain(machine.startable());
      await machine.update();
      expect(machine.startable()).toBe('2.0.0');
      expect(machine.json('outcome.json')).toMatchObject({
        outcome: 'rolled back',
        version: '3.0.0',
        from: '2.0.0',
        reason: expect.stringContaining('it ends again and again'),
      });
      expect(machine.entries).toEqual(['1.5.0', '2.0.0', 'bad.json', 'current', 'outcome.json', 'previous']);
    },
  );
});

describe('an update that is cut off while its package is refused', () => {
  const cutOff = cutOffs({ refusesConfig: true }, { configFile: '/dev/null' });

  it.each(steps('refuse'))('at "%s" leaves nothing', async (cutAt) => {
    const machine = cutOff(cutAt);
    await machine.update();
    expect(machine.startable()).toBe('2.0.0');
    expect(machine.json('outcome.json')).toMatchObject({ outcome: 'refused', version: '3.0.0' });
    expect(machine.entries).toEqual(['1.5.0', '2.0.0', 'current', 'outcome.json', 'previous']);
  });
});
