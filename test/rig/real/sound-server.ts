/** For tests: a sound server with two sinks that exist in memory only, paced as sound cards are. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const PROGRAMS = ['pulseaudio', 'arecord', 'aplay'];
const PLUGIN = '/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so';

/** What is missing for a virtual sound card, undefined when nothing is. */
export function soundServerMissing(): string | undefined {
  const missing = PROGRAMS.filter((program) => !onPath(program));
  if (globSync(PLUGIN).length === 0) missing.push('libasound2-plugins');
  return missing.length === 0 ? undefined : missing.join(', ');
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * The sinks are ALSA's `loudspeaker` and `mouth`; what they play is heard in ALSA's `earphone` and `mic`.
 * There is no default device.
 */
export class SoundServer {
  /** A folder for the test, deleted at the end. */
  readonly folder: string = mkdtempSync(join(tmpdir(), 'dragoman-sound-'));
  #pulse: ChildProcess | undefined;

  /** For ALSA_CONFIG_PATH. */
  get alsaConfig(): string {
    return join(this.folder, 'asound.conf');
  }

  /** Writes the configuration; the server itself is not there yet. */
  prepare(): void {
    const server = join(this.folder, 'pulse.socket');
    const pcm = (name: string, device: string) =>
      `pcm.${name} { type pulse server "unix:${server}" device "${device}" }`;
    writeFileSync(
      this.alsaConfig,
      [
        '</usr/share/alsa/alsa.conf>',
        pcm('loudspeaker', 'loudspeaker'),
        pcm('earphone', 'loudspeaker.monitor'),
        pcm('mouth', 'mouth'),
        pcm('mic', 'mouth.monitor'),
        '',
      ].join('\n'),
    );
    // norewinds=1: without it the first sound of a stream comes 1.5 s late.
    writeFileSync(
      join(this.folder, 'server.pa'),
      [
        'load-module module-null-sink sink_name=loudspeaker rate=48000 channels=2 norewinds=1',
        'load-module module-null-sink sink_name=mouth rate=16000 channels=1 norewinds=1',
        `load-module module-native-protocol-unix socket=${server} auth-anonymous=1`,
        '',
      ].join('\n'),
    );
  }

  /** Resolves when clients can connect. */
  async start(): Promise<void> {
    const pulse = spawn(
      'pulseaudio',
      [
        '-n',
        '-F',
        join(this.folder, 'server.pa'),
        '--daemonize=no',
        '--exit-idle-time=-1',
        '--disallow-exit',
        '--realtime=no',
        '--use-pid-file=no',
        '--disable-shm=yes',
        '--log-level=info',
        '--log-target=stderr',
      ],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, HOME: this.folder, XDG_RUNTIME_DIR: this.folder, LC_ALL: 'C' },
      },
    );
    this.#pulse = pulse;
    let printed = '';
    await new Promise<void>((resolve, reject) => {
      pulse.stderr?.on('data', (text: Buffer) => {
        printed = (printed + text.toString()).slice(-20_000);
        if (printed.includes('Daemon startup complete')) resolve();
      });
      pulse.once('exit', () => reject(new Error(`pulseaudio ended:\n${printed}`)));
    });
  }

  async stop(): Promise<void> {
    const pulse = this.#pulse;
    if (pulse !== undefined && pulse.exitCode === null && pulse.signalCode === null) {
      const exited = new Promise((resolve) => pulse.once('exit', resolve));
      pulse.kill('SIGTERM');
      await exited;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
