import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KEY } from '../rig/live.ts';
import { type Appliance, CONFIG } from './appliance.ts';
import { describeAppliance } from './with-appliance.ts';

const faultsOf = async (appliance: Appliance): Promise<string[]> =>
  (await appliance.status()).faults.map(({ code }) => code);

describeAppliance('what an operator has to repair is told, and the unit lives:', ({ open, hears }) => {
  it('a missing key is a fault; once it is stored, the daemon takes it up when nobody is being served', async () => {
    const appliance = await open({ key: false, on: false });
    const { machine, desk } = appliance;
    await appliance.boot();
    await appliance.until(async () => {
      expect(await appliance.property('ActiveState')).toBe('active');
      expect(await faultsOf(appliance)).toContain('key-missing');
    });
    const before = await appliance.mainPid();
    // Somebody is just pressing the button.
    desk.press('talk');
    await appliance.until(async () => expect((await appliance.status()).activity).toBe('listening'));
    await machine.feed(`${KEY}\n`, 'dragoman', 'key', 'set');
    expect((await appliance.status()).activity).toBe('listening');
    expect(await appliance.mainPid()).toBe(before);
    desk.release('talk');
    await appliance.serves();
    expect(await appliance.mainPid()).not.toBe(before);
    await hears(appliance);
    // Nobody but root can read it, and it is nowhere that others can.
    const file = '/var/lib/dragoman/credentials/gemini-api-key';
    expect(await machine.run('stat', '--format=%U %a', file)).toBe('root 600\n');
    const shown = await machine.run('systemctl', 'show', 'dragoman.service');
    expect(`${shown}${await machine.run('journalctl', '--no-pager')}`).not.toContain(KEY);
    // Also behind a power cut right after it.
    await machine.cut();
    await appliance.boot();
    await appliance.serves();
  });

  it('with a broken configuration the last good one serves', async () => {
    const appliance = await open();
    const file = appliance.machine.file(CONFIG);
    writeFileSync(file, appliance.configuration('[languages]\nhost = 7\n'));
    await appliance.machine.run('systemctl', 'restart', 'dragoman.service');
    await appliance.serves();
    expect(await faultsOf(appliance)).toContain('config-broken');
    await appliance.machine.cut();
    await appliance.boot();
    await appliance.serves();
    expect(await faultsOf(appliance)).toContain('config-broken');
    await hears(appliance);
    const check = await appliance.dragoman('config', 'check');
    expect(check.code).not.toBe(0);
    expect(check.stderr).toContain('languages.host');
    writeFileSync(appliance.machine.file(CONFIG), appliance.configuration());
    await appliance.machine.run('dragoman', 'restart');
    await appliance.until(async () => expect(await faultsOf(appliance)).not.toContain('config-broken'));
    await appliance.serves();
  });

  it('with a full disk the desk serves and says so', async () => {
    // The data partition of a read-only root, a small one.
    const appliance = await open({
      on: false,
      key: false,
      nspawn: ['--tmpfs=/var/lib/dragoman:mode=755,size=200m'],
    });
    const { machine } = appliance;
    await appliance.boot();
    await machine.feed(`${KEY}\n`, 'dragoman', 'key', 'set');
    await appliance.serves();
    await machine.try('dd', 'if=/dev/zero', 'of=/var/lib/dragoman/full', 'bs=1M');
    await hears(appliance);
    await machine.run('systemctl', 'restart', 'dragoman.service');
    await appliance.serves();
    await hears(appliance);
    await appliance.until(async () => expect(await faultsOf(appliance)).toContain('disk-full'), 180_000);
    await machine.run('rm', '/var/lib/dragoman/full');
    await appliance.until(async () => expect(await faultsOf(appliance)).not.toContain('disk-full'), 180_000);
  });
});
