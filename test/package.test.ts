import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const units = readdirSync(join(root, 'systemd')).filter((file) => file.endsWith('.service'));

/** systemd-analyze is in no chroot without systemd; there the appliance's tests tell. */
const systemd = existsSync('/usr/bin/systemd-analyze');

describe.runIf(systemd)('the units', () => {
  it('leave the daemon little to touch: an exposure of 2.0 at most', async () => {
    const { stdout, stderr } = await promisify(execFile)(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', 'systemd/dragoman.service'],
      { cwd: root },
    );
    expect(stderr).not.toContain('ignoring'); // a setting that systemd does not understand
    expect(Number(/exposure level for dragoman.service: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThanOrEqual(2);
  });

  it.each(units)('%s is understood by systemd', async (unit) => {
    // It also looks for the commands, which are not installed here.
    const { stderr } = await promisify(execFile)('systemd-analyze', ['verify', `systemd/${unit}`], {
      cwd: root,
    }).catch((error: { stderr: string }) => error);
    const complaints = stderr
      .split('\n')
      .filter((line) => line.includes('dragoman') && !/is not executable|Command 'man/.test(line));
    expect(complaints).toEqual([]);
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

  it.each(['postinst', 'prerm', 'postrm'])('has a %s that sh can read', (script) => {
    execFileSync('sh', ['-n', join(root, 'packaging/debian', script)]);
  });
});

describe('the delay before a start', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dragoman-starts-'));
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
    const uptimeS = Number(readFileSync('/proc/uptime', 'utf8').split('.')[0]);
    writeFileSync(join(folder, 'started'), `${uptimeS - afterS}\n`);
    run('ended', result);
  }
  function run(what: string, result = 'success'): void {
    execFileSync(join(root, 'systemd/start-delay'), [what], {
      env: {
        ...process.env,
        PATH: `${folder}:${process.env.PATH}`,
        DRAGOMAN_STARTS: folder,
        SERVICE_RESULT: result,
      },
    });
  }

  it('is none at the first start', () => {
    expect(starts()).toBe(0);
  });

  it('doubles with each failure, up to a minute', () => {
    const delays = Array.from({ length: 9 }, () => {
      ends('exit-code');
      return starts();
    });
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('is none after an ordered end, however many failures there were', () => {
    for (let failure = 0; failure < 5; failure++) ends('watchdog');
    ends('success');
    expect(starts()).toBe(0);
  });

  it('is short again after a run of ten minutes', () => {
    for (let failure = 0; failure < 5; failure++) ends('signal');
    ends('signal', 600);
    expect(starts()).toBe(1);
    ends('signal', 599);
    expect(starts()).toBe(2);
  });
});
