import { deepEqual, ok } from 'node:assert/strict';
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { UpdateOutcome } from '../../../src/system/update-outcome.ts';
import { checkTree, unpack } from '../../../src/update/package.ts';
import { PACKAGED } from '../../../src/update/plan.ts';
import { UpdateRefused } from '../../../src/update/refusals.ts';
import { readSignature } from '../../../src/update/signature.ts';
import { Damaged, releaseAt, storeIn } from '../../../src/update/store.ts';
import { VirtualClock } from '../../rig/virtual/clock.ts';
import { inFolder } from '../folder.ts';
import { nothingInherited } from '../invariants.ts';
import { anyJson, anyText, damaged, damagedBytes, nasty } from '../mutate.ts';
import { target } from '../target.ts';

/** The result, or an error of one of these kinds; any other error is thrown. */
async function resultOr<T>(kinds: readonly (new (...args: never[]) => Error)[], made: Promise<T>) {
  try {
    return { value: await made };
  } catch (error) {
    if (kinds.some((kind) => error instanceof kind)) return { error: error as Error };
    throw error;
  }
}

/** A signer like minisign: its public key, and its signatures. */
function signer(id: number) {
  // RFC 8410: the prefix of the 32 bytes of a private key.
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, id)]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '';
  const ids = Buffer.alloc(8, id);
  const key = Buffer.concat([Buffer.from('Ed'), ids, Buffer.from(raw, 'base64url')]).toString('base64');
  return { key, signed: (comment: string) => signatureFile(privateKey, ids, comment) };
}

/** Anybody's signature, with the signature of the package. */
const SIGNED = new Set<string>();

function signatureFile(privateKey: KeyObject, ids: Buffer, comment: string): string {
  const own = sign(null, Buffer.from('the package'), privateKey);
  const whole = sign(null, Buffer.concat([own, Buffer.from(comment)]), privateKey);
  const line = Buffer.concat([Buffer.from('ED'), ids, own]).toString('base64');
  SIGNED.add(`${line} ${comment}`);
  return `untrusted comment: x\n${line}\ntrusted comment: ${comment}\n${whole.toString('base64')}\n`;
}

const [OURS, THEIRS] = [signer(1), signer(2)];
const KEYS = [{ key: OURS.key, notAfter: '2027-06-30' }];
const COMMENT = 'dragoman 1.2.3 arm64 2026-11-30';
const comments = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      COMMENT,
      'dragoman 1.2.3 arm64 2028-01-01',
      'dragoman 1 arm64 2026-02-31',
      'dragoman 1 arm64 9999-99-99',
    ),
  },
  { weight: 3, arbitrary: damaged(fc.constant(COMMENT)) },
);
const signature = fc
  .tuple(comments, fc.constantFrom(OURS, OURS, OURS, THEIRS))
  .map(([comment, who]) => ({ comment, text: who.signed(comment.replaceAll(/[\r\n]/g, '')) }));
const DATE = /^\d{4}-\d\d-\d\d$/;

/** Only what a known key has signed counts; its day is valid and is stored as one. */
export const signatures = target(
  'signatures',
  8000,
  fc.oneof(
    { weight: 2, arbitrary: signature.map(({ text }) => text) },
    { weight: 3, arbitrary: damaged(signature.map(({ text }) => text)) },
  ),
  (text) =>
    inFolder(async (folder) => {
      const file = path.join(folder, 'x.minisig');
      writeFileSync(file, text);
      const read = await resultOr([UpdateRefused], readSignature(file, KEYS, '2026-12-01'));
      if ('error' in read) return;
      const { key, version, architecture, signedOn, line } = read.value;
      deepEqual(key, OURS.key);
      ok(text.includes(line) && SIGNED.has(`${line} dragoman ${version} ${architecture} ${signedOn}`));
      ok(
        DATE.test(signedOn) && new Date(`${signedOn}T00:00:00Z`).toISOString().startsWith(signedOn),
        signedOn,
      );
      ok(signedOn <= '2027-06-30');
      const store = storeIn({ releases: folder, packaged: folder }, new VirtualClock());
      await store.see({ signedOn });
      deepEqual(await store.seen(), { signedOn });
    }),
);

