import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { sha256Of } from '../../src/update/package.ts';
import { temporaryFolders } from '../rig/folders.ts';
import { processes } from '../rig/real/processes.ts';
import { CONFIG, PACKAGE } from './appliance.ts';
import { configure, files, openBare, setUp } from './installing.ts';
import { pssDuring, pssIdle, sizes, startParts } from './measure.ts';
import { DEBIANS, parts } from './parts.ts';
import { VERSIONS } from './releases.ts';
import { releasesOf, serving } from './updating.ts';
import { describeAppliance, tell } from './with-appliance.ts';

const run = promisify(execFile);
const BUILD_DEB = fileURLToPath(new URL('../../scripts/build-deb', import.meta.url));

describeAppliance('the package', (appliances) => {
  const { debian, hears } = appliances;
  const folder = temporaryFolders();

  it('installed by apt, the desk is configured, gets its key, and has a conversation', async () => {
    const appliance = await openBare(appliances);
    const { machine } = appliance;
    const beganMs = performance.now();
    await setUp(appliance);
    tell(debian, `apt, configuration, key, READY: ${((performance.now() - beganMs) / 1000).toFixed(1)} s`);
    await hears(appliance);
    expect((await machine.run('systemctl', '--failed', '--no-legend')).trim()).toBe('');
    const security = await machine.run('systemd-analyze', 'security', '--no-pager', 'dragoman.service');
    const exposure = /Overall exposure level for dragoman.service: ([\d.]+)/.exec(security)?.[1];
    tell(debian, `systemd-analyze security: ${exposure}`);
    expect(Number(exposure)).toBeLessThanOrEqual(2);
    // As after a power cut, in the morning.
    await machine.cut();
    await appliance.boot();
    await appliance.serves();
    tell(debian, await startParts(appliance));
    tell(debian, `PSS idle: ${await pssIdle(appliance)}`);
    tell(debian, `PSS, most while people talk: ${await pssDuring(appliance, hears(appliance))}`);
    tell(debian, sizes((await parts(debian)).package));
  });

  it('of a higher version takes its place by apt when the guest has left; configuration, key and ledger stay', async () => {
    const releases = await releasesOf(appliances, 'healthy');
    const appliance = await openBare(appliances, { nspawn: [releases.bind] });
    const { machine } = appliance;
    await setUp(appliance);
    await hears(appliance);
    // An ordered end writes what the ledger has not written yet.
    await machine.run('systemctl', 'restart', 'dragoman.service');
    const kept = ['sh', '-c', `cat ${CONFIG} /var/lib/dragoman/credentials/* /var/lib/dragoman/ledger/*`];
    const before = await machine.run(...kept);
    expect(before).toContain('"outcome":"translated"');
    const daemon = await appliance.mainPid();
    const { desk } = appliance;
    desk.press('talk');
    await desk.untilLed('talk', true);
    const upgraded = machine.run('apt-get', 'install', '-y', releases.inside('healthy'));
    await appliance.until(async () =>
      expect(processes().map(({ commandLine }) => commandLine)).toContainEqual(
        expect.stringContaining('dragoman.js vacant'),
      ),
    );
    const afterMs = desk.release('talk');
    await appliance.log(({ outcome }) => outcome === 'nothing said');
    // What is said into the device's own sound is not heard.
    await desk.recorder.nextSilence(500, { afterMs: await desk.recorder.nextSound({ afterMs }) });
    await hears(appliance);
    expect(await appliance.mainPid()).toBe(daemon);
    await upgraded;
    await appliance.until(async () => expect(await serving(appliance)).toBe(VERSIONS.healthy));
    expect((await machine.run(...kept)).slice(0, before.length)).toBe(before);
    await hears(appliance);
  });

  // Which Debian it is for does not matter.
  it.runIf(debian === DEBIANS[0])(
    'is the same to the byte when it is built again',
    async () => {
      const { package: file } = await parts(debian);
      const { stdout: arch } = await run('dpkg-deb', ['--field', file, 'Architecture']);
      const built = async () => {
        const out = ['--arch', arch.trim(), '--compress', 'fast', '--out', folder()];
        const { stdout } = await run(BUILD_DEB, out);
        return sha256Of(stdout.trim().split('\n').at(-1) ?? '');
      };
      const first = await built();
      // npm packages and addons are kept otherwise.
      await rm(fileURLToPath(new URL(`../../build/package/modules-${arch.trim()}.stamp`, import.meta.url)));
      expect(await built()).toBe(first);
    },
    900_000,
  );

  it.runIf(debian === DEBIANS[0])(
    'lists what is in it, and has the source of what is under the LGPL',
    async () => {
      const unpacked = folder();
      await run('dpkg-deb', ['--extract', (await parts(debian)).package, unpacked]);
      const documents = path.join(unpacked, 'usr/share/doc/dragoman');
      const bom = JSON.parse(await readFile(path.join(documents, 'sbom.cdx.json'), 'utf8')) as {
        components: { name: string; hashes: { content: string }[] }[];
      };
      const node = bom.components.find(({ name }) => name === 'node');
      expect(node?.hashes[0]?.content).toBe(await sha256Of(path.join(unpacked, 'usr/lib/dragoman/bin/node')));
      const { stdout } = await run('tar', ['-tf', path.join(documents, 'speaker-source.tar.xz')]);
      expect(stdout).toContain('speaker/deps/mpg123/src/output/alsa.c\n');
    },
  );

  it('has nothing for lintian to find but what is overridden with a reason', async () => {
    const { machine } = await openBare(appliances);
    await machine.run('apt-get', 'update');
    await machine.run('apt-get', 'install', '-y', '--no-install-recommends', 'lintian');
    // Packed in a second, for tests: Debian's own packages are not. That of a release is.
    const packing = ['--suppress-tags', 'malformed-deb-archive'];
    const { stdout } = await machine.try('lintian', '--allow-root', ...packing, PACKAGE);
    expect(stdout).toBe('');
    const { stdout: overridden } = await machine.try('lintian', '--allow-root', '--show-overrides', PACKAGE);
    expect(overridden).toContain('O: dragoman: ');
  });

  it('removed and purged leaves nothing but the name of its user', async () => {
    const appliance = await openBare(appliances);
    const { machine } = appliance;
    // Debian's own packages stay, and with them what they made.
    const field = (name: string) => machine.run('dpkg-deb', '--field', PACKAGE, name);
    await machine.run('apt-get', 'satisfy', '-y', await field('Depends'));
    // What is recommended need not be in every Debian.
    for (const one of (await field('Recommends')).split(','))
      await machine.try('apt-get', 'satisfy', '-y', one);
    const before = new Set(await files(appliance));
    await setUp(appliance);
    await hears(appliance);
    await machine.run('apt-get', 'remove', '-y', 'dragoman');
    expect(appliance.processes()).toEqual([]);
    expect(appliance.looksDead).toBe(true);
    expect(await machine.run('cat', CONFIG)).toContain(appliance.standin.url);
    expect(await machine.run('ls', '/var/lib/dragoman/ledger')).not.toBe('');
    await machine.run('apt-get', 'purge', '-y', 'dragoman');
    expect((await files(appliance)).filter((file) => !before.has(file))).toEqual([]);
    expect((await machine.try('systemctl', 'list-unit-files', '--no-legend', 'dragoman*')).stdout).toBe('');
    expect((await machine.run('systemctl', '--failed', '--no-legend')).trim()).toBe('');
    // Its number must not become someone else's while a backup may still hold its files.
    expect(await machine.run('getent', 'passwd', 'dragoman')).toContain('nologin');
    // And back: nothing that was left is in the way.
    await machine.run('apt-get', 'install', '-y', PACKAGE);
    await configure(appliance);
    await hears(appliance);
  });
});
