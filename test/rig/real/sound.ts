import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CAPTURE_RATE_HZ } from '../../../src/audio/pcm/frame.ts';
import { resample } from '../../../src/audio/pcm/resample.ts';
import { readWav } from '../../../src/audio/pcm/wav.ts';
import type { Speech } from '../desk.ts';
import { noise } from '../voices.ts';
import { type DeskProcess, startRigPart } from './processes.ts';
import { Recorder } from './recorder.ts';

/** What a USB loudspeaker or a sound chip runs at. */
const LOUDSPEAKER_RATE_HZ = 48_000;

export interface SoundOptions {
  /** Noise of the room in the microphone, in dB relative to full scale; without it, the room is digitally silent. */
  readonly noiseDbfs?: number;
  /** How loud the loudspeaker is in the microphone, in dB (0: as loud as what it plays); without it, not at all. */
  readonly echoDb?: number;
}

/** Two virtual sound cards: what comes out of one is recorded, what is spoken goes into the other. */
export class Sound {
  /** For ALSA_CONFIG_PATH. */
  readonly alsaConfig: string;
  readonly server: string;
  readonly recorder: Recorder;
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #parts: DeskProcess[];
  #spoken = 0;

  private constructor(
    folder: string,
    env: Readonly<Record<string, string>>,
    parts: DeskProcess[],
    recorder: Recorder,
  ) {
    this.#folder = folder;
    this.#env = env;
    this.#parts = parts;
    this.recorder = recorder;
    this.server = serverIn(folder);
    this.alsaConfig = path.join(folder, 'asound.conf');
  }

  static async start(
    folder: string,
    env: Readonly<Record<string, string>>,
    options: SoundOptions,
  ): Promise<Sound> {
    writeFileSync(path.join(folder, 'desk.pa'), pulseScript(folder, options));
    writeFileSync(path.join(folder, 'asound.conf'), alsaConfig(serverIn(folder)));
    const script = path.join(folder, 'desk.pa');
    // SIGTERM: it removes its socket.
    const pulse = startRigPart('pulseaudio', 'pulseaudio', ['-n', '-F', script, ...PULSE_FLAGS], env, 'TERM');
    const parts = [pulse];
    try {
      await pulse.nextErrorLine('Daemon startup complete');
      const recorder = await Recorder.start(
        serverIn(folder),
        'loudspeaker.monitor',
        LOUDSPEAKER_RATE_HZ,
        env,
      );
      parts.push(recorder.process);
      const sound = new Sound(folder, env, parts, recorder);
      if (options.echoDb !== undefined) await sound.#setEcho(options.echoDb);
      if (options.noiseDbfs !== undefined) await sound.#startNoise(options.noiseDbfs);
      return sound;
    } catch (error) {
      await Promise.all(parts.map((part) => part.kill()));
      throw error;
    }
  }

  /** @param sound 16 kHz samples, or a WAV file of any rate */
  speak(sound: Int16Array | string): Speech {
    const samples = typeof sound === 'string' ? soundIn(sound) : sound;
    const file = path.join(this.#folder, `spoken-${this.#spoken++}.raw`);
    writeFileSync(file, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
    // A file and pacat's own two seconds of buffer: what a busy test process does, nobody hears.
    const player = this.#play('speech', 'pacat', ['--verbose', ...this.#intoMicrophone(), file]);
    const began = player.nextErrorLine('Stream started').then((line) => line.atMs);
    const whole = (samples.length * 1000) / CAPTURE_RATE_HZ;
    const finish = async (): Promise<{ beganMs: number; endedMs: number }> => {
      const beganMs = await began;
      const exit = await player.exited;
      if (exit.code !== 0 && exit.signal === null) throw new Error(`pacat ended with exit code ${exit.code}`);
      return { beganMs, endedMs: exit.code === 0 ? beganMs + whole : exit.atMs };
    };
    const ended = finish();
    // Whoever awaits neither still learns of it: nothing was spoken.
    began.catch(() => {});
    ended.catch(() => {});
    return { began, ended, stop: () => player.killNow() };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.kill()));
  }

