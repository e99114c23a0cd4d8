import { expect, it } from 'vitest';
import { VERSIONS } from './releases.ts';
import { forged, openForUpdates, serving, UPDATE_MS, updateStatus } from './updating.ts';
import { describeAppliance } from './with-appliance.ts';

const TEST_MS = 2 * UPDATE_MS;

describeAppliance('an update', (appliances) => {
  const { hears } = appliances;

  it('to a healthy release is kept, also behind a power cut', { timeout: TEST_MS }, async () => {
    const { appliance, file } = await openForUpdates(appliances, ['healthy']);
    const before = await serving(appliance);
    expect(await appliance.dragoman('update', file('healthy'))).toMatchObject({ code: 0 });
    expect(await serving(appliance)).toBe(VERSIONS.healthy);
    await hears(appliance);
    await appliance.machine.cut();
    await appliance.boot();
    expect(await serving(appliance)).toBe(VERSIONS.healthy);
    expect(await updateStatus(appliance)).toMatchObject({
      runs: { version: VERSIONS.healthy },
      before: { version: before },
      inProgress: null,
      last: { outcome: 'kept' },
    });
    await hears(appliance);
    // And back again, on request.
    expect(await appliance.dragoman('update', 'back')).toMatchObject({ code: 0 });
    expect(await serving(appliance)).toBe(before);
  });

  it.each(['crashes', 'hangs'] as const)(
    'to a release that %s is rolled back and told',
    { timeout: TEST_MS },
    async (kind) => {
      const { appliance, file } = await openForUpdates(appliances, [kind]);
      const before = await serving(appliance);
      expect(await appliance.dragoman('update', file(kind))).toMatchObject({ code: 1 });
      const { version, faults } = await appliance.serves();
      expect(version).toBe(before);
      expect(faults.map(({ code }) => code)).toContain('update-failed');
      expect(await updateStatus(appliance)).toMatchObject({
        runs: { version: before },
        inProgress: null,
        last: { outcome: 'rolled back', version: VERSIONS[kind] },
      });
      await hears(appliance);
    },
  );

  it('with a wrong signature is refused: the daemon does not notice', { timeout: TEST_MS }, async () => {
    await forged(appliances);
    const { appliance, file } = await openForUpdates(appliances, []);
    const [before, pid] = [await serving(appliance), await appliance.mainPid()];
    const refused = await appliance.dragoman('update', file('forged'));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('is not what was signed');
    expect(await serving(appliance)).toBe(before);
    expect(await appliance.mainPid()).toBe(pid);
    expect(await updateStatus(appliance)).toMatchObject({ runs: { packaged: true }, inProgress: null });
  });
});
