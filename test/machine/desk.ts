import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TurnLog } from '../../src/daemon/turn-log.ts';
import { type Recording, whereIs } from '../rig/real/recording.ts';
import type { Machine } from './machine.ts';

/** The desk in the machine: its button, its lights, its room, what the daemon tells. */

/** BCM numbers, as the default configuration has them. */
export const LINES = { talk: 17, led: 22, connection: 27 } as const;

/** What the room's recorder asks of the loopback card. */
const EAR_RATE_HZ = 48_000;
const EAR_CHANNELS = 2;
/** Software emulation on a busy machine: so long may a turn take before something is wrong. */
const TURN_TIMEOUT_MS = 240_000;
const READY_TIMEOUT_MS = 300_000;

export interface Status {
  readonly activity: string;
  readonly service: { readonly is: string };
  readonly devices: Readonly<Record<'microphone' | 'loudspeaker' | 'panel', string>>;
  readonly faults: readonly { readonly code: string; readonly id: string }[];
  readonly version?: string;
}

/** A line of the daemon's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string; readonly atMs: number };

export class DeskInside {
  readonly #machine: Machine;
  #recordings = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Writes the configuration and the key, and has the daemon take them up. */
  async configure(toml: string): Promise<void> {
    writeFileSync(path.join(this.#machine.room, 'dragoman.toml'), toml);
    await this.#machine.sh(
      'cp /room/dragoman.toml /etc/dragoman/dragoman.toml && sync && dragoman config check',
    );
  }

  async status(): Promise<Status | undefined> {
    const { code, output } = await this.#machine.try(
      'curl -s --max-time 20 --unix-socket /run/dragoman/control.sock http://dragoman/status',
    );
    return code === 0 && output.startsWith('{') ? (JSON.parse(output) as Status) : undefined;
  }

  /** Until the daemon says so of itself. @throws Error with its last status when that takes too long */
  async until(
    what: string,
    holds: (status: Status) => boolean,
    timeoutMs = READY_TIMEOUT_MS,
  ): Promise<Status> {
    const untilMs = performance.now() + timeoutMs;
    let last: Status | undefined;
    while (performance.now() < untilMs) {
      last = (await this.status()) ?? last;
      if (last !== undefined && holds(last)) return last;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    throw new Error(`not ${what} within ${timeoutMs / 1000} s; the last status: ${JSON.stringify(last)}`);
  }

  /** Of the daemon: another one after each start. */
  async mainPid(): Promise<string> {
    return await this.#machine.sh('systemctl show dragoman -p MainPID --value');
  }

  /** Until microphone, loudspeaker, panel and service are there. */
  async works(timeoutMs?: number): Promise<Status> {
    return await this.until('working', isWorking, timeoutMs);
  }

  /** The next line of the daemon's log that fits. */
  async log(fits: (line: LogLine) => boolean, timeoutMs = TURN_TIMEOUT_MS): Promise<LogLine> {
    let found: LogLine | undefined;
    await this.#machine.journal.next(({ message, atMs }) => {
      const line = logLine(message, atMs);
      if (line === undefined || !fits(line)) return false;
      found = line;
      return true;
    }, timeoutMs);
    return found as LogLine;
  }

  /** The lines of the daemon's log so far. */
  logged(): LogLine[] {
    return this.#machine.journal.all.flatMap(({ message, atMs }) => logLine(message, atMs) ?? []);
  }

  /** Somebody presses, says this, and releases; what the room then heard. @param wav a file of the host */
  async turn(wav: string): Promise<{ turn: TurnLog; heard: Recording }> {
    const ear = await this.#listen();
    try {
      await this.say(wav);
      const turn = (await this.log((line) => line.msg === 'turn')) as unknown as TurnLog;
      return { turn, heard: await ear.end() };
    } finally {
      await ear.end().catch(() => {});
    }
  }

  /** Presses, speaks, releases. */
  async say(wav: string): Promise<void> {
    const name = `said-${path.basename(wav)}`;
    writeFileSync(path.join(this.#machine.room, name), readFileSync(wav));
    await this.#machine.sh(`/usr/local/lib/machine/say ${LINES.talk} /room/${name}`, TURN_TIMEOUT_MS);
  }

  /** Whether an output of the GPIO chip is high. */
  async lit(line: number): Promise<boolean> {
    const value = await this.#machine.sh(
      `cat /sys/devices/platform/gpio-sim.0/gpiochip*/sim_gpio${line}/value`,
    );
    return value === '1';
  }

  /** The plug of the sound card: out, or in again. */
  async card(action: 'unbind' | 'bind'): Promise<void> {
    await this.#machine.sh(`echo snd_aloop.0 >/sys/bus/platform/drivers/snd_aloop/${action}`);
  }

  async #listen(): Promise<{ end(): Promise<Recording> }> {
    this.#recordings += 1;
    const name = `heard-${this.#recordings}.raw`;
    const recorder = `arecord -q -D plughw:CARD=Loopback,DEV=1 -t raw -f S16_LE -r ${EAR_RATE_HZ} -c ${EAR_CHANNELS} /run/machine/${name}`;
    const pid = await this.#machine.sh(`${recorder} >/run/machine/ear.log 2>&1 & echo $!`);
    let recording: Promise<Recording> | undefined;
    const end = async (): Promise<Recording> => {
      await this.#machine.sh(
        `kill -INT ${pid} && tail --pid=${pid} -f /dev/null; mv /run/machine/${name} /room/`,
      );
      const file = path.join(this.#machine.room, name);
      const bytes = readFileSync(file);
      rmSync(file);
      const both = new Int16Array(bytes.buffer.slice(bytes.byteOffset), 0, Math.floor(bytes.length / 2));
      const samples = Int16Array.from(
        { length: Math.floor(both.length / EAR_CHANNELS) },
        (_, i) => both[i * EAR_CHANNELS] as number,
      );
      return { rateHz: EAR_RATE_HZ, samples, startMs: 0 };
    };
    return {
      end: () => {
        recording ??= end();
        return recording;
      },
    };
  }
}

export function isWorking({ devices, service }: Status): boolean {
  return Object.values(devices).every((device) => device === 'working') && service.is === 'ready';
}

/** Long enough to be like nothing else, short enough to lie between two gaps of an emulated sound card. */
const PART_S = 0.4;
const LIKE = 0.85;

/** How much of a sound was heard: of its parts of 0.4 s, those that are in the recording, as "5 of 6". */
export function partsHeard(
  sound: Int16Array,
  rateHz: number,
  heard: Recording,
): { found: number; of: number } {
  const part = Math.round(PART_S * rateHz);
  let [found, of] = [0, 0];
  for (let at = 0; at + part <= sound.length; at += part) {
    const piece = sound.subarray(at, at + part);
    if (!piece.some((sample) => Math.abs(sample) > 1000)) continue; // a pause is like any other
    of += 1;
    if (whereIs(piece, rateHz, heard).likeness > LIKE) found += 1;
  }
  return { found, of };
}

function logLine(message: string, atMs: number): LogLine | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    return { ...(JSON.parse(message) as { msg: string }), atMs };
  } catch {
    return undefined;
  }
}
