import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Into the computer, or out of it. */
export type Direction = 'capture' | 'playback';

/** What a USB card can do in one of its settings. */
export interface StreamFormat {
  /** ALSA's name, like S16_LE. */
  readonly format: string;
  readonly channels: number;
  /** In Hz, ascending. */
  readonly ratesHz: readonly number[];
}

/** One direction of a card. */
export interface CardStream {
  /** ALSA's number of the device on the card, mostly 0. */
  readonly device: number;
  /** Empty where the kernel does not tell: only of USB cards it does. */
  readonly formats: readonly StreamFormat[];
}

/** A sound card that is there now. */
export interface SoundCard {
  /** Changes from boot to boot, and from plug to plug (raspberrypi/linux#5592). */
  readonly index: number;
  /** ALSA's short name, `Device` or `vc4hdmi0`. The second card of a kind gets `Device_1`, whichever that is. */
  readonly id: string;
  readonly name: string;
  /** The port it is plugged into, like `1-1.3`: bus, then the ports from hub to hub. Undefined if it is not on USB. */
  readonly usbPort: string | undefined;
  /** Its name in /dev/snd/by-path, where udev gives one. */
  readonly byPath: string | undefined;
  /** There is no hardware to it: what is played to it is heard nowhere. */
  readonly virtual: boolean;
  /** The USB device that it is part of has a camera, or takes pictures from a cable. */
  readonly video: boolean;
  readonly capture: CardStream | undefined;
  readonly playback: CardStream | undefined;
  /** Another one each time that it is plugged in. */
  readonly plugging: string;
}

export interface CardPlaces {
  /** Where the kernel lists what it has. */
  readonly sysfs: string;
  /** Names and rates; may be hidden from a service. */
  readonly procfs: string;
  /** udev's stable names. */
  readonly byPath: string;
}

export const CARD_PLACES: CardPlaces = {
  sysfs: '/sys/class/sound',
  procfs: '/proc/asound',
  byPath: '/dev/snd/by-path',
};

/** What a range of rates is taken to mean. */
const COMMON_RATES_HZ = [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000];

/** The sound cards that are there, by index. None where there is no sound at all. Reads files of the kernel only. */
export function readCards(places: CardPlaces = CARD_PLACES): SoundCard[] {
  const listed = cardList(textOf(path.join(places.procfs, 'cards')));
  const paths = namesByPath(places.byPath);
  return cardFolders(places.sysfs).flatMap((folder) => {
    const index = Number(folder.slice('card'.length));
    const at = path.join(places.sysfs, folder);
    const id = textOf(path.join(at, 'id')).trim();
    if (id === '') return []; // it has just gone
    const device = realPathOf(path.join(at, 'device'));
    const stream = (direction: Direction) => streamOf(places, index, direction);
    return [
      {
        index,
        id,
        name: listed.get(index)?.name ?? id,
        usbPort: usbPortOf(device),
        byPath: paths.get(index),
        virtual: isVirtual(device, listed.get(index)?.driver),
        video: hasVideo(device),
        capture: stream('capture'),
        playback: stream('playback'),
        plugging: plugging(at),
      },
    ];
  });
}

/** Changes with every card that comes or goes, and with what each can do. Costs 13 µs for two cards (measured). */
export function cardsMark({ sysfs }: CardPlaces = CARD_PLACES): string {
  return cardFolders(sysfs)
    .map((folder) => {
      const at = path.join(sysfs, folder);
      return `${folder} ${plugging(at)} ${entries(at)
        .filter((name) => name.startsWith('pcm'))
        .join(' ')}`;
    })
    .join('\n');
}

