/** Into the computer, or out of it. */
export type Direction = 'capture' | 'playback';

/** A format that a USB card supports. */
export interface StreamFormat {
  /** ALSA's name, like S16_LE. */
  readonly format: string;
  readonly channels: number;
  /** In Hz, ascending. */
  readonly ratesHz: readonly number[];
}

/** Samples that ALSA can convert, by its own names (alsa-lib, pcm/pcm.c). */
const FORMATS: ReadonlySet<string> = new Set([
  ...['S8', 'U8', 'MU_LAW', 'A_LAW'],
  ...['S16', 'U16', 'S20', 'U20', 'S24', 'U24', 'S32', 'U32', 'FLOAT', 'FLOAT64'].flatMap(bothEndians),
  ...['S18_3', 'U18_3', 'S20_3', 'U20_3', 'S24_3', 'U24_3'].flatMap((name) => [`${name}LE`, `${name}BE`]),
]);

const MOST_CHANNELS = 32;
const LEAST_RATE_HZ = 4000;
const MOST_RATE_HZ = 768_000;

/** The rates that a range stands for. */
const COMMON_RATES_HZ = [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000];

/** The longest name that the kernel has for a card (linux, include/sound/core.h: `longname`), in bytes. */
const MOST_NAME_BYTES = 79;

/**
 * The formats in /proc/asound/cardN/streamM (linux, sound/usb/proc.c). It begins with the names of card and device, which
 * the device chooses and the kernel prints unchanged, including line ends: `NAME : DEVICE`, then `Playback:` and
 * `Capture:`. The names are skipped: NAME ends at the last " : " within its longest length, and the last of several
 * sections counts.
 * @param text each character a byte (latin1)
 * @returns only valid formats, numbers of channels and rates
 */
export function parseStream(text: string, direction: Direction): StreamFormat[] {
  const title = direction === 'capture' ? 'Capture' : 'Playback';
  const sections = text
    .slice(Math.max(0, text.lastIndexOf(' : ', MOST_NAME_BYTES)))
    .matchAll(new RegExp(`^${title}:\\n((?:[ \\t].*\\n?)*)`, 'gm'));
  const section = [...sections].at(-1)?.[1] ?? '';
  return section.split(/^\s*Altset /m).flatMap((altset) => {
    const value = (key: string) => new RegExp(`^\\s*${key}: (.+)$`, 'm').exec(altset)?.[1]?.trim() ?? '';
    const ratesHz = ratesOf(value('Rates'));
    const channels = Number(value('Channels'));
    const formats = value('Format')
      .split(' ')
      .filter((format) => FORMATS.has(format));
    if (!Number.isInteger(channels) || channels < 1 || channels > MOST_CHANNELS || ratesHz.length === 0)
      return [];
    return formats.map((format) => ({ format, channels, ratesHz }));
  });
}

function ratesOf(text: string): number[] {
  const range = /^(\d+) - (\d+)/.exec(text);
  if (range !== null)
    return COMMON_RATES_HZ.filter((rate) => rate >= Number(range[1]) && rate <= Number(range[2]));
  return [...text.matchAll(/\d+/g)]
    .map(Number)
    .filter((rate) => rate >= LEAST_RATE_HZ && rate <= MOST_RATE_HZ)
    .toSorted((a, b) => a - b);
}

function bothEndians(name: string): string[] {
  return [`${name}_LE`, `${name}_BE`];
}