const release = { name: '1.2.3', version: '1.2.3' };
const FILES: Readonly<Record<string, unknown>> = {
  'update.json': {
    step: 'trial',
    startedAt: '2026-11-30T10:00:00Z',
    from: release,
    to: { ...release, sha256: 'a', signature: 'b' },
    attempts: 1,
    before: { working: ['panel'], cards: [] },
  },
  'outcome.json': {
    outcome: 'rolled back',
    version: '2',
    from: '1',
    reason: 'x',
    at: '2026-11-30T10:00:00Z',
  },
  'seen.json': { signedOn: '2026-11-30', accepted: { version: '1.2.3', at: '2026-11-30T10:00:00Z' } },
  'bad.json': [{ version: '2', sha256: 'a', signature: 'b', reason: 'x', at: '2026-11-30T10:00:00Z' }],
  'release.json': { version: '1.2.3', arch: 'arm64', node: '26', frame: 1 },
};
const stored = fc.constantFrom(...Object.keys(FILES)).chain((name) => {
  const right = fc.constant(JSON.stringify(FILES[name], null, 2));
  const content = fc.oneof(
    { weight: 1, arbitrary: right },
    { weight: 4, arbitrary: damaged(right) },
    {
      weight: 1,
      arbitrary: fc.oneof(
        anyJson.map((value) => JSON.stringify(value)),
        anyText,
      ),
    },
  );
  return fc.tuple(fc.constant(name), content);
});

/** Each file of the updater is read, or reported as damaged; the others are not affected, and all can be rewritten. */
export const updaterFiles = target(
  'updater-files',
  3000,
  fc.array(stored, { minLength: 1, maxLength: 4 }),
  (files) =>
    inFolder(async (folder) => {
      mkdirSync(path.join(folder, '1.2.3'));
      for (const [name, content] of files) {
        writeFileSync(path.join(folder, name), content);
        if (name === 'release.json') writeFileSync(path.join(folder, '1.2.3', name), content);
      }
      const store = storeIn({ releases: folder, packaged: folder }, new VirtualClock());
      const disk = await store.look();
      ok(PACKAGED in disk.releases);
      await resultOr([Damaged], store.journal());
      const seen = await resultOr([Damaged], store.seen());
      if ('value' in seen && seen.value.signedOn !== undefined) ok(DATE.test(seen.value.signedOn));
      ok(Array.isArray(await store.bad()));
      await store.outcome();
      await resultOr([Error], releaseAt(folder));
      const trouble = await new UpdateOutcome(path.join(folder, 'outcome.json'), '1').trouble();
      ok(trouble === undefined || typeof trouble === 'string');
      nothingInherited();
      await store.markBad({ ...release, sha256: 'c', signature: 'd' }, 'y');
      await store.report({ outcome: 'refused', version: '2', from: '1', reason: 'z' });
      deepEqual((await store.bad()).at(-1)?.sha256, 'c');
      deepEqual((await store.outcome())?.reason, 'z');
    }),
);

const FOLDERS = ['a', 'a/b', 'a/b/c', 'd'];
const link = fc.tuple(
  fc.constantFrom(...FOLDERS, '.'),
  fc.constantFrom('l', 'm', 'n'),
  fc.oneof(
    fc.constantFrom(
      '..',
      '../..',
      '/',
      '/etc/passwd',
      'l',
      'm/..',
      'l/../..',
      '.',
      './b',
      'b/c',
      '../d',
      'nowhere',
    ),
    fc
      .array(fc.constantFrom('..', '..', 'a', 'b', 'c', 'd', 'l', 'm', '.', 'root'), {
        minLength: 1,
        maxLength: 6,
      })
      .map((names) => names.join('/')),
    nasty
      .map((text) => text.replaceAll('\0', '').slice(0, 200))
      .filter((text) => text !== '' && text.isWellFormed()),
  ),
);

function linksIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = path.join(folder, entry.name);
    return entry.isSymbolicLink() ? [at] : entry.isDirectory() ? linksIn(at) : [];
  });
}

