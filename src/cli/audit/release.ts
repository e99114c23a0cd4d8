import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Config } from '../../system/config/schema.ts';
import type { Device } from './device.ts';
import { type Finding, fact, promised, unknown } from './finding.ts';

const PACKAGED = '/usr/lib/dragoman';
const CURRENT = '/var/lib/dragoman/releases/current';

/** What runs, and who may change it. */
export async function releaseFindings(device: Device, config: Config): Promise<readonly Finding[]> {
  const folder = device.stat(`${CURRENT}/release.json`) === undefined ? PACKAGED : CURRENT;
  return [await release(device, folder), components(device, folder), updates(config)];
}

async function release(device: Device, folder: string): Promise<Finding> {
  const check = `cd ${folder}/ && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum   # the same of the package: dpkg-deb -x`;
  const about = ['release', 'Which release runs, and was it changed?', check] as const;
  const text = device.text(`${folder}/release.json`);
  if (text === undefined) return unknown(...about, 'this is no installed device');
  const { version, arch, node } = JSON.parse(text) as Record<string, unknown>;
  const tree = await hashOf(device.at(folder), (uid) => device.named('passwd', uid) === 'root');
  return promised(
    ...about,
    [
      `Dragoman ${String(version)} for ${String(arch)}, Node.js ${String(node)}, in ${folder}`,
      `SHA-256 of its ${tree.files} files: ${tree.sha256}`,
    ],
    tree.writable.map((file) => `${file} can be changed by others than root`),
    'install the release again',
  );
}

interface Tree {
  readonly files: number;
  readonly sha256: string;
  /** Which others than root may write to. */
  readonly writable: readonly string[];
}

/** The hash of a list as sha256sum prints it, of all files in the order of their bytes. */
async function hashOf(folder: string, isRoot: (uid: number) => boolean): Promise<Tree> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => `./${path.relative(folder, path.join(entry.parentPath, entry.name))}`)
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const whole = createHash('sha256');
  const writable: string[] = [];
  for (const file of files) {
    const at = path.join(folder, file);
    const hash = createHash('sha256');
    await pipeline(createReadStream(at), hash);
    whole.update(`${hash.digest('hex')}  ${file}\n`);
    const { uid, mode } = await lstat(at);
    if (!isRoot(uid) || (mode & 0o022) !== 0) writable.push(file);
  }
  return { files: files.length, sha256: whole.digest('hex'), writable };
}

const SBOM = 'sbom.cdx.json';

function components(device: Device, folder: string): Finding {
  const file = `${folder}/${SBOM}`;
  const about = [
    'components',
    'What is it made of?',
    `jq -r '.components[] | "\\(.name) \\(.version)"' ${file}`,
  ] as const;
  const text = device.text(file);
  if (text === undefined) return unknown(...about, `there is no ${file}`);
  const { specVersion, components: list } = JSON.parse(text) as {
    specVersion: string;
    components: readonly unknown[];
  };
  return fact(...about, [
    `${list.length} components, with versions and licences: ${file} (CycloneDX ${specVersion})`,
  ]);
}

function updates({ update }: Config): Finding {
  const about = [
    'updates',
    'Who can change the software?',
    'sudo dragoman config show | grep -A5 "^\\[update\\]"',
  ] as const;
  const keys = update.publicKeys.map((key) => {
    const last = update.notAfter[key];
    return `releases signed by ${key}${last === undefined ? ', without an end' : `, until ${last}`}`;
  });
  return fact(...about, [
    'root of this device, by apt',
    ...(keys.length === 0 ? ['nobody over the network: no signing key is configured'] : keys),
  ]);
}
