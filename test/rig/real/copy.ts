import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * A copy of this machine's file system, by an overlay in a mount namespace: what a command writes, wherever that is,
 * comes to light and reaches nothing. The kernel's own folders are the machine's.
 */
const ON_A_COPY = `
set -e
folder=$1; shift
mount -t tmpfs none "$folder/memory"
mkdir "$folder/memory/upper" "$folder/memory/work" "$folder/memory/root"
cp -a "$folder/files" "$folder/memory/files" # layers must not lie in one another
root=$folder/memory/root
mount -t overlay overlay -o "lowerdir=$folder/memory/files:/,upperdir=$folder/memory/upper,workdir=$folder/memory/work" "$root"
for at in proc sys dev; do mount --rbind "/$at" "$root/$at"; done
chroot "$root" "$@" </dev/null >"$folder/printed" 2>&1 || echo "ended with $?" >>"$folder/printed"
cd "$folder/memory/upper"
find . -mindepth 1 | while read -r name; do
  # A folder that was there is copied for what is changed below it, and says nothing by itself.
  if [ -d "$name" ] && { [ -d "/$name" ] || [ -d "$folder/files/$name" ]; }; then continue; fi
  echo "\${name#.}"
done >"$folder/changed"
`;

export interface Ran {
  /** Standard output and error. */
  readonly printed: string;
  /** Whatever was made, changed or removed. */
  readonly changed: readonly string[];
}

/**
 * Runs a command as root on a copy of the machine.
 * @param files what the copy has more than the machine: the content of files by their path
 * @throws Error where there can be no copy
 */
export function onACopy(files: Readonly<Record<string, string>>, command: readonly string[]): Ran {
  const folder = mkdtempSync(path.join(tmpdir(), 'dragoman-copy-'));
  try {
    for (const name of ['memory', 'files']) mkdirSync(path.join(folder, name));
    for (const [file, content] of Object.entries(files)) {
      const at = path.join(folder, 'files', file);
      mkdirSync(path.dirname(at), { recursive: true });
      writeFileSync(at, content);
    }
    const { PATH = '' } = process.env;
    const arguments_ = ['-m', '--propagation', 'private', 'sh', '-c', ON_A_COPY, 'sh', folder, ...command];
    const { status, stderr } = spawnSync('unshare', arguments_, {
      env: { PATH, HOME: '/root' },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    const linesOf = (name: string) => readFileSync(path.join(folder, name), 'utf8');
    return {
      printed: linesOf('printed'),
      changed: linesOf('changed')
        .split('\n')
        .filter((name) => name !== ''),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why there can be no copy of this machine, undefined where there can. @param needed what has to be on it */
export function copyMissing(needed: string): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can mount an overlay and be root in it';
  if (statSync(needed).dev !== statSync('/').dev) return `${needed} is on another file system than /`;
  try {
    onACopy({}, ['true']);
    return undefined;
  } catch (error) {
    return `no overlay can be mounted: ${(error as Error).message}`;
  }
}
