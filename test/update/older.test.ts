import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../rig/folders.ts';
import { type Signer, signer } from '../rig/packages.ts';
import { Machine } from './machine.ts';
import { ARCHITECTURE, asking, type FakeRelease, keyOf, packageOf, signedPackages } from './releases.ts';

/** Who serves updates, and signs none, can't lead a machine back to an older release, nor hold it back unnoticed. */

const folder = temporaryFolders();
const signed = signedPackages(folder, () => by);
let by: Signer;
let next: Signer;

beforeAll(() => {
  by = signer(folder());
  next = signer(folder());
});

function desk(releases: readonly FakeRelease[] = []): Machine {
  const machine = new Machine(folder());
  machine.install({ version: '1.0.0' }, releases);
  machine.start();
  return machine;
}

/** A package that was signed on a day. */
function signedOn(day: string, version: string, signer: Signer): string {
  const deb = packageOf(folder(), 'no-daemon.sock', { version });
  signer.sign(deb, `dragoman ${version} ${ARCHITECTURE} ${day}`);
  return deb;
}

describe('an older release is refused', () => {
  const older = () => asking(signed({ version: '2.0.0' }), by);
  const ACCEPTED = /^2\.0\.0 is older than 3\.0\.0, which was accepted here on 2026-12-01; --downgrade/;

  it('when the machine has gone back behind it', async () => {
    const machine = desk();
    await machine.update({ asked: asking(signed({ version: '3.0.0' }), by) });
    await machine.update({ asked: 'back' });
    expect(machine.startable()).toBe('1.0.0');
    // What has brought it is not there any more.
    rmSync(machine.at('3.0.0'), { recursive: true });
    await expect(machine.begin(older())).rejects.toThrow(ACCEPTED);
    const again = await machine.begin(asking(signed({ version: '3.0.0' }), by));
    expect(again).toMatchObject({ to: { version: '3.0.0' } });
  });

  it('when a newer one was rolled back', async () => {
    const machine = desk();
    await machine.update({ asked: asking(signed({ version: '3.0.0', nature: 'crashes' }), by) });
    expect(machine.startable()).toBe('1.0.0');
    rmSync(machine.at('bad.json'));
    await expect(machine.begin(older())).rejects.toThrow(ACCEPTED);
  });

  it('when the release that runs does not say which it is', async () => {
    const machine = desk();
    await machine.update({ asked: asking(signed({ version: '3.0.0' }), by) });
    await machine.update({ asked: 'back' });
    rmSync(machine.at('3.0.0'), { recursive: true });
    writeFileSync(path.join(machine.places.packaged, 'release.json'), '\0');
    await expect(machine.begin(older())).rejects.toThrow(ACCEPTED);
    rmSync(machine.at('seen.json'));
    await expect(machine.begin(older())).rejects.toThrow(
      'whether 2.0.0 is older than what runs is not known, since no release here says which it is; --downgrade',
    );
    const asked = asking(signed({ version: '2.0.0' }), by, { downgrade: true });
    expect(await machine.begin(asked)).toMatchObject({ from: { version: 'unknown' } });
  });

  it('by what lies on the machine where its memory is damaged, which is told', async () => {
    const machine = desk([{ version: '3.0.0' }, { version: '1.5.0' }]);
    writeFileSync(machine.at('seen.json'), '{"accepted": {');
    await expect(machine.begin(older())).rejects.toThrow(
      '2.0.0 is older than 3.0.0, which is on this machine',
    );
    writeFileSync(machine.at('seen.json'), '{"accepted": {');
    const { output } = await machine.update({ asked: asking(signed({ version: '3.1.0' }), by) });
    expect(output).toMatch(/^what was accepted before is not known any more: .*seen\.json/);
    expect(machine.json('seen.json')).toMatchObject({ accepted: { version: '3.1.0' } });
  });

  it('unless somebody asks for it, which is not remembered', async () => {
    const machine = desk([{ version: '3.0.0' }]);
    const asked = asking(signed({ version: '2.0.0' }), by, { downgrade: true });
    await machine.update({ asked });
    expect(machine.startable()).toBe('2.0.0');
    expect(machine.json('seen.json')).toMatchObject({
      accepted: { version: '3.0.0', at: expect.stringContaining('2026-12-01T') },
    });
    const between = machine.begin(asking(signed({ version: '2.1.0' }), by));
    await expect(between).rejects.toThrow('2.1.0 is older than 3.0.0, which was accepted here');
  });
});

describe('the day of the newest signature', () => {
  it('is remembered, and a signature from before does not take it back', async () => {
    const machine = desk([{ version: '1.1.0' }]);
    for (const day of ['2026-11-20', '2026-11-29', '2026-11-01']) {
      await machine.begin(asking(signedOn(day, '1.1.0', by), by));
    }
    expect(machine.json('seen.json')).toEqual({ signedOn: '2026-11-29' });
  });

  it('is told to who asks for an update, and that it is old after sixty days', async () => {
    const machine = desk([{ version: '1.1.0' }]);
    const said = async (day: string) =>
      (await machine.update({ asked: asking(signedOn(day, '1.1.0', by), by) })).output;
    expect(await said('2026-10-02')).toBe(
      '1.1.0 runs already (signed on 2026-10-02); --again installs it once more',
    );
    expect(await said('2026-10-01')).toMatch(
      /^1\.1\.0 runs already \(signed on 2026-10-01, 61 days ago: OLD, ask the publisher of the releases/,
    );
  });
});

describe('a key that is replaced', () => {
  it('serves until its last day, beside the new one; afterwards the new one alone', async () => {
    const machine = desk();
    const both = [keyOf(by, '2026-12-31'), keyOf(next)];
    const takes = async (deb: string, keys = both) => {
      await machine.update({ asked: asking(deb, by, { keys }) });
      return machine.startable();
    };
    expect(await takes(signedOn('2026-12-01', '1.1.0', by), [keyOf(by)])).toBe('1.1.0');
    // The configuration of the desk has both keys now.
    expect(await takes(signedOn('2026-12-01', '1.2.0', by))).toBe('1.2.0');
    expect(await takes(signedOn('2026-12-01', '1.3.0', next))).toBe('1.3.0');
    machine.clock.setWall(new Date('2026-12-31T23:00:00Z'));
    expect(await takes(signedOn('2026-12-31', '1.4.0', by))).toBe('1.4.0');
    machine.clock.setWall(new Date('2027-01-01T00:00:00Z'));
    await expect(takes(signedOn('2026-12-31', '1.5.0', by))).rejects.toThrow(
      'the key that signed 1.5.0 has ended: its last day was 2026-12-31 (update.not_after), and this is 2027-01-01',
    );
    expect(await takes(signedOn('2027-01-05', '1.5.0', next))).toBe('1.5.0');
  });

  it('has ended by a clock that was set back, too, and for what it signs later', async () => {
    const machine = desk([{ version: '1.1.0' }]);
    const keys = [keyOf(by, '2026-12-31'), keyOf(next)];
    const begin = (deb: string) => machine.begin(asking(deb, by, { keys }));
    await expect(begin(signedOn('2027-02-01', '1.2.0', by))).rejects.toThrow('this is 2027-02-01');
    await begin(signedOn('2027-01-05', '1.1.0', next));
    machine.clock.setWall(new Date('2026-12-01T00:00:00Z'));
    await expect(begin(signedOn('2026-12-01', '1.2.0', by))).rejects.toThrow('this is 2027-01-05');
  });
});
