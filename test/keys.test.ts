import { existsSync, mkdirSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolders } from './rig/folders.ts';
import { KEY } from './rig/live.ts';
import { descendants, start } from './rig/real/processes.ts';
import { placesOf } from './rig/secrets.ts';

/** What the machine shows of a process that holds the key. What the daemon itself shows is in scenarios/keys.test.ts. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const folder = temporaryFolders();

/** Resolves when the file is there. */
function appears(file: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(path.dirname(file), () => look());
    const look = () => {
      if (!existsSync(file)) return;
      watcher.close();
      resolve();
    };
    look();
  });
}

it('a daemon keeps the key of its environment to itself: no child has it, no command line, no core file', async () => {
  const at = folder();
  const programs = path.join(at, 'programs');
  mkdirSync(programs);
  for (const name of ['arecord', 'aplay']) {
    const script = `#!/bin/sh\necho >"${at}/${name} runs"\nexec sleep 1000\n`;
    writeFileSync(path.join(programs, name), script, { mode: 0o755 });
  }
  const config = path.join(at, 'dragoman.toml');
  writeFileSync(
    config,
    '[service]\nbase_url = "http://127.0.0.1:9"\n[panel]\ndriver = "none"\n' +
      '[microphone]\ndevice = "none"\n[loudspeaker]\ndevice = "none"\ndriver = "aplay"\n' +
      `[spending]\nfolder = "${at}/ledger"\n[control]\nsocket = "${at}/control.sock"\n`,
  );
  const environment = {
    PATH: `${programs}:${process.env.PATH}`,
    RUNTIME_DIRECTORY: at,
    GEMINI_API_KEY: KEY,
    GOOGLE_API_KEY: KEY,
  };
  const dragoman = path.join(ROOT, 'scripts/dragoman');
  const daemon = start('dragoman', dragoman, ['run', '--config', config], environment);
  onTestFinished(async () => void (await daemon.kill()));
  const bothRun = Promise.all(['arecord', 'aplay'].map((name) => appears(path.join(at, `${name} runs`))));
  const end = await Promise.race([bothRun, daemon.exited]);
  if (!Array.isArray(end))
    throw new Error(`the daemon ended:\n${daemon.errors.all.map(({ text }) => text).join('\n')}`);

  const of = (pid: number, what: string) => readFileSync(`/proc/${pid}/${what}`, 'utf8');
  const children = descendants(daemon.pid);
  expect(children.length).toBeGreaterThanOrEqual(2);
  const shown = children.map(({ pid, name }) => [`${name} ${pid}`, of(pid, 'environ') + of(pid, 'cmdline')]);
  expect(placesOf(KEY, { ...Object.fromEntries(shown), 'the daemon': of(daemon.pid, 'cmdline') })).toEqual(
    [],
  );
  // Only the user of the daemon may read that; and the search does find a key.
  expect(placesOf(KEY, { 'its own environment': of(daemon.pid, 'environ') })).toEqual([
    'its own environment',
  ]);
  expect(of(daemon.pid, 'limits')).toMatch(/^Max core file size +0 +0 /m);
});

it('no unit leaves a core file, and what systemd-coredump gets of the daemon holds no memory', () => {
  const units = readdirSync(path.join(ROOT, 'systemd')).filter((file) => file.endsWith('.service'));
  const unit = (file: string) => readFileSync(path.join(ROOT, 'systemd', file), 'utf8');
  expect(units.length).toBeGreaterThan(0);
  for (const file of units) expect(unit(file), file).toMatch(/^LimitCORE=0$/m);
  expect(unit('dragoman.service')).toMatch(/^CoredumpFilter=0x0$/m);
});
