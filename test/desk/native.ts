import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const NATIVE = fileURLToPath(new URL('native/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../build/desk/', import.meta.url));
const COMPILER = 'gcc';

export interface NativePrograms {
  /** The FUSE file system of the GPIO. */
  readonly gpio: string;
  /** The library that breaks sound devices. */
  readonly alsaFaults: string;
}

/** Compiles what the desk needs in C, or takes it from `build/desk/`, where it lies by the hash of its source. */
export async function nativePrograms(): Promise<NativePrograms> {
  const { stdout } = await run('pkg-config', ['--cflags', '--libs', 'fuse3']);
  const [gpio, alsaFaults] = await Promise.all([
    compiled('gpio.c', stdout.trim().split(/\s+/)),
    compiled('alsa-faults.c', ['-shared', '-fPIC', '-ldl']),
  ]);
  return { gpio, alsaFaults };
}

async function compiled(source: string, flags: readonly string[]): Promise<string> {
  const file = path.join(NATIVE, source);
  const hash = createHash('sha256')
    .update(await readFile(file))
    .update(flags.join(' '))
    .update(process.arch);
  const out = path.join(CACHE, `${path.parse(source).name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(out)) return out;
  await mkdir(CACHE, { recursive: true });
  // Several test files may come here at once: each makes its own, and the last rename wins.
  const draft = `${out}.${process.pid}`;
  await run(COMPILER, ['-O1', '-Wall', '-Wextra', '-Werror', '-o', draft, file, ...flags]);
  await rename(draft, out);
  return out;
}
