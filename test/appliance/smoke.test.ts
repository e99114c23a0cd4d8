import { expect, it } from 'vitest';
import { openBare, setUp } from './installing.ts';
import { VERSIONS } from './releases.ts';
import { releasesOf, serving, updateStatus } from './updating.ts';
import { describeAppliance } from './with-appliance.ts';

/** What CI shows of the device: one life of it, on one Debian. The other files show the rest, and both. */

describeAppliance(
  'a desk',
  (appliances) => {
    it('is installed, talks, comes back when it is killed, is updated, and goes without a trace', async () => {
      const releases = await releasesOf(appliances, 'healthy');
      const appliance = await openBare(appliances, { nspawn: [releases.bind] });
      const { machine } = appliance;
      await setUp(appliance, releases.config);
      await appliances.hears(appliance);

      const killed = await appliance.mainPid();
      await appliance.kill('SIGKILL', killed);
      await appliance.comesBack(killed);

      expect(await appliance.dragoman('update', releases.inside('healthy'))).toMatchObject({ code: 0 });
      expect(await serving(appliance)).toBe(VERSIONS.healthy);
      expect(await updateStatus(appliance)).toMatchObject({ inProgress: null, last: { outcome: 'kept' } });
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
