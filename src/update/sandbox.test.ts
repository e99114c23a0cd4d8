import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { asNobody, bySystemd, PROPERTIES } from './sandbox.ts';

const folder = temporaryFolders();
const { signal } = new AbortController();

/** A release in a folder that everybody may enter, with a command in shell. */
function release(command: string): string {
  const around = folder();
  chmodSync(around, 0o755);
  const tree = path.join(around, 'release');
  mkdirSync(path.join(tree, 'bin'), { recursive: true });
  writeFileSync(path.join(tree, 'bin/dragoman'), `#!/bin/sh\n${command}\n`, { mode: 0o755 });
  return tree;
}

function secret(): string {
  const file = path.join(folder(), 'dragoman.toml');
  writeFileSync(file, 'proxy\n', { mode: 0o600 });
  return file;
}

describe.skipIf(process.getuid?.() !== 0)('a release that is tried out without systemd', () => {
  const sandbox = asNobody();

  it('runs as nobody, without groups or capabilities, and gets none back', async () => {
    const tree = release('id -u; id -G; grep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/self/status');
    const { stdout, code } = await sandbox.run(tree, [], undefined, signal);
    expect(stdout).toBe(
      '65534\n65534\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\n',
    );
    expect(code).toBe(0);
  });

  it('finds nothing of the environment, and can not change itself', async () => {
    vi.stubEnv('GEMINI_API_KEY', 'secret');
    try {
      const tree = release('echo "key: $GEMINI_API_KEY"; touch "$0.new"');
      const { stdout, code } = await sandbox.run(tree, [], undefined, signal);
      expect(stdout).toBe('key: \n');
      expect(code).not.toBe(0);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('reads the file that it is given, and no other that is closed to all', async () => {
    const [given, other] = [secret(), secret()];
    const tree = release(`[ "$1 $2" = "config check" ] && cat "$3" && echo "$3: wrong" >&2 && cat ${other}`);
    const { stdout, stderr } = await sandbox.run(tree, ['config', 'check'], given, signal);
    expect(stdout).toBe('proxy\n');
    expect(stderr).toContain(`${given}: wrong\n`);
    expect(stderr).toMatch(/cat: .*Permission denied/);
  });
});

describe('a release that is tried out by systemd', () => {
  it('runs in a unit of its own, which sees it at one place and the given file as a credential', async () => {
    const program = path.join(folder(), 'systemd-run');
    writeFileSync(
      program,
      `#!/bin/sh\nprintf '%s\\n' "$@"; for last; do :; done; echo "$last: wrong" >&2; exit 3\n`,
      { mode: 0o755 },
    );
    const { code, stdout, stderr } = await bySystemd(program).run('/r', ['config', 'check'], '/c', signal);
    const args = stdout.trim().split('\n');
    const unit = `dragoman-try-${process.pid}.service`;
    expect(args).toEqual([
      '--pipe',
      '--wait',
      '--collect',
      '--quiet',
      '--service-type=exec',
      `--unit=${unit}`,
      ...PROPERTIES.map((property) => `--property=${property}`),
      '--property=BindReadOnlyPaths=/r:/var/lib/dragoman/release',
      '--property=LoadCredential=given:/c',
      '--',
      '/usr/bin/env',
      '/var/lib/dragoman/release/bin/dragoman',
      'config',
      'check',
      `/run/credentials/${unit}/given`,
    ]);
    expect({ code, stderr }).toEqual({ code: 3, stderr: '/c: wrong\n' });
  });

  it.skipIf(!existsSync('/usr/bin/systemd-analyze'))('has next to no access, by systemd itself', () => {
    const unit = path.join(folder(), 'try.service');
    writeFileSync(unit, `[Service]\nExecStart=/bin/true\n${PROPERTIES.join('\n')}\n`);
    const analyzed = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', unit], {
      encoding: 'utf8',
    });
    // Of a setting that it does not understand it complains there.
    expect(analyzed.stderr).toBe('');
    expect(Number(/exposure level for try.service: ([\d.]+)/.exec(analyzed.stdout)?.[1])).toBeLessThanOrEqual(
      1,
    );
  });
});