/** The formats in /proc/asound/cardN/streamM (linux, sound/usb/proc.c). */
export function parseStream(text: string, direction: Direction): StreamFormat[] {
  const title = direction === 'capture' ? 'Capture' : 'Playback';
  const part = new RegExp(`^${title}:\\n((?:[ \\t].*\\n?)*)`, 'm').exec(text)?.[1] ?? '';
  return part.split(/^\s*Altset /m).flatMap((altset) => {
    const value = (key: string) => new RegExp(`^\\s*${key}: (.+)$`, 'm').exec(altset)?.[1]?.trim();
    const rates = ratesOf(value('Rates') ?? '');
    const format = value('Format');
    const channels = Number(value('Channels'));
    return format === undefined || !(channels > 0) || rates.length === 0
      ? []
      : [{ format, channels, ratesHz: rates }];
  });
}

function ratesOf(text: string): number[] {
  const range = /^(\d+) - (\d+)/.exec(text);
  if (range !== null) {
    return COMMON_RATES_HZ.filter((rate) => rate >= Number(range[1]) && rate <= Number(range[2]));
  }
  return [...text.matchAll(/\d+/g)].map(Number).toSorted((a, b) => a - b);
}

function cardFolders(sysfs: string): string[] {
  return entries(sysfs)
    .filter((name) => /^card\d+$/.test(name))
    .toSorted((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
}

/** A card that is plugged in again may get the same number; its entry in sysfs is a new one all the same. */
function plugging(at: string): string {
  return String(lstatSync(at, { throwIfNoEntry: false })?.ino ?? 0);
}

interface Listed {
  readonly driver: string;
  readonly name: string;
}

/** ` 1 [Device         ]: USB-Audio - USB PnP Sound Device`, and a line that says where. */
function cardList(cards: string): Map<number, Listed> {
  const found = cards.matchAll(/^ *(\d+) \[.*?\]: (.*?) - (.*)$/gm);
  return new Map(
    [...found].map(([, index, driver = '', name = '']) => [
      Number(index),
      { driver: driver.trim(), name: name.trim() },
    ]),
  );
}

/**
 * The kernel's modules snd-aloop, snd-dummy and snd-pcmtest, and what a computer shows as a USB sound card to another
 * one (sound/drivers, drivers/usb/gadget/function/u_audio.c), by their device or, where that is hidden, their driver.
 */
function isVirtual(device: string, driver = ''): boolean {
  return (
    /^(?:snd_aloop|snd_dummy|pcmtest|gadget)(?:\.\d+)?$/.test(path.basename(device)) ||
    /^(?:Loopback|Dummy|PCM-TEST Driver|UAC\d_Gadget)$/.test(driver)
  );
}

/** USB's interface class of video. */
const VIDEO_CLASS = '0e';

function hasVideo(device: string): boolean {
  if (usbPortOf(device) === undefined) return false;
  const whole = path.dirname(device);
  const classes = entries(whole).map((entry) => textOf(path.join(whole, entry, 'bInterfaceClass')).trim());
  return classes.includes(VIDEO_CLASS);
}

function namesByPath(folder: string): Map<number, string> {
  return new Map(
    entries(folder).flatMap((name) => {
      const control = /controlC(\d+)$/.exec(linkOf(path.join(folder, name)));
      return control === null ? [] : [[Number(control[1]), name] as const];
    }),
  );
}

function streamOf(places: CardPlaces, index: number, direction: Direction): CardStream | undefined {
  const pattern = new RegExp(`^pcmC\\d+D(\\d+)${direction === 'capture' ? 'c' : 'p'}$`);
  const devices = entries(path.join(places.sysfs, `card${index}`)).flatMap((name) => {
    const device = pattern.exec(name)?.[1];
    return device === undefined ? [] : [Number(device)];
  });
  if (devices.length === 0) return undefined;
  const device = Math.min(...devices);
  const text = textOf(path.join(places.procfs, `card${index}`, `stream${device}`));
  return { device, formats: parseStream(text, direction) };
}

/** `…/usb1/1-1/1-1.3/1-1.3:1.0` is interface 1.0 of what is plugged into 1-1.3. */
function usbPortOf(device: string): string | undefined {
  return /^(\d+-[\d.]+):\d+\.\d+$/.exec(path.basename(device))?.[1];
}

/** Empty where there is none. */
function realPathOf(link: string): string {
  try {
    return realpathSync(link);
  } catch {
    return '';
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
