import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Asked } from '../../src/update/prepare.ts';
import { temporaryFolders } from '../rig/folders.ts';
import { type Signer, signer } from '../rig/packages.ts';
import { Machine } from './machine.ts';
import { asking, type FakeRelease, packageOf } from './releases.ts';

/** Packages that are not taken: nothing is switched, nothing is left, and the reason is told. */

const folder = temporaryFolders();
let by: Signer;
let stranger: Signer;

beforeAll(() => {
  by = signer(folder());
  stranger = signer(folder());
});

interface Case {
  readonly release?: FakeRelease;
  readonly installedKib?: number;
  readonly asked?: (by: Signer) => Partial<Asked>;
  /** What happens to the package behind its signature. */
  readonly spoil?: (deb: string) => void;
  readonly reason: RegExp;
}

const foreign = process.arch === 'x64' ? 'arm64' : 'amd64';
const tree = (make: (tree: string) => void): FakeRelease => ({ version: '3.0.0', more: make });

const CASES: Readonly<Record<string, Case>> = {
  'where no key is configured': {
    asked: () => ({ keys: [] }),
    reason: /no public key is configured.*\[update\] public_keys/,
  },
  'that somebody else has signed': {
    asked: () => ({ keys: [stranger.publicKey] }),
    reason: /is not what was signed by a key of \[update\] public_keys.*key id/,
  },
  'that was changed': {
    spoil: (deb) => appendFileSync(deb, 'x'),
    reason: /is not what was signed.*Signature verification failed/,
  },
  'that was cut short': {
    spoil: (deb) => truncateSync(deb, 1000),
    reason: /is not what was signed.*Signature verification failed/,
  },
  'whose signature is not there': {
    spoil: (deb) => rmSync(`${deb}.minisig`),
    reason: /its signature can't be read: .*\.minisig: there is no such file/,
  },
  'whose signature is something else': {
    spoil: (deb) => writeFileSync(`${deb}.minisig`, '<html>moved</html>'),
    reason: /is no signature of minisign/,
  },
  'whose signature is of the kind that takes the whole package into memory': {
    spoil: (deb) => {
      const [comment, signature = '', ...rest] = readFileSync(`${deb}.minisig`, 'utf8').split('\n');
      writeFileSync(`${deb}.minisig`, [comment, signature.replace(/^RU/, 'RW'), ...rest].join('\n'));
    },
    reason: /is no signature of minisign, or one of its old kind/,
  },
  'that is not there': {
    spoil: (deb) => rmSync(deb),
    reason: /can't be read: .*there is no such file/,
  },
  'that is no package': {
    spoil: (deb) => {
      writeFileSync(deb, 'signed nonsense');
      by.sign(deb);
    },
    reason: /the file is no Debian package/,
  },
  'of something else': {
    release: { version: '3.0.0', package: 'hello' },
    reason: /the file is the package "hello", not dragoman/,
  },
  'for another processor': {
    release: { version: '3.0.0', architecture: foreign },
    reason: new RegExp(`the package is for ${foreign}, and this machine is`),
  },
  'that is older than what runs': {
    release: { version: '1.9.0' },
    reason: /1\.9\.0 is older than 2\.0\.0, which runs; --downgrade/,
  },
  'that needs newer units': {
    release: { version: '3.0.0', frame: 2 },
    reason: /frame 2.*frame 1.*apt-get install/,
  },
  'with a release of another version': {
    release: { version: '3.0.0', saysVersion: '3.0.1' },
    reason: /the package says it is 3\.0\.0, the release in it 3\.0\.1/,
  },
  'whose release does not run here': {
    release: { version: '3.0.0', versionCommand: 'echo "cannot execute" >&2; exit 126' },
    reason: /does not run on this machine: cannot execute/,
  },
  'whose release tells another version when it runs': {
    release: { version: '3.0.0', versionCommand: 'echo 2.9' },
    reason: /does not run on this machine: 2\.9/,
  },
  'whose release does not take the present configuration': {
    release: { version: '3.0.0', refusesConfig: true },
    asked: () => ({ configFile: '/dev/null' }),
    reason: /refuses the present configuration; put that right first:\nthere is no such setting/,
  },
  'with a set-user-id file': {
    release: tree((at) => {
      writeFileSync(`${at}/bin/root`, '');
      chmodSync(`${at}/bin/root`, 0o4755);
    }),
    reason: /what no release needs: bin\/root is set-user-id/,
  },
  'with a link that leads out of it': {
    release: tree((at) => symlinkSync('/etc', `${at}/etc`)),
    reason: /what no release needs: etc is a link that leads out of it/,
  },
  'with a link that climbs out of it': {
    release: tree((at) => symlinkSync('../../../etc', `${at}/etc`)),
    reason: /what no release needs: etc is a link that leads out of it/,
  },
  'with a pipe': {
    release: tree((at) => void execFileSync('mkfifo', [`${at}/pipe`])),
    reason: /what no release needs: pipe is neither file nor folder nor link/,
  },
  'larger than the disk': {
    installedKib: 1024 ** 4,
    reason: /too little room in .* to unpack 3\.0\.0: \d+ MiB are needed, \d+ MiB are free/,
  },
};