/** An accepted tree is self-contained: wherever it is moved, no link leads out of it. */
export const trees = target('release-trees', 4000, fc.array(link, { maxLength: 6 }), (links) =>
  inFolder(async (folder) => {
    const root = path.join(folder, 'x', 'y', 'root');
    for (const name of FOLDERS) mkdirSync(path.join(root, name), { recursive: true });
    for (const [where, name, to] of links) {
      const at = path.join(root, where, name);
      if (lstatSync(at, { throwIfNoEntry: false }) === undefined) symlinkSync(to, at);
    }
    if ('error' in (await resultOr([UpdateRefused], checkTree(root)))) return;
    const moved = path.join(folder, 'z');
    renameSync(root, moved);
    for (const at of linksIn(moved)) ok(`${realpathSync(at)}/`.startsWith(`${realpathSync(moved)}/`), at);
  }),
);

/** An entry of a tar archive (POSIX ustar). */
function tarEntry(name: string, type: string, content: Uint8Array, target: string, mode: number): Buffer {
  const head = Buffer.alloc(512);
  head.write(name.slice(0, 99), 0);
  head.write(`${mode.toString(8).padStart(7, '0')}\0${'0000000\0'.repeat(2)}`, 100);
  head.write(`${content.length.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0        ${type}`, 124);
  head.write(target.slice(0, 99), 157);
  head.write('ustar\x0000', 257);
  const sum = head.reduce((all, byte) => all + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([head, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

function arMember(name: string, content: Uint8Array): Buffer {
  const head = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(content.length).padEnd(10)}\`\n`;
  return Buffer.concat([Buffer.from(head), content, Buffer.from(content.length % 2 === 0 ? '' : '\n')]);
}

const TREE = './usr/lib/dragoman';
const entries = fc.array(
  fc
    .record({
      name: fc.oneof(
        fc.constantFrom(
          `${TREE}/a`,
          `${TREE}/d/b`,
          `${TREE}/l/x`,
          `${TREE}/l`,
          `${TREE}/../../../../out`,
          '/tmp/dragoman-fuzz-out',
          './etc/x',
          TREE,
        ),
        nasty.map((text) => `${TREE}/${text.replaceAll('\0', '')}`),
      ),
      type: fc.constantFrom('0', '0', '0', '5', '5', '1', '2', '2', '3', '6', 'L', 'x', 'g', '9'),
      content: fc.uint8Array({ maxLength: 700 }),
      target: fc.constantFrom('', 'a', '..', '../../../..', '/', '/etc', `${TREE}/a`),
      mode: fc.constantFrom(0o644, 0o755, 0o4755, 0o777, 0),
    })
    .map(({ name, type, content, target: to, mode }) =>
      tarEntry(name, type, type === '0' ? content : new Uint8Array(0), to, mode),
    ),
  { maxLength: 6 },
);
const archive = entries.map((all) => {
  const data = Buffer.concat([
    tarEntry(`${TREE}/`, '5', new Uint8Array(0), '', 0o755),
    ...all,
    Buffer.alloc(1024),
  ]);
  const control = Buffer.concat([
    tarEntry(
      './control',
      '0',
      Buffer.from('Package: dragoman\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: x\n'),
      '',
      0o644,
    ),
    Buffer.alloc(1024),
  ]);
  return Buffer.concat([
    Buffer.from('!<arch>\n'),
    arMember('debian-binary', Buffer.from('2.0\n')),
    arMember('control.tar', control),
    arMember('data.tar', data),
  ]);
});

/** An archive is refused, or unpacks into its folder: files, folders and links within it. */
export const archives = target('archives', 60, fc.oneof(archive, damagedBytes(archive)), (bytes) =>
  inFolder(async (folder) => {
    const [file, into] = [path.join(folder, 'x.deb'), path.join(folder, 'deep', 'into')];
    mkdirSync(into, { recursive: true });
    writeFileSync(file, bytes);
    const made = await resultOr(
      [UpdateRefused],
      unpack(file, into, 4096, () => {}, new AbortController().signal),
    );
    deepEqual(readdirSync(folder).toSorted(), ['deep', 'x.deb']);
    deepEqual(readdirSync(path.join(folder, 'deep')), ['into']);
    ok(!existsSync('/tmp/dragoman-fuzz-out'));
    ok(readFileSync(file).equals(bytes));
    if ('error' in made) return;
    for (const at of linksIn(made.value))
      ok(`${realpathSync(at)}/`.startsWith(`${realpathSync(made.value)}/`), at);
  }),
);
