import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Standin } from '../../src/standin/server/server.ts';

const DRAGOMAN = fileURLToPath(new URL('../../src/cli/dragoman.ts', import.meta.url));

/** A person talks: the daemon with this machine's microphone and loudspeaker, and the keyboard as its panel. */
export async function talk(standin: Standin | undefined, signal: AbortSignal): Promise<number> {
  if (!process.stdin.isTTY) {
    process.stderr.write('demo: --talk needs a terminal, for the space bar\n');
    return 2;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-talk-'));
  const config = path.join(folder, 'dragoman.toml');
  await writeFile(
    config,
    `[microphone]\ndevice = "default"\n[loudspeaker]\ndevice = "default"\n[control]\nsocket = "${folder}/control.sock"\n${standin === undefined ? '' : `[service]\nbase_url = "${standin.url}"\n`}`,
  );
  // Texts are shown as the stand-in heard and said them: the daemon itself keeps and logs none.
  standin?.on((event) => {
    if (event.type === 'heard' || event.type === 'said') {
      process.stdout.write(`\r\x1b[2K${event.type.padEnd(5)} ${event.text}\n`);
    }
  });
  const daemon = spawn(
    process.execPath,
    [DRAGOMAN, 'run', '--config', config, '--panel', 'terminal', '--log', 'info'],
    {
      stdio: 'inherit',
      env: standin === undefined ? process.env : { ...process.env, GEMINI_API_KEY: 'stand-in' },
    },
  );
  signal.addEventListener('abort', () => daemon.kill('SIGTERM'), { once: true });
  const code = await new Promise<number>((resolve) => daemon.once('exit', (status) => resolve(status ?? 1)));
  await rm(folder, { recursive: true });
  return code;
}
