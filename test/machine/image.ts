import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { chmod, cp, mkdir, open, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { emulator } from './emulator.ts';
import { step } from './tell.ts';

/** What machine it is: Debian's suite and architecture. */
export interface Kind {
  readonly suite: 'bookworm' | 'trixie';
  readonly arch: 'amd64' | 'arm64';
}

export interface Image {
  readonly kind: Kind;
  /** Of the guest's kernel, as `uname -r` tells it. */
  readonly kernelVersion: string;
  readonly kernel: string;
  readonly initrd: string;
  /** Raw, ext4, never written to again: runs have overlays. */
  readonly disk: string;
}

const run = promisify(execFile);
const HERE = fileURLToPath(new URL('.', import.meta.url));
const CACHE = fileURLToPath(new URL('../../build/machine/', import.meta.url));

/** The smallest Debian that is looked after as a Raspberry Pi is; what the package asks for comes on top. */
const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'systemd-timesyncd', 'dbus', 'udev', 'kmod', 'iproute2', 'procps'],
  ...['ca-certificates', 'netbase', 'e2fsprogs', 'alsa-utils', 'util-linux-extra', 'curl', 'gpiod'],
];
/** What a package may recommend and a Debian does not have: libgpiod 2 came with Debian 13. */
const ABSENT: Readonly<Record<Kind['suite'], readonly string[]>> = { bookworm: ['libgpiod3'], trixie: [] };
const DISK_SIZE = '3G';

/**
 * The machine with a package installed, built or taken from `build/machine/`, where it lies by the hash of its recipe.
 * @param deb the package under test
 * @throws Error when Debian can't be reached, or something does not build
 */
export async function image(kind: Kind, deb: string): Promise<Image> {
  await mkdir(CACHE, { recursive: true });
  const name = `${kind.suite}-${kind.arch}`;
  const packages = [...new Set([...PACKAGES, ...(await wantedBy(deb, kind))])].toSorted();
  const kernel = await cached(`kernel-${name}`, await recipe(['kernel.sh', 'guest/init']), (into) =>
    buildKernel(kind, into),
  );
  const firstBoot = foreign(kind) ? ['guest/second-stage'] : [];
  const tree = await cached(`debian-${name}`, await recipe(firstBoot, packages.join()), (into) =>
    buildDebian(kind, packages, kernel, into),
  );
  const guest = globSync('guest/*', { cwd: HERE }).toSorted();
  const disk = await cached(
    `disk-${name}`,
    await recipe([...guest, deb], `${kernel}${tree}`),
    async (into) => {
      // One disk of a kind is kept: each is a gigabyte.
      for (const old of globSync(`disk-${name}-*`, { cwd: CACHE }))
        if (!into.includes(old)) await rm(path.join(CACHE, old), { recursive: true });
      await buildDisk(kind, tree, kernel, deb, into);
    },
  );
  return {
    kind,
    kernelVersion: await readFile(path.join(kernel, 'kernel'), 'utf8'),
    kernel: path.join(kernel, 'vmlinuz'),
    initrd: path.join(kernel, 'initrd.img'),
    disk: path.join(disk, 'disk.raw'),
  };
}

