import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Desk as AnyDesk } from '../desk.ts';
import { unshareArguments } from './available.ts';
import { monotonicMs, passes } from './clock.ts';
import { arecordOn, Loudspeaker, Microphone } from './devices.ts';
import { Gpio, type GpioOptions, unmount } from './gpio.ts';
import { nativePrograms } from './native.ts';
import type { Network } from './network.ts';
import {
  type DeskProcess,
  isRunning,
  nodeEnvironment,
  type ProcessInfo,
  processes,
  signalQuietly,
  start,
} from './processes.ts';
import type { Recorder } from './recorder.ts';
import { Sound, type SoundOptions } from './sound.ts';

export interface DeskOptions extends SoundOptions, Partial<GpioOptions> {
  /** false: a machine that has no GPIO. */
  readonly gpio?: boolean;
  /** false: a machine that has no sound card. */
  readonly sound?: boolean;
  /** How the kernel lets programs at the GPIO: sysfs if nothing is said. Raspberry Pi OS 13: chardev only. */
  readonly doors?: readonly ('sysfs' | 'chardev')[];
  /** How old sound is when it is read, as with a microphone on USB (40 to 150 ms); 0 otherwise. */
  readonly microphoneDelayMs?: number;
  /** Where its children run; the machine's own otherwise. It outlives the desk: its starter stops it. */
  readonly network?: Network;
}

export interface SpawnOptions {
  /** Beside the desk's own environment. The machine's is not passed on, save where programs and compiled modules lie. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: 'pipe' | 'ignore';
}

/** The desk on virtual devices: real programs, with a virtual button, LEDs, microphone and loudspeaker. */
export interface Desk extends AnyDesk {
  /** A folder that goes with the desk. */
  readonly folder: string;
  /** The environment in which a child finds the virtual devices; spawn() adds it. */
  readonly env: Readonly<Record<string, string>>;
  readonly microphone: Microphone;
  readonly loudspeaker: Loudspeaker;
  /** Throws on a desk without GPIO. */
  readonly gpio: Gpio;
  /** All that comes out of the loudspeaker, with waits for sound and for silence. Throws on a desk without sound. */
  readonly recorder: Recorder;

  /** Starts a command at this desk; its pid is the command's own. Ended by stop() at the latest. */
  spawn(command: string, args: readonly string[], options?: SpawnOptions): DeskProcess;
  /** Every process that was started at this desk and runs, however it was orphaned; the rig's own left out. */
  processes(): ProcessInfo[];

