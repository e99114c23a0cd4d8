import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { alsaString } from '../../base/foreign-text.ts';
import type { CardStream, SoundCard } from './cards.ts';
import { bestFormat } from './choice.ts';
import type { Direction } from './stream-formats.ts';

/** One direction of a card, or the name of an ALSA device. */
export type Source = {
  /** The only channel to record, and the number of channels of the device, where known. */
  readonly only?: number | undefined;
  readonly there?: number | undefined;
} & (
  | { readonly card: Pick<SoundCard, 'id' | 'usbPort' | 'plugging'>; readonly stream: CardStream }
  | { readonly device: string }
);

const DEVICES = { capture: 'microphone', playback: 'loudspeaker' } as const;

/** The names of the chosen devices in the generated configuration. */
export const GENERATED: Readonly<Record<Direction, string>> = {
  capture: `dragoman_${DEVICES.capture}`,
  playback: `dragoman_${DEVICES.playback}`,
};

/** arecord delivers one period at a time, in microseconds. A longer one would delay the end of an utterance. */
const PERIOD_US = 20_000;
/** Holds the sound while the recorder is delayed, in microseconds. */
const BUFFER_US = 200_000;
/** USB cards support it; HDMI supports nothing else. */
const USUAL_RATE_HZ = 48_000;
/** For a microphone that the kernel does not describe: dsnoop's default. */
const USUAL_CHANNELS = 2;

const WRITTEN_BY =
  '# Written by dragoman for the device that it has chosen (dragoman devices): changes are lost.\n';

/**
 * ALSA's configuration for the device of a direction, as what stands within `pcm { … }`.
 *
 * The microphone: `plug` turns 16 kHz and one or two channels into what the card has, over a `dsnoop`, which sets the
 * period of the hardware itself and lets other programs record beside the daemon. The loudspeaker: `plug` over the
 * hardware, which is also the `default`, since `speaker` opens that one whatever its options say.
 *
 * Names are quoted; all else is a number, or a format of `parseStream`.
 */
export function alsaConfiguration(direction: Direction, source: Source): string {
  const name = GENERATED[direction];
  if (direction === 'capture') return `${WRITTEN_BY}${name} ${captureText(source)}\n`;
  const usual = `!default {\n  type asym\n  playback.pcm ${name}\n}`;
  return `${WRITTEN_BY}${name} ${playbackText(source)}\n${usual}\n`;
}

function captureText(source: Source): string {
  const { only, there } = source;
  // By default, plug mixes all channels.
  const table = only === undefined ? '' : ` ttable.0.${only} 1`;
  if ('device' in source) {
    const channels = only === undefined || there === undefined ? '' : ` slave.channels ${there}`;
    return `{ type plug${table} slave.pcm ${alsaString(source.device)}${channels} }`;
  }
  const { card, stream } = source;
  const best = bestFormat(stream, 'capture');
  const channels = best?.channels ?? Math.max(USUAL_CHANNELS, (only ?? 0) + 1);
  // dsnoop replaces unsupported values with the nearest supported ones, so a guess is harmless.
  const lines = [
    `pcm { type hw card ${alsaString(card.id)} device ${stream.device} }`,
    `rate ${best?.rateHz ?? USUAL_RATE_HZ}`,
    `channels ${channels}`,
    ...(best === undefined ? [] : [`format ${best.format}`]),
    `period_time ${PERIOD_US}`,
    `buffer_time ${BUFFER_US}`,
  ];
  return `{
  type plug${table}
  slave.pcm {
    type dsnoop
    ipc_key ${ipcKey(card)}
    ipc_key_add_uid true
    ipc_perm 0600
    slave {
      ${lines.join('\n      ')}
    }
  }
}`;
}

function playbackText(source: Source): string {
  if ('device' in source) return `{ type plug slave.pcm ${alsaString(source.device)} }`;
  const { card, stream } = source;
  // Other cards may need more than `hw`: HDMI on a Raspberry Pi accepts IEC 958 frames only. ALSA knows each card.
  if (card.usbPort === undefined) {
    const name =
      stream.device === 0 ? `sysdefault:CARD=${card.id}` : `plughw:CARD=${card.id},DEV=${stream.device}`;
    return `{ type plug slave.pcm ${alsaString(name)} }`;
  }
  const best = bestFormat(stream, 'playback');
  return `{
  type plug
  slave {
    pcm { type hw card ${alsaString(card.id)} device ${stream.device} }
    rate ${best?.rateHz ?? USUAL_RATE_HZ}
  }
}`;
}

/**
 * The key by which processes share a dsnoop. It changes each time the card is plugged in: otherwise a process that still
 * holds the unplugged card would be used, and it delivers no sound. ALSA adds the user's number, because one user cannot
 * open the dsnoop of another.
 */
function ipcKey({ id, plugging }: Pick<SoundCard, 'id' | 'plugging'>): number {
  let hash = 0;
  for (const char of `${id} ${plugging}`) hash = (hash * 31 + (char.codePointAt(0) as number)) % 0xff_ff_ff;
  return 0x64_00_00_00 + hash;
}

const STANDARD = '/usr/share/alsa/alsa.conf';

/**
 * Writes the generated configuration of each direction to separate files, so that an unusable card does not affect the
 * other direction. It is read after all other configuration of the machine.
 */
export class AlsaFiles {
  readonly #folder: string;
  readonly #written = new Map<Direction, string>();

  /** @param folder best in memory; created when needed, removed at the end if it is empty */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Environment variables for the programs that use it. */
  environment(direction: Direction): Readonly<Record<string, string>> {
    return { ALSA_CONFIG_PATH: this.#files(direction).main };
  }

  /** Replaces the configuration of a direction. @throws when the folder can't be written */
  write(direction: Direction, text: string): void {
    if (text === this.#written.get(direction)) return;
    const { main, definitions } = this.#files(direction);
    mkdirSync(this.#folder, { recursive: true });
    // A plain definition after the standard file is not enough: that file's hook loads /etc/asound.conf, ~/.asoundrc
    // and PulseAudio's 99-pulse.conf when all else has been read, and a default in one of those would win. A hook of
    // `pcm` itself runs later still, at the first look for a device.
    const before = (process.env.ALSA_CONFIG_PATH ?? STANDARD).split(/[: ]/).filter((one) => one !== '');
    replace(
      main,
      `${before.map((one) => `<${one}>`).join('\n')}\npcm.@hooks [ { func load files [ ${alsaString(definitions)} ] errors true } ]\n`,
    );
    replace(definitions, text);
    this.#written.set(direction, text);
  }

  remove(): void {
    if (this.#written.size === 0) return;
    for (const direction of this.#written.keys())
      for (const file of Object.values(this.#files(direction))) rmSync(file, { force: true });
    this.#written.clear();
    try {
      rmdirSync(this.#folder);
    } catch {
      // The folder is not empty: /run/dragoman holds the control socket.
    }
  }

  #files(direction: Direction): Readonly<Record<'main' | 'definitions', string>> {
    const device = DEVICES[direction];
    return {
      main: path.join(this.#folder, `${device}-alsa.conf`),
      definitions: path.join(this.#folder, `${device}-asound.conf`),
    };
  }
}

/** A program that opens a device at the same time reads either the old text or the new one. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
