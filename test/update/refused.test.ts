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
import { checkTree, tryOut, unpack } from '../../src/update/package.ts';
import type { Asked } from '../../src/update/prepare.ts';
import { asNobody } from '../../src/update/sandbox.ts';
import { temporaryFolders } from '../rig/folders.ts';
import { change, type Signer, signer } from '../rig/packages.ts';
import { Machine } from './machine.ts';
import {
  ARCHITECTURE,
  asking,
  type FakeRelease,
  keyOf,
  packageOf,
  releaseTree,
  signedPackages,
} from './releases.ts';

/** Packages that are not taken: nothing is switched, nothing is left, and the reason is told. */

const folder = temporaryFolders();
const signed = signedPackages(folder, () => by);
let by: Signer;
let stranger: Signer;

beforeAll(() => {
  by = signer(folder());
  stranger = signer(folder());
});

interface Case {
  readonly release?: Omit<FakeRelease, 'more'>;
  readonly asked?: (by: Signer) => Partial<Asked>;
  /** What happens to a copy of the package behind its signature. */
  readonly spoil?: (deb: string) => void;
  readonly reason: RegExp;
}

const foreign = process.arch === 'x64' ? 'arm64' : 'amd64';

const CASES: Readonly<Record<string, Case>> = {
  'where no key is configured': {
    asked: () => ({ keys: [] }),
    reason: /no public key is configured.*\[update\] public_keys/,
  },
  'that somebody else has signed': {
    asked: () => ({ keys: [keyOf(stranger)] }),
    reason: /was signed by none of the keys of \[update\] public_keys \(its key id is [0-9A-F]{16}\)/,
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
      by.sign(deb, `dragoman 3.0.0 ${ARCHITECTURE} 2026-12-01`);
    },
    reason: /the file is no Debian package/,
  },
  'of something else': {
    release: { version: '3.0.0', package: 'hello' },
    reason: /the package is "hello 3\.0\.0 \w+", and its signature is one for "dragoman 3\.0\.0 \w+"/,
  },
  'whose signature is one for another version': {
    spoil: (deb) => by.sign(deb, `dragoman 4.0.0 ${ARCHITECTURE} 2026-12-01`),
    reason: /the package is "dragoman 3\.0\.0 \w+", and its signature is one for "dragoman 4\.0\.0 \w+"/,
  },
  'whose signature does not say what was signed': {
    spoil: (deb) => by.sign(deb, 'timestamp:1796083200 file:dragoman.deb hashed'),
    reason:
      /trusted comment of the signature is "timestamp.*", and has to be "dragoman VERSION ARCHITECTURE DATE"/,
  },
  'whose signature is of a day that there is not': {
    spoil: (deb) => by.sign(deb, `dragoman 3.0.0 ${ARCHITECTURE} 2026-02-31`),
    reason: /trusted comment .* has to be "dragoman VERSION ARCHITECTURE DATE"/,
  },
  'whose signature was given another day': {
    spoil: (deb) => change(`${deb}.minisig`, (text) => text.replace(/\d{4}-\d\d-\d\d$/m, '2030-01-01')),
    reason: /the trusted comment of the signature is not what was signed/,
  },
  'for another processor': {
    release: { version: '3.0.0', architecture: foreign },
    reason: new RegExp(`the package is for ${foreign}, and this machine is`),
  },
  'that is older than what runs': {
    release: { version: '1.9.0' },
    reason: /1\.9\.0 is older than 2\.0\.0, which runs; --downgrade/,
  },
  'whose release does not take the present configuration': {
    release: { version: '3.0.0', refusesConfig: true },
    asked: () => ({ configFile: '/dev/null' }),
    reason: /refuses the present configuration; put that right first:\nthere is no such setting/,
  },
};

/** A package and its signature, to be changed. */
function copied(deb: string, to: string): string {
  const copy = path.join(to, path.basename(deb));
  for (const end of ['', '.minisig']) copyFileSync(`${deb}${end}`, `${copy}${end}`);
  return copy;
}