/** What the package depends on and recommends, so that installing it needs no network. */
async function wantedBy(deb: string, { suite }: Kind): Promise<string[]> {
  const fields = await Promise.all(
    ['Depends', 'Recommends'].map(async (field) => (await run('dpkg-deb', ['-f', deb, field])).stdout),
  );
  const name = (alternative: string) => alternative.trim().split(/[ (]/)[0] ?? '';
  return (
    fields
      .flatMap((field) => field.split(','))
      .map((dependency) => dependency.split('|').map(name))
      // Debian 13 gave the libraries with a 64-bit time_t new names.
      .map(
        (names) =>
          (suite === 'trixie' ? names.find((one) => one.endsWith('t64')) : undefined) ?? names[0] ?? '',
      )
      .filter((one) => one !== '' && !ABSENT[suite].includes(one))
  );
}

async function recipe(files: readonly string[], more = ''): Promise<string> {
  const hash = createHash('sha256').update(more);
  for (const file of files) hash.update(path.basename(file)).update(await readFile(path.resolve(HERE, file)));
  return hash.digest('hex').slice(0, 12);
}

async function cached(name: string, hash: string, build: (into: string) => Promise<void>): Promise<string> {
  const folder = path.join(CACHE, `${name}-${hash}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft);
  await build(draft);
  await rename(draft, folder);
  return folder;
}

/** In a chroot with the compilers of the guest's Debian, which fit its kernel; for ARM they are cross-compilers. */
async function buildKernel({ suite, arch }: Kind, into: string): Promise<void> {
  const cross = arch === 'arm64' && process.arch !== 'arm64' ? ['gcc-aarch64-linux-gnu'] : [];
  const tools = ['gcc', 'make', 'cpio', 'kmod', 'xz-utils', 'ca-certificates', 'libelf-dev', ...cross];
  const workshop = await cached(`workshop-${suite}-${arch}`, await recipe([], tools.join()), (folder) =>
    step(`Debian ${suite} with a compiler`, (log) =>
      logged(log, 'debootstrap', ['--variant=minbase', `--include=${tools.join()}`, suite, folder]),
    ),
  );
  await cp(path.join(HERE, 'kernel.sh'), path.join(workshop, 'kernel.sh'));
  await cp(path.join(HERE, 'guest'), path.join(workshop, 'guest'), { recursive: true });
  const inside = 'mount -t proc proc "$0/proc" && exec chroot "$0" bash /kernel.sh "$@"';
  await step(`the kernel for ${arch}, with gpio-sim`, (log) =>
    logged(log, 'unshare', ['-m', 'sh', '-c', inside, workshop, arch, '/out']),
  );
  for (const made of ['vmlinuz', 'initrd.img', 'kernel', 'root'])
    await rename(path.join(workshop, 'out', made), path.join(into, made));
}

const foreign = ({ arch }: Kind) => arch !== (process.arch === 'arm64' ? 'arm64' : 'amd64');

async function buildDebian(
  kind: Kind,
  packages: readonly string[],
  kernel: string,
  into: string,
): Promise<void> {
  const options = ['--variant=minbase', `--arch=${kind.arch}`, `--include=${packages.join()}`];
  if (foreign(kind)) options.push('--foreign');
  await step(`Debian ${kind.suite} for ${kind.arch}`, (log) =>
    logged(log, 'debootstrap', [...options, kind.suite, into]),
  );
  if (!foreign(kind)) return;
  // Its packages are configured by the machine itself, and what came of it is taken from its disk.
  await cp(path.join(HERE, 'guest/second-stage'), path.join(into, 'first-boot'));
  const disk = `${into}.raw`;
  await makeDisk(into, disk);
  await firstBootOf(kind, kernel, disk, 'its packages, configured by the machine itself');
  await run('find', [into, '-mindepth', '1', '-delete']);
  // Switched off in mid-air: its journal is replayed first.
  await run('e2fsck', ['-fp', disk]).catch((error: { code?: number }) => {
    if (error.code !== 1) throw error; // 1: repaired
  });
  await run('unshare', ['-m', 'sh', '-c', 'mount -o loop,ro "$0" /mnt && cp -a /mnt/. "$1"', disk, into]);
  await rm(disk);
}

async function buildDisk(
  kind: Kind,
  debian: string,
  kernel: string,
  deb: string,
  into: string,
): Promise<void> {
  const tree = path.join(into, 'tree');
  await run('cp', ['-a', debian, tree]);
  await furnish(tree, kernel);
  await cp(deb, path.join(tree, 'dragoman.deb'));
  await cp(path.join(HERE, 'guest/install'), path.join(tree, 'first-boot'));
  const inside = 'mount -t proc proc "$0/proc" && exec chroot "$0" /bin/sh /first-boot chroot';
  if (!foreign(kind))
    await step('the package, installed by apt', (log) =>
      logged(log, 'unshare', ['-m', 'sh', '-c', inside, tree]),
    );
  const disk = path.join(into, 'disk.raw');
  await makeDisk(tree, disk);
  await rm(tree, { recursive: true });
  if (foreign(kind))
    await firstBootOf(kind, kernel, disk, 'the package, installed by apt in the machine itself');
}

/** Features as mke2fs has them by default: as on a Raspberry Pi's card. */
async function makeDisk(tree: string, disk: string): Promise<void> {
  await step('its disk', (log) => logged(log, 'mke2fs', ['-q', '-t', 'ext4', '-d', tree, disk, DISK_SIZE]));
}

/** What the machine has besides Debian: kernel modules, hardware, agent, a name and a network. */
async function furnish(tree: string, kernel: string): Promise<void> {
  await run('cp', ['-a', `${kernel}/root/.`, tree]);
  const place = path.join(tree, 'usr/local/lib/machine');
  await mkdir(place, { recursive: true });
  for (const program of ['agent', 'hardware', 'say', 'gadget']) {
    await cp(path.join(HERE, 'guest', program), path.join(place, program));
    await chmod(path.join(place, program), 0o755);
  }
  const units = path.join(tree, 'etc/systemd/system');
  const enable = async (unit: string, target: string, at: string) => {
    await mkdir(path.join(units, `${target}.wants`), { recursive: true });
    await symlink(at, path.join(units, `${target}.wants`, unit));
  };
  for (const unit of ['machine-agent.service', 'machine-hardware.service', 'machine-journal.service']) {
    await cp(path.join(HERE, 'guest', unit), path.join(units, unit));
    await enable(unit, 'sysinit.target', `/etc/systemd/system/${unit}`);
  }
  await enable(
    'systemd-networkd.service',
    'multi-user.target',
    '/lib/systemd/system/systemd-networkd.service',
  );
  const files: Readonly<Record<string, string>> = {
    'etc/hostname': 'desk\n',
    'etc/hosts': '127.0.0.1 localhost desk\n',
    'etc/fstab': '/dev/vda / ext4 defaults,noatime 0 0\n',
    'etc/resolv.conf': 'nameserver 10.0.2.3\n',
    'etc/machine-id': '',
    'etc/systemd/network/wired.network':
      '[Match]\nType=ether\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\n',
  };
  for (const [file, text] of Object.entries(files)) {
    const at = path.join(tree, file);
    await mkdir(path.dirname(at), { recursive: true });
    await rm(at, { force: true });
    await writeFile(at, text);
  }
}

/** Another architecture's machine runs /first-boot in place of its init: minutes. */
async function firstBootOf(kind: Kind, kernel: string, disk: string, title: string): Promise<void> {
  const { program, args, console: tty } = emulator(kind.arch, 'tcg');
  await step(title, async (log) => {
    await logged(log, program, [
      ...args,
      ...[
        '-m',
        '1024',
        '-smp',
        '2',
        '-display',
        'none',
        '-monitor',
        'none',
        '-serial',
        'stdio',
        '-no-reboot',
      ],
      ...['-kernel', path.join(kernel, 'vmlinuz'), '-initrd', path.join(kernel, 'initrd.img')],
      ...['-append', `console=${tty} init=/first-boot panic=-1`],
      ...['-drive', `file=${disk},format=raw,if=none,id=disk,cache=unsafe`],
      ...['-device', 'virtio-blk-pci,drive=disk', '-nic', 'none'],
    ]);
    const said = await readFile(log, 'utf8');
    if (!said.includes('first boot: done')) throw new Error(`${title}: failed; ${log} tells more`);
  });
}

/** Runs a program with its output in a file. @throws Error with the last lines of it */
async function logged(log: string, program: string, args: readonly string[]): Promise<void> {
  const file = await open(log, 'a');
  try {
    const child = spawn('nice', [program, ...args], {
      stdio: ['ignore', file.fd, file.fd],
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    });
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    if (code === 0) return;
    const said = (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-15).join('\n');
    throw new Error(`${program} failed (exit code ${code}):\n${said}`);
  } finally {
    await file.close();
  }
}