function desk(): Machine {
  const machine = new Machine(folder());
  machine.install({ version: '1.0.0' }, [{ version: '1.5.0' }, { version: '2.0.0' }]);
  return machine;
}

describe('a package is refused', () => {
  it.each(Object.entries(CASES))('%s', async (_, given) => {
    const machine = desk();
    const { release = { version: '3.0.0' }, installedKib } = given;
    const deb = packageOf(machine.folder, machine.socket, release, installedKib);
    by.sign(deb);
    given.spoil?.(deb);
    await expect(machine.begin(asking(deb, by, given.asked?.(by)))).rejects.toThrow(given.reason);
    expect(machine.running()).toBe(machine.at('2.0.0'));
    expect(machine.json('outcome.json')).toMatchObject({
      outcome: 'refused',
      from: '2.0.0',
      reason: expect.stringMatching(given.reason),
    });
    expect(machine.entries).toEqual(['1.5.0', '2.0.0', 'current', 'outcome.json', 'previous']);
  });

  it('when the disk fills up while it is unpacked', async (context) => {
    const machine = desk();
    const small = machine.places.releases;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      context.skip('no right to mount a small disk');
    }
    onTestFinished(() => void execFileSync('umount', [small]));
    const zeros = tree((at) => writeFileSync(`${at}/zeros`, Buffer.alloc(60 * 1024 * 1024)));
    // Compressed to nothing, and not honest about its size.
    const root = path.join(machine.folder, 'large');
    mkdirSync(root);
    const deb = packageOf(root, machine.socket, zeros, 8, 'gzip');
    by.sign(deb);
    await expect(machine.begin(asking(deb, by))).rejects.toThrow(/can't be unpacked: .*the disk is full/);
    expect(machine.json('outcome.json')).toMatchObject({ outcome: 'refused', version: '3.0.0' });
    expect(machine.entries).toEqual(['outcome.json']);
  });
});

describe('a package is taken', () => {
  it('that is older, when that is asked for', async () => {
    const machine = desk();
    const deb = packageOf(machine.folder, machine.socket, { version: '1.9.0' });
    by.sign(deb);
    const journal = await machine.begin(asking(deb, by, { downgrade: true }));
    expect(journal).toMatchObject({ step: 'wait', from: { version: '2.0.0' }, to: { version: '1.9.0' } });
  });

  it('that was signed by the second of two keys', async () => {
    const machine = desk();
    const deb = packageOf(machine.folder, machine.socket, { version: '3.0.0' });
    by.sign(deb);
    const keys = [stranger.publicKey, by.publicKey];
    expect(await machine.begin(asking(deb, by, { keys }))).toMatchObject({ to: { version: '3.0.0' } });
  });

  it('as it was verified, whatever becomes of the file meanwhile', async () => {
    const machine = desk();
    const deb = packageOf(machine.folder, machine.socket, { version: '3.0.0' });
    by.sign(deb);
    const good = readFileSync(deb);
    const other = packageOf(folder(), machine.socket, { version: '9.9.9' });
    const begun = machine.begin(asking(deb, by), (name) => {
      if (name === 'prepare, verify') copyFileSync(other, deb);
    });
    expect(await begun).toMatchObject({ to: { version: '3.0.0' } });
    expect(readFileSync(deb).equals(good)).toBe(false);
  });

  it('with links and folders of its own', async () => {
    const machine = desk();
    const release = tree((at) => {
      mkdirSync(`${at}/app/cli`, { recursive: true });
      symlinkSync('../../bin/dragoman', `${at}/app/cli/link`);
    });
    const deb = packageOf(machine.folder, machine.socket, release);
    by.sign(deb);
    expect(await machine.begin(asking(deb, by))).toMatchObject({ to: { version: '3.0.0' } });
    expect(readFileSync(machine.at('3.0.0/app/cli/link'), 'utf8')).toContain('#!/bin/sh');
  });
});
