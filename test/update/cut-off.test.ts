import { beforeAll, describe, expect, it } from 'vitest';
import { ALL_CHECKPOINTS } from '../../src/update/update.ts';
import { temporaryFolders } from '../support/folders.ts';
import { type Signer, signer } from '../support/packages.ts';
import { asking, type FakeRelease, type Machine, machines, packageOf } from './machine.ts';

/** Updates with real packages, signatures, processes and a real folder, killed with SIGKILL at every checkpoint. */

const folder = temporaryFolders();
const aMachine = machines(folder);
let by: Signer;

beforeAll(() => {
  by = signer(folder());
});

/** Runs 2.0.0 out of the folder of the releases, 1.5.0 before it, and has a signed package. */
function desk(release: FakeRelease): { machine: Machine; deb: string } {
  const machine = aMachine();
  machine.install({ version: '1.0.0' }, [{ version: '1.5.0' }, { version: '2.0.0' }]);
  const deb = packageOf(machine.folder, machine.socket, release);
  by.sign(deb);
  machine.start();
  return { machine, deb };
}

const steps = (...names: string[]) =>
  ALL_CHECKPOINTS.filter((name) => names.includes(name.replace(/, .*/, '')));

/** Killed while tar and dpkg-deb are at work, too. */
const PREPARING = ['verifying its signature', 'unpacking 3.0.0', ...steps('prepare')];
/** Behind it, the release runs as far as anyone can tell. */
const LAST = /^prepare, ready$/;

// Most of the time goes by in waiting.
describe.concurrent('an update that is killed', () => {
  it.each(PREPARING)('while it prepares (%s) is undone, or goes on when it was ready', async (killAt) => {
    const { machine, deb } = desk({ version: '3.0.0' });
    const killed = await machine.update({ asked: asking(deb, by), killAt });
    expect(killed.signal).toBe('SIGKILL');
    expect(machine.startable()).toBe('2.0.0');
    expect(await machine.update({})).toMatchObject({ code: 0 });
    const ready = LAST.test(killAt);
    expect(machine.startable()).toBe(ready ? '3.0.0' : '2.0.0');
    expect(machine.json('outcome.json')).toMatchObject({
      outcome: ready ? 'kept' : 'refused',
      from: '2.0.0',
    });
    const releases = ready ? ['2.0.0', '3.0.0'] : ['1.5.0', '2.0.0'];
    expect(machine.entries).toEqual([...releases, 'current', 'outcome.json', 'previous']);
    await machine.stop();
  });

  it.each(steps('wait', 'switch', 'restart', 'trial', 'keep'))(
    'at "%s" is finished, with a whole release at every moment',
    async (killAt) => {
      const { machine, deb } = desk({ version: '3.0.0' });
      const killed = await machine.update({ asked: asking(deb, by), killAt });
      expect(killed.signal).toBe('SIGKILL');
      expect(['2.0.0', '3.0.0']).toContain(machine.startable());
      const resumed = await machine.update({});
      expect(resumed).toMatchObject({ code: 0 });
      expect(machine.startable()).toBe('3.0.0');
      expect(machine.json('outcome.json')).toMatchObject({
        outcome: 'kept',
        version: '3.0.0',
        from: '2.0.0',
      });
      expect(machine.entries).toEqual(['2.0.0', '3.0.0', 'current', 'outcome.json', 'previous']);
      await machine.stop();
    },
  );

  it.each(steps('return', 'restart back', 'settle', 'taken back'))(
    'at "%s", while a bad release is taken back, is taken back all the same',
    async (killAt) => {
      const { machine, deb } = desk({ version: '3.0.0', nature: 'crashes' });
      const killed = await machine.update({ asked: asking(deb, by), killAt });
      expect(killed.signal).toBe('SIGKILL');
      expect(['2.0.0', '3.0.0']).toContain(machine.startable());
      expect(await machine.update({})).toMatchObject({ code: 0 });
      expect(machine.startable()).toBe('2.0.0');
      expect(machine.json('outcome.json')).toMatchObject({
        outcome: 'taken back',
        version: '3.0.0',
        from: '2.0.0',
        reason: expect.stringContaining('it ends again and again'),
      });
      expect(machine.entries).toEqual(['1.5.0', '2.0.0', 'bad.json', 'current', 'outcome.json', 'previous']);
      await machine.stop();
    },
  );

  it.each(steps('refuse'))('at "%s", while a package is refused, leaves nothing', async (killAt) => {
    const { machine, deb } = desk({ version: '3.0.0', refusesConfig: true });
    const asked = asking(deb, by, { configFile: '/dev/null' });
    expect(await machine.update({ asked, killAt })).toMatchObject({ signal: 'SIGKILL' });
    expect(await machine.update({})).toMatchObject({ code: 0 });
    expect(machine.startable()).toBe('2.0.0');
    expect(machine.json('outcome.json')).toMatchObject({ outcome: 'refused', version: '3.0.0' });
    expect(machine.entries).toEqual(['1.5.0', '2.0.0', 'current', 'outcome.json', 'previous']);
    await machine.stop();
  });

  it('in each of its trials is taken back, and told why', async () => {
    const { machine, deb } = desk({ version: '3.0.0' });
    await machine.update({ asked: asking(deb, by), killAt: 'trial' });
    for (let attempt = 2; attempt <= 3; attempt++) {
      expect(await machine.update({ killAt: 'trial' })).toMatchObject({ signal: 'SIGKILL' });
    }
    expect(await machine.update({})).toMatchObject({ code: 0 });
    expect(machine.startable()).toBe('2.0.0');
    expect(machine.json('outcome.json')).toMatchObject({
      outcome: 'taken back',
      reason: 'the machine or its updater went down 3 times while it was tried',
    });
    await machine.stop();
  });
});
