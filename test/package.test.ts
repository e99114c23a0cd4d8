import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolders } from './rig/folders.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const units = readdirSync(join(root, 'systemd')).filter((file) => file.endsWith('.service'));

/** systemd-analyze is in no chroot without systemd; there the appliance's tests tell. */
const systemd = existsSync('/usr/bin/systemd-analyze');

describe.runIf(systemd)('the units', () => {
  it.each([
    ['dragoman', 1.3],
    ['dragoman-update', 2.5],
    ['dragoman-boot', 2.5],
  ])('leave %s little to touch: an exposure of %d at most', async (unit, most) => {
    const { stdout, stderr } = await promisify(execFile)(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', `systemd/${unit}.service`],
      { cwd: root },
    );
    expect(stderr).not.toContain('ignoring'); // a setting that systemd does not understand
    expect(Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThanOrEqual(most);
  });

  it('are understood by systemd', async () => {
    // It also looks for the commands, which are not installed here.
    const paths = units.map((unit) => `systemd/${unit}`);
    const { stderr } = await promisify(execFile)('systemd-analyze', ['verify', ...paths], {
      cwd: root,
    }).catch((error: { stderr: string }) => error);
    const complaints = stderr
      .split('\n')
      .filter((line) => line.includes('dragoman') && !/is not executable|Command 'man/.test(line));
    expect(complaints).toEqual([]);
  });
});

describe('a USB disk', () => {
  const folder = temporaryFolders();

  it.each([
    ["is the system's where something is mounted from it", '8:1 /dev/sda1', 0],
    ["is the system's under LUKS or LVM", '253:0 /dev/dm-0', 0],
    ["is the system's with btrfs, which has a number of its own", '0:31 /dev/sda1[/@]', 0],
    ["is a guest's where nothing is", '179:2 /dev/mmcblk0p2', 1],
  ])('%s', (_, mounted, code) => {
    const sys = folder();
    const bin = folder();
    const usb = join(sys, 'devices/usb1/1-1/1-1:1.0');
    const disks = {
      sda1: join(usb, 'host0/block/sda/sda1'),
      'dm-0': join(sys, 'devices/virtual/block/dm-0'),
      mmcblk0p2: join(sys, 'devices/mmc0/mmcblk0p2'),
    };
    mkdirSync(join(sys, 'class/block'), { recursive: true });
    for (const [name, disk] of Object.entries(disks)) {
      mkdirSync(disk, { recursive: true });
      symlinkSync(disk, join(sys, 'class/block', name));
    }
    mkdirSync(join(disks['dm-0'], 'slaves'));
    symlinkSync(disks.sda1, join(disks['dm-0'], 'slaves/sda1'));
    // Without a name in /dev, as an initrd may have mounted it.
    mkdirSync(join(sys, 'dev/block'), { recursive: true });
    symlinkSync(disks.sda1, join(sys, 'dev/block/8:1'));
    // A file system of the kernel's own has no disk.
    writeFileSync(join(bin, 'findmnt'), `#!/bin/sh\nprintf '0:22 proc\n${mounted}\n'\n`, { mode: 0o755 });
    const { status } = spawnSync(join(root, 'systemd/usb-holds-system'), [usb, sys], {
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    });
    expect(status).toBe(code);
  });
});

describe('the package', () => {
  it('has a place for each file of systemd/', () => {
    const build = read('scripts/build-deb');
    const placed = (file: string) =>
      build.includes(`systemd/${file} `) ||
      (file.endsWith('.service') &&
        build
          .match(/for unit in (.*); do/)?.[1]
          ?.split(' ')
          .includes(file.slice(0, -8)));
    expect(
      readdirSync(join(root, 'systemd')).filter((file) => file !== 'README.md' && !placed(file)),
    ).toEqual([]);
  });

  it('has the conffile that it always had: for another, dpkg would ask at each desk which one to keep', () => {
    const sum = createHash('sha256').update(read('packaging/dragoman.toml')).digest('hex');
    expect(sum).toBe('52c2626efb0203121b28d6f538e74b870d98be65363c186b5bad9e12f242eec8');
  });

  it.each(['preinst', 'postinst', 'prerm', 'postrm'])('has a %s that sh can read', (script) => {
    execFileSync('sh', ['-n', join(root, 'packaging/debian', script)]);
  });
});

describe('a package that is forced onto another system', () => {
  it.each([
    ['arm64', 0, ''],
    ['armhf', 1, 'dragoman: this card holds the 32-bit system: write Raspberry Pi OS (64-bit).\n'],
    ['amd64', 1, 'dragoman: this package is for arm64, and this system is amd64.\n'],
  ])('is refused before it is unpacked, in a sentence: %s', (system, status, stderr) => {
    const programs = mkdtempSync(join(tmpdir(), 'dragoman-preinst-'));
    writeFileSync(join(programs, 'dpkg'), `#!/bin/sh\necho ${system}\n`, { mode: 0o755 });
    const env = { PATH: `${programs}:${process.env.PATH}`, DPKG_MAINTSCRIPT_ARCH: 'arm64' };
    const script = join(root, 'packaging/debian/preinst');
    expect(spawnSync('sh', [script, 'install'], { env, encoding: 'utf8' })).toMatchObject({ status, stderr });
    rmSync(programs, { recursive: true });
  });
});

describe('the delay before a start', () => {
  const UPTIME_S = 5000;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dragoman-starts-'));
    writeFileSync(join(folder, 'uptime'), `${UPTIME_S}.25 9000.50\n`);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the script with a `sleep` that only tells how long. @returns the delay in seconds */
  function starts(): number {
    const tell = join(folder, 'slept');
    writeFileSync(join(folder, 'sleep'), `#!/bin/sh\necho "$1" >${tell}\n`, { mode: 0o755 });
    run('wait');
    return Number(readFileSync(tell, 'utf8'));
  }
  function ends(result: string, afterS = 0): void {
    writeFileSync(join(folder, 'started'), `${UPTIME_S - afterS}\n`);
    run('ended', result);
  }
  function failed(times: number): void {
    writeFileSync(join(folder, 'failures'), `${times}\n`);
  }
  function run(what: string, result = 'success', exitStatus = ''): void {
    execFileSync(join(root, 'systemd/start-delay'), [what], {
      env: {
        ...process.env,
        PATH: `${folder}:${process.env.PATH}`,
        DRAGOMAN_STARTS: folder,
        DRAGOMAN_CURRENT: join(folder, 'current'),
        DRAGOMAN_UPTIME: join(folder, 'uptime'),
        SERVICE_RESULT: result,
        EXIT_STATUS: exitStatus,
      },
    });
  }

  it('is none at the first start', () => {
    expect(starts()).toBe(0);
  });

  it('doubles with each failure, up to a minute', () => {
    const delays = [1, 2, 3].map(() => {
      ends('exit-code');
      return starts();
    });
    expect(delays).toEqual([1, 2, 4]);
    const later = [5, 6, 7, 1000].map((failures) => {
      failed(failures);
      return starts();
    });
    expect(later).toEqual([16, 32, 60, 60]);
  });

  it('is counted where everyone may read it', () => {
    const before = process.umask(0o077);
    try {
      ends('exit-code');
    } finally {
      process.umask(before);
    }
    expect((statSync(join(folder, 'failures')).mode & 0o777).toString(8)).toBe('644');
  });

  it('is none after an ordered end, however many failures there were', () => {
    failed(5);
    ends('success');
    expect(starts()).toBe(0);
  });

  it('is none for another release, however often the one before has failed', () => {
    failed(4);
    ends('signal');
    expect(starts()).toBe(16);
    symlinkSync('1.0.0', join(folder, 'current'));
    expect(starts()).toBe(0);
    ends('signal');
    expect(starts()).toBe(1);
    rmSync(join(folder, 'current'));
    expect(starts()).toBe(0);
  });

  it('grows while another daemon runs here, which is no failure of the release', () => {
    const delays = [1, 2, 3].map(() => {
      run('ended', 'exit-code', '6');
      return starts();
    });
    expect(delays).toEqual([1, 2, 4]);
    expect(existsSync(join(folder, 'failures'))).toBe(false);
    ends('exit-code');
    expect(starts()).toBe(1);
  });

  it('is short again after a run of ten minutes', () => {
    failed(5);
    ends('signal', 600);
    expect(starts()).toBe(1);
    ends('signal', 599);
    expect(starts()).toBe(2);
  });
});

describe('the command /usr/bin/dragoman', () => {
  const folder = temporaryFolders();

  /** Runs it on a machine with an update's release beside the packaged one. @returns which of them is run */
  function runs(
    command: string,
    machine: { readonly failures?: string; readonly lacks?: string } = {},
  ): string {
    const at = folder();
    const places = {
      '/usr/lib/dragoman': join(at, 'packaged'),
      '/var/lib/dragoman/releases/current': join(at, 'current'),
      '/run/dragoman-starts': join(at, 'starts'),
    };
    for (const name of ['packaged', 'current']) {
      mkdirSync(join(at, name, 'bin'), { recursive: true });
      mkdirSync(join(at, name, 'app/cli'), { recursive: true });
      writeFileSync(join(at, name, 'bin/dragoman'), `#!/bin/sh\necho ${name} "$@"\n`, { mode: 0o755 });
      writeFileSync(join(at, name, 'bin/node'), '', { mode: 0o755 });
      writeFileSync(join(at, name, 'app/cli/dragoman.js'), '');
    }
    if (machine.lacks !== undefined) rmSync(join(at, 'current', machine.lacks));
    if (machine.failures !== undefined) {
      mkdirSync(join(at, 'starts'));
      writeFileSync(join(at, 'starts/failures'), machine.failures);
    }
    let script = read('packaging/frame/dragoman');
    for (const [place, here] of Object.entries(places)) script = script.replaceAll(place, here);
    writeFileSync(join(at, 'dragoman'), script);
    return execFileSync('sh', [join(at, 'dragoman'), command], { encoding: 'utf8', stdio: 'pipe' }).trim();
  }

  it('is that of the release which an update has put in place, but for the updater', () => {
    expect(runs('run')).toBe('current run');
    expect(runs('update')).toBe('packaged update');
  });

  it.each(['bin/dragoman', 'bin/node', 'app/cli/dragoman.js'])(
    'is the packaged one where the other lacks its %s',
    (lacks) => {
      expect(runs('run', { lacks })).toBe('packaged run');
    },
  );

  it('is the packaged one once the other has ended six times in a row', () => {
    expect(runs('run', { failures: '5\n' })).toBe('current run');
    expect(runs('run', { failures: '6\n' })).toBe('packaged run');
    expect(runs('status', { failures: '12\n' })).toBe('packaged status');
    // A count that was cut short is none.
    expect(runs('run', { failures: '' })).toBe('current run');
  });
});