/** A signed package whose release has more in it. */
function signedWith(machine: Machine, more: (tree: string) => void): string {
  const deb = packageOf(machine.folder, machine.socket, { version: '3.0.0', more });
  by.sign(deb);
  return deb;
}

/** A small package of a release of 40 MB, which says that it has 8 KiB. */
function large({ folder, socket }: Machine): string {
  const more = (at: string) => writeFileSync(`${at}/zeros`, Buffer.alloc(40 * 1024 * 1024));
  return packageOf(folder, socket, { version: '3.0.0', more }, 8, 'zstd');
}

function desk(): Machine {
  const machine = new Machine(folder());
  machine.install({ version: '1.0.0' }, [{ version: '1.5.0' }, { version: '2.0.0' }]);
  return machine;
}

describe('a package is refused', () => {
  /** Nothing is switched, nothing is left, and the reason is told. */
  async function expectRefused(machine: Machine, asked: Asked, reason: RegExp): Promise<void> {
    await expect(machine.begin(asked)).rejects.toThrow(reason);
    expect(machine.running()).toBe(machine.at('2.0.0'));
    expect(machine.json('outcome.json')).toMatchObject({
      outcome: 'refused',
      from: '2.0.0',
      reason: expect.stringMatching(reason),
    });
    expect(machine.entries).toEqual(['1.5.0', '2.0.0', 'current', 'outcome.json', 'previous']);
  }

  it.each(Object.entries(CASES))(
    '%s',
    async (_, { release = { version: '3.0.0' }, asked, spoil, reason }) => {
      const machine = desk();
      const deb = copied(signed(release), machine.folder);
      spoil?.(deb);
      await expectRefused(machine, asking(deb, by, asked?.(by)), reason);
    },
  );

  it('larger than the disk', async () => {
    const machine = desk();
    const deb = packageOf(machine.folder, machine.socket, { version: '3.0.0' }, 1024 ** 4);
    by.sign(deb);
    const reason = /too little room in .* to unpack 3\.0\.0: \d+ MiB are needed, \d+ MiB are free/;
    await expectRefused(machine, asking(deb, by), reason);
  });

  it('with a set-user-id file', async () => {
    const machine = desk();
    const deb = signedWith(machine, (at) => {
      writeFileSync(`${at}/bin/root`, '');
      chmodSync(`${at}/bin/root`, 0o4755);
    });
    await expectRefused(machine, asking(deb, by), /what no release needs: bin\/root is set-user-id/);
  });

  it.each<[string, RegExp, (at: string) => void]>([
    [
      'with a link that leads out of it',
      /etc is a link that leads out of it/,
      (at) => symlinkSync('/etc', `${at}/etc`),
    ],
    [
      'with a link that climbs out of it',
      /etc is a link that leads out of it/,
      (at) => symlinkSync('../../../etc', `${at}/etc`),
    ],
    [
      'with a link that climbs out of it behind another one',
      /out is a link that leads out of it/,
      (at) => {
        mkdirSync(`${at}/p/q`, { recursive: true });
        symlinkSync('../..', `${at}/p/q/root`);
        symlinkSync('p/q/root/../..', `${at}/out`);
      },
    ],
    [
      'with a link to itself by the name of its folder, which is another one later',
      /self is a link that leads out of it/,
      (at) => symlinkSync(`../${path.basename(at)}/bin`, `${at}/self`),
    ],
    [
      'with a link within it that begins at the root',
      /bin2 is a link that leads out of it/,
      (at) => symlinkSync(`${at}/bin`, `${at}/bin2`),
    ],
    [
      'with a link to nothing',
      /later is a link that leads nowhere/,
      (at) => symlinkSync('no', `${at}/later`),
    ],
    ['with a link to itself', /loop is a link that leads nowhere/, (at) => symlinkSync('loop', `${at}/loop`)],
    [
      'with a pipe',
      /pipe is neither file nor folder nor link/,
      (at) => void execFileSync('mkfifo', [`${at}/pipe`]),
    ],
  ])('%s', async (_, reason, make) => {
    const at = folder();
    releaseTree(at, 'no-daemon.sock', { version: '3.0.0', more: make });
    await expect(checkTree(at)).rejects.toThrow(reason);
  });

  it.each<[string, RegExp, Partial<FakeRelease>]>([
    ['that needs newer units', /frame 2.*frame 1.*apt-get install/, { frame: 2 }],
    [
      'with a release of another version',
      /the package says it is 3\.0\.0, the release in it 3\.0\.1/,
      { saysVersion: '3.0.1' },
    ],
    [
      'whose release does not run here',
      /does not run on this machine: cannot execute/,
      { versionCommand: 'echo "cannot execute" >&2; exit 126' },
    ],
    [
      'whose release tells another version when it runs',
      /does not run on this machine: 2\.9/,
      { versionCommand: 'echo 2.9' },
    ],
  ])('%s', async (_, reason, is) => {
    const at = folder();
    releaseTree(at, 'no-daemon.sock', { version: '3.0.0', ...is });
    const { signal } = new AbortController();
    await expect(tryOut(at, '3.0.0', undefined, 1, asNobody(false), signal)).rejects.toThrow(reason);
  });

  it('that holds more than it says, before it is all on the disk', async () => {
    const machine = desk();
    const deb = large(machine);
    by.sign(deb);
    const reason = /the package holds more than the 8 KiB that it says \(Installed-Size\)/;
    await expectRefused(machine, asking(deb, by), reason);
  });

  it('when the disk fills up while it is unpacked', async (context) => {
    const machine = desk();
    const small = folder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      context.skip('no right to mount a small disk');
    }
    onTestFinished(() => void execFileSync('umount', [small]));
    const { signal } = new AbortController();
    const unpacked = unpack(large(machine), small, 1e9, () => {}, signal);
    await expect(unpacked).rejects.toThrow(/can't be unpacked: .*the disk is full/);
  });
});

