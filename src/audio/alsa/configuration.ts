import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CardStream, Direction, SoundCard } from './cards.ts';
import { bestFormat } from './choice.ts';

/** A card's direction, or what ALSA itself calls so. */
export type Source = {
  /** The channel that is recorded alone, and how many there are, where that is known. */
  readonly only?: number | undefined;
  readonly there?: number | undefined;
} & (
  | { readonly card: Pick<SoundCard, 'id' | 'usbPort' | 'plugging'>; readonly stream: CardStream }
  | { readonly device: string }
);

/** What the chosen devices are called in the generated configuration. */
export const GENERATED: Readonly<Record<Direction, string>> = {
  capture: 'dragoman_microphone',
  playback: 'dragoman_loudspeaker',
};

/** arecord hands sound over a period at a time, in microseconds; a longer one would hold the end of an utterance back. */
const PERIOD_US = 20_000;
/** So much may wait while the recorder is held up, in microseconds. */
const BUFFER_US = 200_000;
/** USB cards can do it, HDMI does nothing else. */
const USUAL_RATE_HZ = 48_000;
/** Of a microphone of which the kernel tells nothing: what dsnoop asks for by itself. */
const USUAL_CHANNELS = 2;

/**
 * ALSA's configuration for the devices, as what stands within `pcm { … }`.
 *
 * The microphone: `plug` turns 16 kHz and one or two channels into what the card has, over a `dsnoop`, which sets the
 * period of the hardware itself and lets somebody listen in beside the daemon. The loudspeaker: `plug` over the
 * hardware. Both are also the `default`, since `speaker` opens that one whatever its options say.
 */
export function alsaConfiguration(sources: {
  readonly capture?: Source | undefined;
  readonly playback?: Source | undefined;
}): string {
  const { capture, playback } = sources;
  const parts = [
    '# Written by dragoman for the devices that it has chosen (dragoman devices): changes are lost.',
  ];
  if (capture !== undefined) parts.push(`${GENERATED.capture} ${captureText(capture)}`);
  if (playback !== undefined) parts.push(`${GENERATED.playback} ${playbackText(playback)}`);
  const sides = [
    ...(playback === undefined ? [] : [`  playback.pcm ${GENERATED.playback}`]),
    ...(capture === undefined ? [] : [`  capture.pcm ${GENERATED.capture}`]),
  ];
  if (sides.length > 0) parts.push(`!default {\n  type asym\n${sides.join('\n')}\n}`);
  return `${parts.join('\n')}\n`;
}

function captureText(source: Source): string {
  const { only, there } = source;
  // Left to itself, plug makes the mean of all channels.
  const table = only === undefined ? '' : ` ttable.0.${only} 1`;
  if ('device' in source) {
    const channels = only === undefined || there === undefined ? '' : ` slave.channels ${there}`;
    return `{ type plug${table} slave.pcm ${quoted(source.device)}${channels} }`;
  }
  const { card, stream } = source;
  const best = bestFormat(stream, 'capture');
  const channels = best?.channels ?? Math.max(USUAL_CHANNELS, (only ?? 0) + 1);
  // What is not there is replaced by dsnoop with what comes nearest, so a guess does no harm.
  const lines = [
    `pcm { type hw card ${quoted(card.id)} device ${stream.device} }`,
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
  if ('device' in source) return `{ type plug slave.pcm ${quoted(source.device)} }`;
  const { card, stream } = source;
  // What is no USB card may need more than `hw`: HDMI on a Raspberry Pi takes IEC 958 frames only. ALSA knows each.
  if (card.usbPort === undefined) {
    const name =
      stream.device === 0 ? `sysdefault:CARD=${card.id}` : `plughw:CARD=${card.id},DEV=${stream.device}`;
    return `{ type plug slave.pcm ${quoted(name)} }`;
  }
  const best = bestFormat(stream, 'playback');
  return `{
  type plug
  slave {
    pcm { type hw card ${quoted(card.id)} device ${stream.device} }
    rate ${best?.rateHz ?? USUAL_RATE_HZ}
  }
}`;
}

/**
 * What processes find the same dsnoop by. Another one for each plugging: what still holds a card that was pulled out
 * would be taken for the new one otherwise, and gives no sound. ALSA adds the number of the user: what another one
 * has left could not be opened.
 */
function ipcKey({ id, plugging }: Pick<SoundCard, 'id' | 'plugging'>): number {
  let hash = 0;
  for (const char of `${id} ${plugging}`) hash = (hash * 31 + (char.codePointAt(0) as number)) % 0xff_ff_ff;
  return 0x64_00_00_00 + hash;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

const STANDARD = '/usr/share/alsa/alsa.conf';

/** The generated configuration as files, behind everything else that the machine configures. */
export class AlsaFiles {
  readonly #folder: string;
  readonly #main: string;
  readonly #definitions: string;
  #written: string | undefined;

  /** @param folder its own, best in memory; made when it is needed, and left only if others put something there */
  constructor(folder: string) {
    this.#folder = folder;
    this.#main = path.join(folder, 'alsa.conf');
    this.#definitions = path.join(folder, 'asound.conf');
  }

  /** For the environment of who is to use it. */
  get environment(): Readonly<Record<string, string>> {
    return { ALSA_CONFIG_PATH: this.#main };
  }

  /** Puts a configuration in place of the one before it. @throws when the folder can't be written */
  write(text: string): void {
    if (text === this.#written) return;
    mkdirSync(this.#folder, { recursive: true });
    // A plain definition behind the standard file is not enough: that file's hook loads /etc/asound.conf, ~/.asoundrc
    // and PulseAudio's 99-pulse.conf when all else has been read, and a default in one of those would win. A hook of
    // `pcm` itself runs later still, at the first look for a device.
    const before = (process.env.ALSA_CONFIG_PATH ?? STANDARD).split(/[: ]/).filter((one) => one !== '');
    replace(
      this.#main,
      `${before.map((one) => `<${one}>`).join('\n')}\npcm.@hooks [ { func load files [ ${quoted(this.#definitions)} ] errors true } ]\n`,
    );
    replace(this.#definitions, text);
    this.#written = text;
  }

  remove(): void {
    if (this.#written === undefined) return;
    this.#written = undefined;
    rmSync(this.#main, { force: true });
    rmSync(this.#definitions, { force: true });
    try {
      rmdirSync(this.#folder);
    } catch {
      // Others have put something there too: /run/dragoman holds the control socket.
    }
  }
}

/** Whoever opens a device meanwhile reads the old text or the new one. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