  stopNow(): void {
    for (const part of this.#parts) part.killNow();
  }

  #play(name: string, command: string, args: readonly string[]): DeskProcess {
    const process = startRigPart(name, command, args, this.#env);
    this.#parts.push(process);
    return process;
  }

  #intoMicrophone(): string[] {
    const format = [`--rate=${CAPTURE_RATE_HZ}`, '--channels=1', '--format=s16le', '--raw'];
    return [`--server=${this.server}`, '--playback', '--device=microphone', ...format];
  }

  async #startNoise(dbfs: number): Promise<void> {
    const file = path.join(this.#folder, 'noise.raw');
    // Seven seconds: no rhythm that a detector could notice.
    const samples = noise('pink', dbfs, 7);
    writeFileSync(file, new Uint8Array(samples.buffer));
    const script = 'file=$1; shift; while cat "$file"; do :; done | "$@"';
    const player = this.#play('noise', 'sh', [
      '-c',
      script,
      'sh',
      file,
      'pacat',
      '--verbose',
      ...this.#intoMicrophone(),
    ]);
    await player.nextErrorLine('Stream started');
  }

  async #setEcho(db: number): Promise<void> {
    // The loopback is the first and so far the only thing that plays.
    const volume = `${Math.round(65_536 * 10 ** (db / 60))}`; // PulseAudio's volumes are cubic
    const set = this.#play('pactl', 'pactl', [
      `--server=${this.server}`,
      'set-sink-input-volume',
      '0',
      volume,
    ]);
    const { code } = await set.exited;
    if (code !== 0) throw new Error(`pactl could not set the echo's volume (exit code ${code})`);
  }
}

/**
 * --realtime=no needs no rights; --high-priority takes what it gets; no shared memory and no PID file, so that
 * nothing is left outside of the desk's folder. The log level is that of the line that says it is up.
 */
const PULSE_FLAGS = [
  '--daemonize=no',
  '--exit-idle-time=-1',
  '--disallow-exit',
  '--realtime=no',
  '--high-priority=yes',
  '--use-pid-file=no',
  '--disable-shm=yes',
  '--log-level=info',
  '--log-target=stderr',
];

function serverIn(folder: string): string {
  return `unix:${path.join(folder, 'sound.socket')}`;
}

function pulseScript(folder: string, { echoDb }: SoundOptions): string {
  // norewinds=1: without it the first sound of a stream came after 1.5 s and what was played was cut short.
  const lines = [
    `load-module module-null-sink sink_name=loudspeaker rate=${LOUDSPEAKER_RATE_HZ} channels=2 norewinds=1`,
    `load-module module-null-sink sink_name=microphone rate=${CAPTURE_RATE_HZ} channels=1 norewinds=1`,
    `load-module module-native-protocol-unix socket=${path.join(folder, 'sound.socket')} auth-anonymous=1`,
  ];
  // adjust_time=0: both cards run on one clock, there is no drift to follow.
  const echo =
    'load-module module-loopback source=loudspeaker.monitor sink=microphone latency_msec=60 adjust_time=0';
  return `${[...lines, ...(echoDb === undefined ? [] : [echo])].join('\n')}\n`;
}

/** Without Debian's alsa.conf: it would bring the machine's own cards, and a desktop's `default` over ours. */
function alsaConfig(server: string): string {
  const pulse = (device: string) =>
    `{ type pulse server "${server}" device "${device}" hint { show on description "Virtual desk: ${device}" } }`;
  return `pcm.speaker ${pulse('loudspeaker')}
pcm.mic ${pulse('microphone.monitor')}
pcm.!default { type asym playback.pcm "speaker" capture.pcm "mic" }
ctl.!default { type pulse server "${server}" }
`;
}

function soundIn(file: string): Int16Array {
  const { samples, sampleRate } = readWav(readFileSync(file));
  return resample(samples, sampleRate, CAPTURE_RATE_HZ);
}
