import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Config } from '../../system/config/schema.ts';
import type { Device } from './device.ts';
import { type Finding, Question, right, wrong } from './finding.ts';

const PACKAGED = '/usr/lib/dragoman';
const CURRENT = '/var/lib/dragoman/releases/current';

/** What runs, and who may change it. */
export async function releaseFindings(device: Device, config: Config): Promise<readonly Finding[]> {
  const folder = device.stat(`${CURRENT}/release.json`) === undefined ? PACKAGED : CURRENT;
  return [await release(device, folder), components(device, folder), updates(config)];
}

async function release(device: Device, folder: string): Promise<Finding> {
  const check = `cd ${folder}/ && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum   # the same of the package: dpkg-deb -x`;
  const question = new Question('release', 'Which release runs, and was it changed?', check);
  const text = device.text(`${folder}/release.json`);
  if (text === undefined) return question.unknown('this is no installed device');
  const { version, arch, node } = JSON.parse(text) as Record<string, unknown>;
  const tree = await hashOf(device.at(folder), (uid) => device.named('passwd', uid) === 'root');
  return question.promised(
    [
      right(`Dragoman ${String(version)} for ${String(arch)}, Node.js ${String(node)}, in ${folder}`),
      right(`SHA-256 of its ${tree.files} files: ${tree.sha256}`),
      ...tree.writable.map((file) => wrong(`${file} can be changed by others than root`)),
    ],
    'install the release again',
  );
}

/**
 * The hash of a list as sha256sum prints it, of all files in the order of their bytes.
 * @returns also the files that users other than root can change
 */
async function hashOf(folder: string, isRoot: (uid: number) => boolean) {
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

function components(device: Device, folder: string): Finding {
  const file = `${folder}/sbom.cdx.json`;
  const check = `jq -r '.components[] | "\\(.name) \\(.version)"' ${file}`;
  const question = new Question('components', 'What is it made of?', check);
  const text = device.text(file);
  if (text === undefined) return question.unknown(`there is no ${file}`);
  const sbom = JSON.parse(text) as { specVersion: string; components: readonly unknown[] };
  const { length } = sbom.components;
  return question.fact([
    `${length} components, with versions and licences: ${file} (CycloneDX ${sbom.specVersion})`,
  ]);
}

function updates({ update }: Config): Finding {
  const check = 'sudo dragoman config show | grep -A5 "^\\[update\\]"';
  const keys = update.publicKeys.map((key) => {
    const last = update.notAfter[key];
    return `releases signed by ${key}${last === undefined ? ', without an end' : `, until ${last}`}`;
  });
  return new Question('updates', 'Who can change the software?', check).fact([
    'root of this device, by apt',
    ...(keys.length === 0 ? ['nobody over the network: no signing key is configured'] : keys),
  ]);
}
