import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { temporaryFolders } from '../rig/folders.ts';
import { type Signer, signer } from '../rig/packages.ts';
import { MachineOfProcesses } from './processes.ts';
import { asking, type FakeRelease, packageOf } from './releases.ts';

/** Updates in a process of its own, killed with SIGKILL: of each group of cut-off.test.ts one case. */

const folder = temporaryFolders();
let by: Signer;

beforeAll(() => {
  by = signer(folder());
});

/** Runs 2.0.0 out of the folder of the releases, 1.5.0 before it, and has a signed package. */
function desk(release: FakeRelease): { machine: MachineOfProcesses; deb: string } {
  const machine = new MachineOfProcesses(folder());
  machine.install({ version: '1.0.0' }, [{ version: '1.5.0' }, { version: '2.0.0' }]);
  // Its daemon answers on the socket of this machine.
  const deb = packageOf(machine.folder, machine.socket, release);
  by.sign(deb);
  machine.start();
  onTestFinished(() => machine.stop());
  return { machine, deb };
}

it('an update that is killed while dpkg-deb and tar unpack is undone', async () => {
  const { machine, deb } = desk({ version: '3.0.0' });
  const killed = await machine.update({ asked: asking(deb, by), killAt: 'unpacking 3.0.0' });
  expect(killed.signal).toBe('SIGKILL');
  expect(machine.startable()).toBe('2.0.0');
  expect(await machine.update()).toMatchObject({ code: 0 });
  expect(machine.startable()).toBe('2.0.0');
  expect(machine.json('outcome.json')).toMatchObject({ outcome: 'refused', from: '2.0.0' });
  expect(machine.entries).toEqual(['1.5.0', '2.0.0', 'current', 'outcome.json', 'previous']);
});

it('an update that is killed when it has switched is finished', async () => {
  const { machine, deb } = desk({ version: '3.0.0' });
  const killed = await machine.update({ asked: asking(deb, by), killAt: 'switch, point' });
  expect(killed.signal).toBe('SIGKILL');
  expect(machine.startable()).toBe('3.0.0');
  expect(await machine.update()).toMatchObject({ code: 0 });
  expect(machine.startable()).toBe('3.0.0');
  expect(machine.json('outcome.json')).toMatchObject({ outcome: 'kept', version: '3.0.0', from: '2.0.0' });
  expect(machine.entries).toEqual(['2.0.0', '3.0.0', 'current', 'outcome.json', 'previous']);
});

it('an update that is killed while a bad release is rolled back is rolled back all the same', async () => {
  const { machine, deb } = desk({ version: '3.0.0', nature: 'crashes' });
  const killed = await machine.update({ asked: asking(deb, by), killAt: 'return, point' });
  expect(killed.signal).toBe('SIGKILL');
  expect(machine.startable()).toBe('2.0.0');
  expect(await machine.update()).toMatchObject({ code: 0 });
  expect(machine.startable()).toBe('2.0.0');
  expect(machine.json('outcome.json')).toMatchObject({
    outcome: 'rolled back',
    version: '3.0.0',
    from: '2.0.0',
    reason: expect.stringContaining('it ends again and again'),
  });
  expect(machine.entries).toEqual(['1.5.0', '2.0.0', 'bad.json', 'current', 'outcome.json', 'previous']);
});
