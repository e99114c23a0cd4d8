import { execFile } from 'node:child_process';
import { access, chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../src/system/config/load.ts';
import { temporaryFolders } from './rig/folders.ts';

/** The example of docs/operator/first-boot.md, as it lies on a card; everything the scripts call is a program that tells of itself. */
const EXAMPLE = fileURLToPath(new URL('../docs/operator/examples/first-boot', import.meta.url));
const KEY = 'not-a-real-key-0123456789';

/** The programs that are called; what those do that have to answer. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'apt-get': '',
  dpkg: '[ "$1" != --print-architecture ] || echo arm64',
  'dpkg-deb':
    'case $3 in Architecture) echo arm64 ;; Depends) echo "libc6 (>= 2.36), libasound2 (>= 1.2) | libasound2t64, systemd (>= 252), udev" ;; Installed-Size) echo 150000 ;; esac',
  'dpkg-query': 'echo 257',
  df: "printf '  Avail\\n5000000\\n'",
  dragoman: '',
  install: '',
  systemctl: '',
  sync: '',
};

const folder = temporaryFolders();
const there = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

/** A boot partition with the example, a package and a key. @param behaviour shell code of a called program, by its name */
async function card(behaviour: Readonly<Record<string, string>> = {}) {
  const at = folder();
  const [boot, programs, calls] = [path.join(at, 'boot'), path.join(at, 'programs'), path.join(at, 'calls')];
  await cp(EXAMPLE, boot, { recursive: true });
  await mkdir(programs);
  const here = path.join(boot, 'dragoman');
  await writeFile(path.join(here, 'dragoman_1.2.3_arm64.deb'), 'a package');
  // As an editor on Windows leaves it.
  await writeFile(path.join(here, 'gemini-api-key'), `${KEY}\r\n`);
  for (const [name, does] of Object.entries({ ...PROGRAMS, ...behaviour })) {
    const program = path.join(programs, name);
    await writeFile(program, `#!/bin/sh\necho "${name} $*" >>"${calls}"\n${does}\n`);
    await chmod(program, 0o755);
  }
  const run = () =>
    new Promise<number>((resolve) => {
      const env = { ...process.env, PATH: `${programs}:${process.env.PATH}` };
      execFile('/bin/sh', [path.join(here, 'setup')], { env }, (error) => resolve(Number(error?.code ?? 0)));
    });
  return {
    run,
    file: (name: string) => path.join(here, name),
    log: () => readFile(path.join(here, 'setup.log'), 'utf8'),
    called: async () => (await readFile(calls, 'utf8')).trimEnd().split('\n'),
    stored: path.join(at, 'stored'),
  };
}

describe('the first boot of a card', () => {
  it('installs, configures, stores the key and starts the daemon, once', async () => {
    const desk = await card({ dragoman: 'if [ "$1" = key ]; then cat >"$(dirname "$0")/../stored"; fi' });
    expect(await desk.run()).toBe(0);
    const called = await desk.called();
    const order = [
      'apt-get -qq update',
      'apt-get -qq -y',
      'dragoman config check',
      'install',
      'dragoman key set',
    ];
    const steps = [...order, 'dragoman prompts prepare', 'systemctl restart', 'systemctl disable'].map(
      (step) => called.findIndex((call) => call.startsWith(step)),
    );
    expect(steps).not.toContain(-1);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    // `dragoman key set` knows what Windows adds.
    expect(await readFile(desk.stored, 'utf8')).toBe(`${KEY}\r\n`);
    expect(await there(desk.file('setup'))).toBe(false);
  });

  it('leaves the key nowhere on the card: not as a file, not in the log, not in an argument', async () => {
    const desk = await card();
    expect(await desk.run()).toBe(0);
    expect(await there(desk.file('gemini-api-key'))).toBe(false);
    expect(await desk.log()).not.toContain(KEY);
    expect((await desk.called()).join('\n')).not.toContain(KEY);
  });

  it('tries again while there is no network, with the key untouched', async () => {
    const desk = await card({ 'apt-get': '[ -e "$(dirname "$0")/network" ]' });
    expect(await desk.run()).toBe(1);
    expect(await desk.log()).toContain('no network');
    expect(await there(desk.file('gemini-api-key'))).toBe(true);
    await writeFile(path.join(desk.file('.'), '..', '..', 'programs', 'network'), '');
    expect(await desk.run()).toBe(0);
  });

  it('keeps the key that could not be stored, and says that trying again is no use', async () => {
    const desk = await card({ dragoman: '[ "$1" != key ]' });
    expect(await desk.run()).toBe(2);
    expect(await there(desk.file('gemini-api-key'))).toBe(true);
    expect(await desk.log()).toContain('the key cannot be stored');
  });

  it('takes no configuration with errors, and does not try again', async () => {
    const desk = await card({ dragoman: '[ "$1" != config ]' });
    expect(await desk.run()).toBe(2);
    expect((await desk.called()).some((call) => call.startsWith('install'))).toBe(false);
    expect(await desk.log()).toContain('dragoman.toml has errors');
  });

  const older = (name: string) => ({
    dpkg: `case "$1 $4" in --print-architecture*) echo arm64 ;; "--compare-versions ${name}") exit 1 ;; esac`,
  });
  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'a 32-bit system, whatever its kernel is',
      { dpkg: '[ "$1" != --print-architecture ] || echo armhf' },
      /^\S+ \S+ this card holds the 32-bit system: write Raspberry Pi OS \(64-bit\)$/m,
    ],
    [
      'a package for another processor',
      { dpkg: '[ "$1" != --print-architecture ] || echo amd64' },
      /dragoman_1\.2\.3_arm64\.deb is for arm64, and this system is amd64: put the package for amd64 in its place/,
    ],
    ['a package that was cut off', { 'dpkg-deb': 'exit 2' }, /cannot be read: copy it to the card again/],
    [
      'an older Debian, by its libc',
      older('2.36'),
      /an older system \(libc6 257, and the package needs 2\.36\): write a newer Raspberry Pi OS/,
    ],
    ['an older Debian, by its systemd', older('252'), /systemd 257, and the package needs 252/],
    [
      'too little room',
      { df: "printf '  Avail\\n399999\\n'" },
      /too little room: 399 MB are free, 450 MB are needed: use a card of 8 GB or more/,
    ],
  ])('with %s says so in a sentence, tries nothing, and does not try again', async (_, behaviour, told) => {
    const desk = await card(behaviour);
    expect(await desk.run()).toBe(2);
    expect(await desk.log()).toMatch(told);
    expect((await desk.called()).filter((call) => /^(?:apt-get|dragoman|install)/.test(call))).toEqual([]);
    expect(await there(desk.file('gemini-api-key'))).toBe(true);
  });

  it('says why the package could not be installed, and tries again', async () => {
    const desk = await card({
      'apt-get':
        '[ "$2" != -y ] || { echo "E: Failed to fetch libc6"; echo "E: Unable to correct problems"; exit 100; }',
    });
    expect(await desk.run()).toBe(1);
    expect(await desk.log()).toMatch(
      /cannot be installed \(E: Unable to correct problems\); it is tried again/,
    );
  });

  it('wants one package, not two', async () => {
    const desk = await card();
    await writeFile(desk.file('dragoman_1.2.4_arm64.deb'), 'another');
    expect(await desk.run()).toBe(2);
    expect(await desk.log()).toContain('one dragoman_VERSION_arm64.deb');
  });

  it('has a configuration without errors as its example', async () => {
    const { languages } = await loadConfig(path.join(EXAMPLE, 'dragoman', 'dragoman.toml'));
    expect(languages).toMatchObject({ host: ['en'], guest: 'es' });
  });
});
