import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { printable } from '../../base/foreign-text.ts';
import { type Direction, parseStream, type StreamFormat } from './stream-formats.ts';

/** One direction of a card. */
export interface CardStream {
  /** ALSA's number of the device on the card, mostly 0. */
  readonly device: number;
  /** Empty where the kernel does not list them: it does so for USB cards only. */
  readonly formats: readonly StreamFormat[];
}

/** A sound card of this machine. */
export interface SoundCard {
  /** Changes from boot to boot, and from plug to plug (raspberrypi/linux#5592). */
  readonly index: number;
  /** ALSA's short name, `Device` or `vc4hdmi0`. The second card of a kind gets `Device_1`, whichever that is. */
  readonly id: string;
  /** The name that the device or its driver gives; made printable, otherwise untrusted. */
  readonly name: string;
  /** The USB port, like `1-1.3`: bus, then the port of each hub. Undefined if the card is not on USB. */
  readonly usbPort: string | undefined;
  /** Its name in /dev/snd/by-path, where udev gives one. */
  readonly byPath: string | undefined;
  /** There is no hardware: nobody hears what is played to it. */
  readonly virtual: boolean;
  /** The USB device also has a camera or a video input. */
  readonly video: boolean;
  readonly capture: CardStream | undefined;
  readonly playback: CardStream | undefined;
  /** Changes each time the card is plugged in. */
  readonly plugging: string;
}

export const CARD_PLACES = {
  /** The kernel's list of sound cards. */
  sysfs: '/sys/class/sound',
  /** Names and rates; may be hidden from a service. */
  procfs: '/proc/asound',
  /** udev's stable names. */
  byPath: '/dev/snd/by-path',
};
export type CardPlaces = Readonly<typeof CARD_PLACES>;

/** The ids that the kernel allows (linux, sound/core/init.c). */
const CARD_ID = /^[A-Za-z0-9_-]{1,15}$/;

/** The sound cards, by index; empty where there are none. Reads only files of the kernel. */
export function readCards(places: CardPlaces = CARD_PLACES): SoundCard[] {
  const listed = cardList(textOf(path.join(places.procfs, 'cards')));
  const paths = namesByPath(places.byPath);
  return cardFolders(places.sysfs).flatMap((folder) => {
    const index = Number(folder.slice('card'.length));
    const at = path.join(places.sysfs, folder);
    const id = textOf(path.join(at, 'id')).trim();
    if (!CARD_ID.test(id)) return []; // it has just been removed
    const device = realPathOf(path.join(at, 'device'));
    const stream = (direction: Direction) => streamOf(places, index, direction);
    return [
      {
        index,
        id,
        name: printable(listed.get(index)?.name || id),
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

/** Changes when a card is added, removed or changes its directions. Costs 13 µs for two cards (measured). */
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

function cardFolders(sysfs: string): string[] {
  return entries(sysfs)
    .filter((name) => /^card\d+$/.test(name))
    .toSorted((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
}

/** A card that is plugged in again may get the same number, but always a new entry in sysfs. */
function plugging(at: string): string {
  return String(lstatSync(at, { throwIfNoEntry: false })?.ino ?? 0);
}

interface Listed {
  readonly driver: string;
  readonly name: string;
}

/**
 * Parses lines like ` 1 [Device         ]: USB-Audio - USB PnP Sound Device`. The kernel prints the name of a USB device
 * unchanged, including line ends, so a name can imitate the line of another card. If a card has two lines, both are
 * ignored.
 */
function cardList(cards: string): Map<number, Listed> {
  const found = [...cards.matchAll(/^ *(\d+) \[.*?\]: (.*?) - (.*)$/gm)];
  const lines = Map.groupBy(found, ([, index]) => Number(index));
  return new Map(
    [...lines].flatMap(([index, [line, ...more]]) => {
      const [, , driver = '', name = ''] = line ?? [];
      return more.length > 0 ? [] : [[index, { driver: driver.trim(), name: name.trim() }] as const];
    }),
  );
}

/**
 * Recognises the kernel's modules snd-aloop, snd-dummy and snd-pcmtest and the USB gadget that acts as a sound card
 * (sound/drivers, drivers/usb/gadget/function/u_audio.c), by their device or, where that is hidden, by their driver.
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
  const text = textOf(path.join(places.procfs, `card${index}`, `stream${device}`), 'latin1');
  return { device, formats: parseStream(text, direction) };
}

/** `…/usb1/1-1/1-1.3/1-1.3:1.0` is interface 1.0 of the device at port 1-1.3. */
function usbPortOf(device: string): string | undefined {
  return /^(\d+-[\d.]+):\d+\.\d+$/.exec(path.basename(device))?.[1];
}

const realPathOf = (link: string) => orElse('', () => realpathSync(link));
const linkOf = (file: string) => orElse('', () => readlinkSync(file));
const entries = (folder: string) => orElse([], () => readdirSync(folder).toSorted());
const textOf = (file: string, encoding: 'utf8' | 'latin1' = 'utf8') =>
  orElse('', () => readFileSync(file, encoding));

/** @returns `value` where there is no such file: a card may be removed at any time */
function orElse<T>(value: T, read: () => T): T {
  try {
    return read();
  } catch {
    return value;
  }
}
