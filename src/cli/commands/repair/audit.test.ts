import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inProcess } from '../../../../test/rig/command.ts';
import { temporaryFolders } from '../../../../test/rig/folders.ts';
import { VirtualClock } from '../../../../test/rig/virtual/clock.ts';
import { Device, type Run } from '../../audit/device.ts';
import type { Finding } from '../../audit/finding.ts';
import { audit as auditOn } from './audit.ts';

const folder = temporaryFolders();
const UID = process.getuid?.() ?? 0;
const UNITS = ['dragoman.service', 'dragoman-update.service', 'dragoman-boot.service'];

interface Parts {
  /** Fields of the daemon's /proc/PID/status. */
  readonly status?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly coreLimit?: string;
  readonly exposure?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly modes?: Readonly<Record<string, number>>;
  readonly without?: readonly string[];
  /** Its control group, as in /proc/PID/cgroup. */
  readonly group?: string;
  /** The state of a TCP socket of the daemon, at port 9229. */
  readonly socket?: string;
}

/** A device that is as it should be, but for what is given. */
function device(parts: Parts = {}): Device {
  const root = folder();
  const write = (file: string, text: string, mode = 0o644) => {
    const at = path.join(root, file);
    mkdirSync(path.dirname(at), { recursive: true, mode: 0o755 });
    writeFileSync(at, text);
    chmodSync(at, mode);
  };
  const status = {
    Name: 'node-MainThread',
    // Another user than root, by the numbers of the test's /etc/passwd.
    Uid: '990\t990\t990\t990',
    SigBlk: '0000000000000200',
    ...Object.fromEntries(
      ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((set) => [set, '0000000000000000']),
    ),
    NoNewPrivs: '1',
    Seccomp: '2',
    ...parts.status,
  };
  write('etc/passwd', `root:x:${UID}:0::/root:/bin/sh\ndragoman:x:990:990::/:/bin/false\n`);
  write('etc/group', `root:x:${process.getgid?.() ?? 0}:\ndragoman:x:990:keeper\n`);
  write('etc/os-release', 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n');
  write('etc/dragoman/dragoman.toml', '');
  write(
    'proc/7/status',
    Object.entries(status)
      .map(([name, value]) => `${name}:\t${value}\n`)
      .join(''),
  );
  write('proc/7/cgroup', parts.group ?? '0::/system.slice/dragoman.service\n');
  write('proc/7/environ', parts.environment ?? 'HOME=/run/dragoman\0');
  const limit = parts.coreLimit ?? '0';
  write(
    'proc/7/limits',
    `Limit    Soft Limit  Hard Limit  Units\nMax core file size        ${limit}    ${limit}    bytes\n`,
  );
  mkdirSync(path.join(root, 'proc/7/fd'));
  symlinkSync('socket:[4711]', path.join(root, 'proc/7/fd/20'));
  const line = `   0: 0100007F:240D 00000000:0000 ${parts.socket ?? '01'} 00000000:00000000 00:00000000 00000000   990        0 4711 1 0`;
  const other =
    '   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0';
  write('proc/net/tcp', `  sl  local_address\n${line}\n${other}\n`);
  write('proc/swaps', 'Filename\tType\tSize\tUsed\tPriority\n');
  write('proc/sys/kernel/osrelease', '6.12.1-rpi\n');
  write('sys/fs/cgroup/cgroup.controllers', 'cpu memory pids\n');
  write('sys/fs/cgroup/system.slice/dragoman.service/memory.max', '629145600\n');
  write('var/lib/dragoman/credentials/gemini-api-key', 'AIza-secret-of-the-desk', 0o600);
  chmodSync(path.join(root, 'var/lib/dragoman/credentials'), 0o700);
  write('var/lib/dragoman/ledger/2026-11.jsonl', 'x'.repeat(500));
  // Its own user would have to be root for this one.
  rmSync(path.join(root, 'var/lib/dragoman/ledger'), { recursive: true });
  write('usr/lib/dragoman/release.json', '{"version":"1.2.0","arch":"arm64","node":"26.10.0","frame":3}');
  write('usr/lib/dragoman/bin/node', 'node');
  write(
    'usr/lib/dragoman/sbom.cdx.json',
    '{"specVersion":"1.6","components":[{"name":"ws"},{"name":"zod"}]}',
  );
  for (const [file, text] of Object.entries(parts.files ?? {})) write(file, text);
  for (const [file, mode] of Object.entries(parts.modes ?? {})) chmodSync(path.join(root, file), mode);
  for (const file of parts.without ?? []) rmSync(path.join(root, file), { recursive: true });
  const run: Run = async (_command, ...args) =>
    `→ Overall exposure level for ${args.at(-1)}: ${args.at(-1) === UNITS[0] ? (parts.exposure ?? '1.3') : '1.1'} OK :-)\n`;
  return new Device(root, run);
}

const CARDS = '[microphone]\ncard = "usb:1-1.3"\n[loudspeaker]\ncard = "Headphones"\n';

async function audit(on: Device, json = true, cards = CARDS) {
  const config = path.join(folder(), 'dragoman.toml');
  writeFileSync(config, `[spending]\nfolder = "/var/lib/dragoman/ledger"\n${cards}`);
  return inProcess(
    (io) => {
      io.json = json;
      return auditOn(io, { config }, on);
    },
    { clock: new VirtualClock() },
  );
}

async function findings(on: Device): Promise<readonly Finding[]> {
  return JSON.parse((await audit(on)).stdout).findings;
}

const verdicts = (all: readonly Finding[], verdict: Finding['verdict']) =>
  all.filter((finding) => finding.verdict === verdict).map(({ id }) => id);

describe('an audit', () => {
  it('of a device as it should be finds everything as promised', async () => {
    const { code, stdout } = await audit(device(), false);
    expect(code).toBe(0);
    expect(stdout).toContain('12 as promised, 0 to look at, 0 not seen');
    expect(stdout).toContain('1 processes of the user dragoman');
    expect(stdout).toContain('2 components, with versions and licences');
    expect(stdout).toContain('tcp 0.0.0.0:22');
    expect(stdout).not.toContain('AIza');
  });

  it.each<[string, Parts]>([
    ['rights', { status: { CapEff: '0000000000200000' } }],
    ['rights', { status: { Seccomp: '0' } }],
    ['debugger', { status: { SigBlk: '0000000000000000' } }],
    ['core', { coreLimit: 'unlimited' }],
    ['environment', { environment: 'HOME=/\0GEMINI_API_KEY=AIza-secret\0' }],
    ['daemon-ports', { socket: '0A' }],
    ['files', { modes: { 'etc/dragoman/dragoman.toml': 0o666 } }],
    ['key', { modes: { 'var/lib/dragoman/credentials/gemini-api-key': 0o644 } }],
    ['swap', { files: { 'proc/swaps': 'Filename\tType\n/var/swap\tfile\t200\t0\t-2\n' } }],
    ['units', { exposure: '4.1' }],
    ['limits', { files: { 'sys/fs/cgroup/cgroup.controllers': 'cpu pids\n' } }],
    ['release', { modes: { 'usr/lib/dragoman/bin/node': 0o777 } }],
  ])('names what is not as promised, and only that: %s, %o', async (id, parts) => {
    const all = await findings(device(parts));
    expect(verdicts(all, 'look')).toEqual([id]);
    expect(all.find((finding) => finding.id === id)?.todo).not.toBe('');
    expect((await audit(device(parts))).code).toBe(1);
    expect(JSON.stringify(all)).not.toContain('AIza');
  });

  it.each<Parts>([{ socket: '0A' }, { coreLimit: 'unlimited' }])(
    'does not also deny what it has found: %o',
    async (parts) => {
      const found = (await findings(device(parts))).find(({ verdict }) => verdict === 'look')?.found;
      expect(found).toEqual([expect.stringContaining('node-MainThread')]);
    },
  );

  it('names a sound card that a guest can take the place of', async () => {
    const { stdout } = await audit(device(), true, '[microphone]\ncard = "usb:1-1.3"\n');
    const all: readonly Finding[] = JSON.parse(stdout).findings;
    expect(verdicts(all, 'look')).toEqual(['cards']);
    expect(all.find(({ id }) => id === 'cards')?.found).toHaveLength(1);
  });

  it.each([
    '0::/user.slice/user-1000.slice/user@1000.service/app.slice/dragoman.service\n',
    '0::/user.slice/user-1000.slice/user@1000.service/system.slice/dragoman.service\n',
    '0::/system.slice/dragoman.service/below\n',
    '0::/system.slice/ssh.service\n',
  ])('does not take for the daemon what only looks like it: %s', async (group) => {
    expect(verdicts(await findings(device({ group })), 'unknown')).toContain('rights');
  });

  it('takes swap for harmless where it is in memory, or the kernel keeps the daemon out of it', async () => {
    const zram = { files: { 'proc/swaps': 'Filename\tType\n/dev/zram0\tpartition\t200\t0\t5\n' } };
    const kept = {
      files: {
        'proc/swaps': 'Filename\tType\n/var/swap\tfile\t200\t0\t-2\n',
        'sys/fs/cgroup/system.slice/dragoman.service/memory.swap.max': '0\n',
      },
    };
    for (const parts of [zram, kept]) expect(verdicts(await findings(device(parts)), 'look')).toEqual([]);
  });

  it('claims nothing that it could not see', async () => {
    const empty = new Device(folder(), async () => undefined);
    const all = await findings(empty);
    // That is in the configuration.
    expect(verdicts(all, 'as promised')).toEqual(['cards']);
    expect(verdicts(all, 'look')).toEqual([]);
    const stopped = await findings(device({ without: ['proc/7'] }));
    for (const id of ['rights', 'debugger', 'core', 'environment', 'daemon-ports'])
      expect(verdicts(stopped, 'unknown')).toContain(id);
  });

  it('has the same hash of a release as the command that it names', async () => {
    const on = device({ files: { 'usr/lib/dragoman/app/ä b.js': 'x' } });
    const release = (await findings(on)).find(({ id }) => id === 'release');
    const command = release?.check.replace('/usr/lib/dragoman/', on.at('/usr/lib/dragoman/')) ?? '';
    const printed = execFileSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(release?.found[1]).toBe(`SHA-256 of its 4 files: ${printed.slice(0, 64)}`);
  });
});
