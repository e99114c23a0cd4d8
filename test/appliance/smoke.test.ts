import { expect, it } from 'vitest';
import { openBare, setUp } from './installing.ts';
import { parts } from './parts.ts';
import { Releases, VERSIONS } from './releases.ts';
import { serving, updateStatus } from './updating.ts';
import { describeAppliance } from './with-appliance.ts';

/** What CI shows of the device: one life of it, on one Debian. The other files show the rest, and both. */

describeAppliance(
  'a desk',
  (appliances) => {
    it('is installed, talks, comes back when it is killed, is updated, and goes without a trace', async () => {
      const releases = await Releases.of((await parts(appliances.debian)).package);
      await releases.make('healthy');
      const appliance = await openBare(appliances, {
        nspawn: [`--bind-ro=${releases.folder}:/opt/releases`],
      });
      const { machine } = appliance;
      await setUp(appliance, `[update]\npublic_keys = ["${releases.publicKey}"]\n`);
      await appliances.hears(appliance);

      const killed = await appliance.mainPid();
      await appliance.kill('SIGKILL', killed);
      await appliance.until(async () => expect(appliance.looksDead).toBe(true));
      await appliance.serves();
      expect(await appliance.mainPid()).not.toBe(killed);

      expect(await appliance.dragoman('update', '/opt/releases/healthy.deb')).toMatchObject({ code: 0 });
      expect(await serving(appliance)).toBe(VERSIONS.healthy);
      expect(await updateStatus(appliance)).toMatchObject({ goesOn: null, last: { outcome: 'kept' } });
      await appliances.hears(appliance);

      await machine.run('apt-get', 'purge', '-y', 'dragoman');
      expect(appliance.processes()).toEqual([]);
      // The drop-in is the test's.
      const left = [
        '/usr',
        '/etc',
        '/var/lib',
        '-name',
        '*dragoman*',
        '!',
        '-path',
        '*/system/dragoman.service.d',
      ];
      expect(await machine.run('find', ...left)).toBe('');
    }, 600_000);
  },
  [12],
);
