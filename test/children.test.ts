import { spawn } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { setLevel } from '../src/audio/alsa/volume.ts';
import { AplayPlayer } from '../src/audio/loudspeaker/aplay.ts';
import type { OutputListener } from '../src/audio/loudspeaker/player.ts';
import { SpeakerPlayer } from '../src/audio/loudspeaker/speaker.ts';
import { startArecord } from '../src/audio/microphone/recorder.ts';
import { ESPEAK } from '../src/cli/prompts/render.ts';
import { PhrasebookWorker } from '../src/phrasebook/phrasebook-worker.ts';
import { ipaOf } from '../src/phrasebook/recognise/espeak-ipa.ts';
import { temporaryFolders } from './rig/folders.ts';
import { KEY } from './rig/live.ts';
import { placesOf } from './rig/secrets.ts';
import { VirtualClock } from './rig/virtual/clock.ts';

/** What child processes get of our environment, and which signals open their debugger: of real ones, as the kernel shows it. */

const folder = temporaryFolders();
const SECRETS = { GEMINI_API_KEY: KEY, GOOGLE_API_KEY: KEY, OWN_NAME_FOR_IT: KEY };
const RUNTIME = {
  NODE_OPTIONS: '--no-warnings',
  NODE_EXTRA_CA_CERTS: '/etc/hosts',
  SSLKEYLOGFILE: '/dev/null',
};

const listener: OutputListener = { ready: () => {}, failed: () => {} };
const route = { device: 'none', environment: { ALSA_CONFIG_PATH: '/the/route' }, identity: '' };
const clock = () => {
  const made = new VirtualClock();
  onTestFinished(() => made.stop());
  return made;
};
const environmentOf = (pid: number | undefined) => readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');

function speaker(): number | undefined {
  const player = new SpeakerPlayer(clock());
  const output = player.open(listener, route);
  onTestFinished(async () => {
    await output.end();
    await player.stop();
  });
  return output.pid;
}

async function recogniser(): Promise<number | undefined> {
  const worker = new PhrasebookWorker({ clock: clock() });
  onTestFinished(() => worker.stop());
  await worker.start();
  return worker.pid;
}

/** A program of this name, first on the PATH, that writes its environment into a file. */
function program(name: string): { readonly wrote: () => Promise<readonly string[]> } {
  const at = folder();
  const file = path.join(at, 'environ');
  const bin = path.join(at, 'bin');
  mkdirSync(bin);
  writeFileSync(
    path.join(bin, name),
    `#!/bin/sh\ncat </proc/$$/environ >"${file}.new"\nmv "${file}.new" "${file}"\nexit 0\n`,
    { mode: 0o755 },
  );
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
  return { wrote: () => vi.waitFor(() => readFileSync(file, 'utf8').split('\0'), { timeout: 20_000 }) };
}

/** Starts each of the children that there are. @returns the environment that it got */
const CHILDREN: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  recorder: async () => {
    const { wrote } = program('arecord');
    startArecord(route)
      .stream()
      .on('error', () => {});
    return wrote();
  },
  'the player aplay': async () => {
    const { wrote } = program('aplay');
    new AplayPlayer(clock()).open(listener, route);
    return wrote();
  },
  'the player speaker': async () => environmentOf(speaker()),
  recogniser: async () => environmentOf(await recogniser()),
  'the mixer': async () => {
    const { wrote } = program('amixer');
    const over = AbortSignal.abort();
    setLevel(0, 'playback', 1, clock(), over);
    return wrote();
  },
  'the pronunciation': async () => {
    const { wrote } = program('espeak-ng');
    ipaOf(['word'], 'en');
    return wrote();
  },
  'the voice of the prompts': async () => {
    const { wrote } = program('espeak-ng');
    await ESPEAK.voices();
    return wrote();
  },
};

describe('the environment of a child', () => {
  it.each(Object.keys(CHILDREN))('has neither the key nor what changes Node.js (%s)', async (name) => {
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const [variable, value] of Object.entries({ ...SECRETS, ...RUNTIME })) vi.stubEnv(variable, value);
    const environment = (await CHILDREN[name]?.()) ?? [];
    expect(environment).toContain('LC_ALL=C');
    expect(environment.some((entry) => entry.startsWith('PATH='))).toBe(true);
    expect(placesOf(KEY, { [name]: environment.join('\n') })).toEqual([]);
    expect(environment.filter((entry) => /^(?:NODE_(?!CHANNEL)|SSL)/.test(entry))).toEqual([]);
  });

  it('is made in one place', () => {
    const root = path.join(import.meta.dirname, '../src');
    // Those of updates run as root, outside of the daemon.
    const files = globSync('**/*.ts', { cwd: root, exclude: ['**/*.test.ts', 'update/**', 'cli/update/**'] });
    const starting = files.filter((file) =>
      /from 'node:child_process'/.test(
        readFileSync(path.join(root, file), 'utf8').replaceAll(/import type .*/g, ''),
      ),
    );
    expect(starting.length).toBeGreaterThan(5);
    for (const file of starting) {
      const text = readFileSync(path.join(root, file), 'utf8');
      expect(text, file).toContain('childEnvironment()');
    }
  });
});

/** Whether the process blocks SIGUSR1, on which Node.js opens its debugger otherwise: field SigBlk of proc(5). */
function blocksUsr1(pid: number | undefined): boolean {
  const blocked = /^SigBlk:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (BigInt(`0x${blocked}`) & (1n << 9n)) !== 0n;
}

describe('the debugger of Node.js', () => {
  /** Starts the program by its script. @returns its process, which runs until the test is over */
  function started(script: string, ...args: string[]): number | undefined {
    const child = spawn(script, args, { stdio: ['pipe', 'ignore', 'ignore'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child.pid;
  }

  const root = path.join(import.meta.dirname, '..');
  const PROCESSES: Readonly<Record<string, () => Promise<number | undefined> | number | undefined>> = {
    'the player speaker': speaker,
    recogniser,
    'the program of a checkout': () =>
      started(path.join(root, 'scripts/dragoman'), 'key', 'set', '--folder', folder()),
    'the program of the package': () => {
      const release = folder();
      for (const made of ['bin', 'app/cli']) mkdirSync(path.join(release, made), { recursive: true });
      symlinkSync(process.execPath, path.join(release, 'bin/node'));
      writeFileSync(path.join(release, 'app/cli/dragoman.js'), 'process.stdin.resume();');
      copyFileSync(path.join(root, 'packaging/release/dragoman'), path.join(release, 'bin/dragoman'));
      return started(path.join(release, 'bin/dragoman'));
    },
  };

  it.each(Object.keys(PROCESSES))('is not opened by SIGUSR1 (%s)', async (name) => {
    const pid = await PROCESSES[name]?.();
    await vi.waitFor(() => expect(blocksUsr1(pid)).toBe(true), { timeout: 20_000 });
  });
});
