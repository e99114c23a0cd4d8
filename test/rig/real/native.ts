import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const NATIVE = fileURLToPath(new URL('native/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../build/desk', import.meta.url));
const COMPILER = 'gcc';
const LIBGPIOD = 'libgpiod.so.3';

export interface NativePrograms {
  /** The FUSE file system of the GPIO. */
  readonly gpio: string;
  /** The library that breaks sound devices. */
  readonly alsaFaults: string;
  /** The folder that holds the desk's libgpiod.so.3. */
  readonly libgpiod: string;
}

/** Compiles what the desk needs in C, or takes it from `build/desk/`, where it lies by the hash of its source. */
export async function nativePrograms(): Promise<NativePrograms> {
  const { stdout } = await run('pkg-config', ['--cflags', '--libs', 'fuse3']);
  const [gpio, alsaFaults, library] = await Promise.all([
    compiled(['gpio.c', 'gpio-chardev.h'], stdout.trim().split(/\s+/)),
    compiled(['alsa-faults.c'], ['-shared', '-fPIC', '-ldl']),
    compiled(['libgpiod.c'], ['-shared', '-fPIC', `-Wl,-soname,${LIBGPIOD}`]),
  ]);
  return { gpio, alsaFaults, libgpiod: await inFolder(library, LIBGPIOD) };
}

/** @param sources what is compiled, and then what it includes of our own */
async function compiled(
  [source, ...included]: readonly [string, ...string[]],
  flags: readonly string[],
): Promise<string> {
  const file = path.join(NATIVE, source);
  const hash = createHash('sha256').update(flags.join(' ')).update(process.arch);
  for (const name of [source, ...included]) hash.update(await readFile(path.join(NATIVE, name)));
  const out = path.join(CACHE, `${path.parse(source).name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(out)) return out;
  await mkdir(CACHE, { recursive: true });
  // Several test files may come here at once: each makes its own, and the last rename wins.
  const draft = `${out}.${process.pid}`;
  await run(COMPILER, ['-O1', '-Wall', '-Wextra', '-Werror', '-o', draft, file, ...flags]);
  await rename(draft, out);
  return out;
}

/** A library under the name by which it is loaded. @returns the folder for LD_LIBRARY_PATH */
async function inFolder(library: string, name: string): Promise<string> {
  const folder = `${library}.d`;
  await mkdir(folder, { recursive: true });
  // Relative: a checkout may be moved.
  await symlink(path.relative(folder, library), path.join(folder, name)).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return folder;
}
