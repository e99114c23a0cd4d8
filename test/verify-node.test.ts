import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const VERSION = '99.1.0';
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

describe('verify-node', () => {
  let all: string;
  let dist: string;
  let checkout: string;
  let key: string;

  /** A publisher with a key of its own, and its release of two processors. */
  beforeAll(() => {
    all = mkdtempSync(join(tmpdir(), 'dragoman-node-'));
    const env = { ...process.env, GNUPGHOME: join(all, 'gnupg') };
    mkdirSync(env.GNUPGHOME, { mode: 0o700 });
    const gpg = (...args: string[]) =>
      execFileSync('gpg', ['--batch', '--passphrase', '', ...args], { env, encoding: 'utf8', stdio: 'pipe' });
    gpg('--quick-gen-key', 'publisher', 'ed25519', 'sign');
    key = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--with-colons', '--list-keys'))?.[1] ?? '';
    mkdirSync(join(all, 'keys'));
    writeFileSync(join(all, 'keys', `${key}.asc`), gpg('--armor', '--export', key));
    dist = join(all, `v${VERSION}`);
    const sums = ['x64', 'arm64'].map((cpu) => {
      const name = `node-v${VERSION}-linux-${cpu}`;
      mkdirSync(join(all, name, 'bin'), { recursive: true });
      mkdirSync(dist, { recursive: true });
      writeFileSync(join(all, name, 'bin/node'), `node for ${cpu}`);
      execFileSync('tar', ['-C', all, '-cJf', join(dist, `${name}.tar.xz`), name]);
      return `${sha256(readFileSync(join(dist, `${name}.tar.xz`)))}  ${name}.tar.xz\n`;
    });
    writeFileSync(join(dist, 'SHASUMS256.txt'), sums.join(''));
    gpg('--detach-sign', '--output', join(dist, 'SHASUMS256.txt.sig'), join(dist, 'SHASUMS256.txt'));
    execFileSync('gpgconf', ['--kill', 'all'], { env });
  });
  afterAll(() => rmSync(all, { recursive: true }));

  beforeEach(() => {
    checkout = mkdtempSync(join(all, 'checkout-'));
    mkdirSync(join(checkout, 'scripts/toolchain'), { recursive: true });
    cpSync(join(root, 'scripts/verify-node'), join(checkout, 'scripts/verify-node'));
    const manifest = readFileSync(join(root, 'scripts/toolchain/package.json'), 'utf8');
    writeFileSync(
      join(checkout, 'scripts/toolchain/package.json'),
      manifest.replaceAll(/"\d+\.\d+\.\d+"/g, `"${VERSION}"`),
    );
    writeFileSync(join(checkout, 'scripts/toolchain/node-release-keys'), `# keys\n${key} # the publisher\n`);
    writeFileSync(join(checkout, 'scripts/toolchain/node.sha256'), '# hashes\n');
  });
  const sums = () => readFileSync(join(checkout, 'scripts/toolchain/node.sha256'), 'utf8');
  const verify = (from = dist) =>
    spawnSync(
      join(checkout, 'scripts/verify-node'),
      ['--dist', `file://${join(from, '..')}`, '--keys', `file://${join(all, 'keys')}`],
      { encoding: 'utf8' },
    );
  /** The publisher's files, one of them changed after it was signed. */
  function changed(file: string): string {
    const other = join(mkdtempSync(join(all, 'changed-')), `v${VERSION}`);
    cpSync(dist, other, { recursive: true });
    appendFileSync(join(other, file), '\n');
    return other;
  }

  it("records the hashes of the publisher's signed release", () => {
    appendFileSync(
      join(checkout, 'scripts/toolchain/node.sha256'),
      `${sha256('node for x64')} ${VERSION} x64 npm\n`,
    );
    expect(verify()).toMatchObject({ status: 0, stderr: '' });
    expect(sums()).toBe(
      `# hashes\n${sha256('node for x64')} ${VERSION} x64 nodejs.org\n${sha256('node for arm64')} ${VERSION} arm64 nodejs.org\n`,
    );
  });

  it("refuses a recorded hash that is not the publisher's", () => {
    appendFileSync(
      join(checkout, 'scripts/toolchain/node.sha256'),
      `${'0'.repeat(64)} ${VERSION} arm64 npm\n`,
    );
    const { status, stderr } = verify();
    expect(status).toBe(1);
    expect(stderr).toContain('do not ship it');
    expect(sums()).toContain('arm64 npm');
  });

  it.each([
    ['hashes', 'SHASUMS256.txt', 'the signature of SHASUMS256.txt is not good'],
    ['an archive', `node-v${VERSION}-linux-x64.tar.xz`, 'is not what was signed'],
  ])('refuses %s changed after signing', (_, file, complaint) => {
    const { status, stderr } = verify(changed(file));
    expect(status).toBe(1);
    expect(stderr).toContain(complaint);
    expect(sums()).toBe('# hashes\n');
  });

  it('refuses the signature of a key that is not listed, even under the name of one that is', () => {
    const listed = 'A'.repeat(40);
    cpSync(join(all, 'keys', `${key}.asc`), join(all, 'keys', `${listed}.asc`));
    writeFileSync(join(checkout, 'scripts/toolchain/node-release-keys'), `${listed}\n`);
    const { status, stderr } = verify();
    expect(status).toBe(1);
    expect(stderr).toContain(`${key} signed it, but is not in scripts/toolchain/node-release-keys`);
  });
});