  /** Ends everything and removes the folder. May be called more than once. */
  stop(): Promise<void>;
}

const PREFIX = 'dragoman-desk-';
/**
 * Marks every process of a desk in its environment, so that none can hide, not even in a session of its own. ALSA_,
 * like the name of the faults' folder, since the daemon gives its player nothing else of its environment.
 */
const MARK = 'ALSA_DESK';

export async function startDesk(options: DeskOptions = {}): Promise<Desk> {
  sweep();
  const native = await nativePrograms();
  const folder = mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-`));
  const searchPath = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ''}`;
  // HOME, since PulseAudio and its clients write a cookie there; no bus, since they would ask a desktop's.
  const rigEnv = {
    PATH: searchPath,
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
    LC_ALL: 'C.UTF-8',
    TMPDIR: tmpdir(),
  };
  const faults = path.join(folder, 'faults');
  mkdirSync(faults);
  const children: DeskProcess[] = [];
  let gpio: Gpio | undefined;
  let sound: Sound | undefined;

  const killChildren = (): void => {
    for (const child of children) child.killNow();
    killBelonging(folder);
  };
  const stopNow = (): void => {
    killChildren();
    sound?.stopNow();
    gpio?.stopNow();
    rmSync(folder, { recursive: true, force: true });
  };
  const stop = async (): Promise<void> => {
    process.off('exit', stopNow);
    killChildren();
    await Promise.all(children.map((child) => child.exited));
    await Promise.all([sound?.stop(), gpio?.stop()]);
    killBelonging(folder); // one that was just becoming another program the first time has no environment
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  process.on('exit', stopNow);

  try {
    const microphone = new Microphone(folder, faults, searchPath);
    const doors = options.doors ?? ['sysfs'];
    const panel = { buttons: {}, leds: {}, base: 512, lateMs: 0, ...options };
    const [startedSound, startedGpio] = await Promise.all([
      options.sound === false
        ? undefined
        : Sound.start(folder, rigEnv, options).then((it) => {
            sound = it;
            return it;
          }),
      options.gpio === false
        ? undefined
        : Gpio.start(native.gpio, folder, rigEnv, panel).then((it) => {
            gpio = it;
            return it;
          }),
    ]);
    // The daemon hands variables of ALSA on to its children.
    const env = {
      ...rigEnv,
      ...nodeEnvironment(),
      [MARK]: folder,
      PATH: microphone.path,
      ...(startedSound === undefined
        ? {}
        : { ALSA_CONFIG_PATH: startedSound.alsaConfig, PULSE_SERVER: startedSound.server }),
      LD_PRELOAD: native.alsaFaults,
      ALSA_DESK_FAULTS: faults,
      ALSA_DESK_CAPTURE_DELAY_MS: `${options.microphoneDelayMs ?? 0}`,
      ALSA_DESK_ARECORD: arecordOn(searchPath) ?? 'arecord',
      ...(startedGpio !== undefined && doors.includes('chardev')
        ? { LD_LIBRARY_PATH: native.libgpiod, DESK_GPIO_CHIPS: startedGpio.chips }
        : {}),
    };
    const sysfs = doors.includes('sysfs') ? (startedGpio?.folder ?? '') : '';
    const panelGpio = (): Gpio => {
      if (startedGpio === undefined) throw new Error('this desk was started without GPIO');
      return startedGpio;
    };
    const cards = (): Sound => {
      if (startedSound === undefined) throw new Error('this desk was started without sound');
      return startedSound;
    };
    return {
      folder,
      env,
      microphone,
      loudspeaker: new Loudspeaker(faults, () => belonging(folder)),
      get recorder() {
        return cards().recorder;
      },
      get gpio() {
        return panelGpio();
      },
      spawn(command, args, { env: more = {}, stdin = 'ignore' } = {}) {
        const enter = [...unshareArguments(), sysfs, command, ...args];
        // The network first: `ip netns exec` puts its own /sys up, in which the panel is then mounted.
        const [program, words] = options.network?.commandLine('unshare', enter) ?? ['unshare', enter];
        const name = path.basename(args.at(0) ?? command);
        const child = start(name, program, words, { ...env, ...more }, stdin);
        children.push(child);
        return child;
      },
      processes: () => belonging(folder),
      now: monotonicMs,
      passes,
      press: (button) => panelGpio().press(button),
      release: (button) => panelGpio().release(button),
      led: (name) => panelGpio().led(name),
      ledChanges: () => panelGpio().changes.all,
      nextLed: (fits, timeoutMs) => panelGpio().nextLed(fits, timeoutMs),
      untilLed: (name, lit, timeoutMs) => panelGpio().untilLed(name, lit, timeoutMs),
      speak: (spoken) => cards().speak(spoken),
      recording: (fromMs, toMs) => cards().recorder.recording(fromMs, toMs),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function belonging(folder: string): ProcessInfo[] {
  const mark = `${MARK}=${folder}`;
  return processes().filter(({ pid }) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark);
    } catch {
      return false; // it ended, or belongs to someone else
    }
  });
}

function killBelonging(folder: string): void {
  for (const { pid } of belonging(folder)) signalQuietly(pid, 'SIGKILL');
}

/** Removes the folders of desks whose tests were killed; their processes have ended. */
function sweep(): void {
  for (const folder of globSync(path.join(tmpdir(), `${PREFIX}*`))) {
    const owner = Number(path.basename(folder).slice(PREFIX.length).split('-')[0]);
    if (!Number.isInteger(owner) || isRunning(owner)) continue;
    killBelonging(folder);
    unmount(path.join(folder, 'panel'));
    rmSync(folder, { recursive: true, force: true });
  }
}