describe('a package is taken', () => {
  it('that is older, when that is asked for', async () => {
    const machine = desk();
    const deb = signed({ version: '1.9.0' });
    const journal = await machine.begin(asking(deb, by, { downgrade: true }));
    expect(journal).toMatchObject({ step: 'wait', from: { version: '2.0.0' }, to: { version: '1.9.0' } });
  });

  it('that was signed by the second of two keys', async () => {
    const machine = desk();
    const deb = signed({ version: '3.0.0' });
    const keys = [keyOf(stranger), keyOf(by)];
    expect(await machine.begin(asking(deb, by, { keys }))).toMatchObject({ to: { version: '3.0.0' } });
  });

  it('as it was verified, whatever becomes of the file meanwhile', async () => {
    const machine = desk();
    const deb = copied(signed({ version: '3.0.0' }), machine.folder);
    const good = readFileSync(deb);
    const other = signed({ version: '1.9.0' });
    const begun = machine.begin(asking(deb, by), (name) => {
      if (name === 'prepare, verify') copyFileSync(other, deb);
    });
    expect(await begun).toMatchObject({ to: { version: '3.0.0' } });
    expect(readFileSync(deb).equals(good)).toBe(false);
  });

  it('with links and folders of its own', async () => {
    const machine = desk();
    const deb = signedWith(machine, (at) => {
      mkdirSync(`${at}/app/cli`, { recursive: true });
      symlinkSync('../../bin/dragoman', `${at}/app/cli/link`);
    });
    expect(await machine.begin(asking(deb, by))).toMatchObject({ to: { version: '3.0.0' } });
    expect(readFileSync(machine.at('3.0.0/app/cli/link'), 'utf8')).toContain('#!/bin/sh');
  });
});
