import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BUILD } from './places.ts';

/**
 * Where the generated configuration of ALSA is written: in memory on a device (systemd's RuntimeDirectory=, which is
 * /run/dragoman), in a checkout a folder of this process in build/run.
 */
export function soundFolder(): string {
  const [runtime] = (process.env.RUNTIME_DIRECTORY ?? '').split(':');
  if (runtime !== undefined && runtime !== '') return runtime;
  return path.join(existsSync(BUILD) ? path.join(BUILD, 'run') : tmpdir(), `dragoman-alsa-${process.pid}`);
}
