import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BUILD } from './places.ts';

/**
 * Where the generated configuration of ALSA is written: in memory on a device (systemd's RuntimeDirectory=, which is
 * /run/dragoman), in a checkout a folder of this process in build/run. For root, by hand on a device, where nobody else
 * may write: in /tmp somebody might have made the folder before, with links in it.
 */
export function soundFolder(
  environment: NodeJS.ProcessEnv = process.env,
  build: string = BUILD,
  uid: number | undefined = process.getuid?.(),
): string {
  const [runtime] = (environment.RUNTIME_DIRECTORY ?? '').split(':');
  if (runtime !== undefined && runtime !== '') return runtime;
  const by = existsSync(build) ? path.join(build, 'run') : uid === 0 ? '/run' : tmpdir();
  return path.join(by, `dragoman-alsa-${process.pid}`);
}
