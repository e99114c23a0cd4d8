/** Sound cards as the kernel shows them, in folders that a test can change. */
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CardPlaces } from '../../../src/audio/alsa/cards.ts';

export interface CardDescription {
  readonly id: string;
  readonly name?: string;
  /** As /proc/asound/cards has it; USB-Audio if not given. */
  readonly driver?: string;
  /** In sysfs, of a card that is not on USB; its id if not given. */
  readonly platform?: string;
  /** Its USB device has an interface of this class, too: 0e is video. */
  readonly interfaceClass?: string;
  /** Where it is plugged in, like `1-1.3`. */
  readonly usbPort?: string;
  readonly byPath?: string;
  /** Entries of its folder; a capturing and a playing device 0 if not given. */
  readonly pcms?: readonly string[];
  /** Its /proc/asound/cardN/stream0. */
  readonly stream0?: string;
}

export class CardFiles {
  readonly places: CardPlaces;
  readonly #folder: string;
  readonly #cards = new Map<number, CardDescription>();
  #unplugged = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.places = {
      sysfs: path.join(folder, 'sys/class/sound'),
      procfs: path.join(folder, 'proc/asound'),
      byPath: path.join(folder, 'dev/snd/by-path'),
    };
  }

  plug(index: number, card: CardDescription): void {
    const { sysfs, procfs, byPath } = this.places;
    this.#cards.set(index, card);
    const device = path.join(
      this.#folder,
      card.usbPort === undefined
        ? `sys/devices/platform/${card.platform ?? card.id}`
        : `sys/devices/usb1/${card.usbPort}/${card.usbPort}:1.0`,
    );
    const own = path.join(device, 'sound', `card${index}`);
    const pcms = card.pcms ?? [`pcmC${index}D0c`, `pcmC${index}D0p`];
    for (const name of pcms) mkdirSync(path.join(own, name), { recursive: true });
    mkdirSync(own, { recursive: true });
    writeFileSync(path.join(own, 'id'), `${card.id}\n`);
    symlinkSync('../..', path.join(own, 'device'));
    if (card.interfaceClass !== undefined) {
      const other = path.join(path.dirname(device), `${card.usbPort}:1.2`);
      mkdirSync(other, { recursive: true });
      writeFileSync(path.join(other, 'bInterfaceClass'), `${card.interfaceClass}\n`);
    }
    mkdirSync(sysfs, { recursive: true });
    symlinkSync(own, path.join(sysfs, `card${index}`));
    mkdirSync(path.join(procfs, `card${index}`), { recursive: true });
    if (card.stream0 !== undefined) writeFileSync(path.join(procfs, `card${index}`, 'stream0'), card.stream0);
    if (card.byPath !== undefined) {
      mkdirSync(byPath, { recursive: true });
      symlinkSync(`../controlC${index}`, path.join(byPath, card.byPath));
    }
    this.#list();
  }

  unplug(index: number): void {
    const { sysfs, procfs, byPath } = this.places;
    const card = this.#cards.get(index);
    this.#cards.delete(index);
    // Moved away, not removed: a file system may give its number to the next entry, which sysfs does not.
    mkdirSync(path.join(this.#folder, 'gone'), { recursive: true });
    renameSync(path.join(sysfs, `card${index}`), path.join(this.#folder, 'gone', String(this.#unplugged++)));
    rmSync(path.join(procfs, `card${index}`), { recursive: true });
    if (card?.byPath !== undefined) rmSync(path.join(byPath, card.byPath));
    const kind =
      card?.usbPort === undefined ? `platform/${card?.platform ?? card?.id}` : `usb1/${card.usbPort}`;
    rmSync(path.join(this.#folder, 'sys/devices', kind), { recursive: true });
    this.#list();
  }

  #list(): void {
    const lines = [...this.#cards].map(
      ([index, { id, name = id, driver = 'USB-Audio' }]) =>
        ` ${index} [${id.padEnd(15)}]: ${driver} - ${name}\n                      at usb-3f980000.usb-1.3, full speed\n`,
    );
    writeFileSync(path.join(this.places.procfs, 'cards'), lines.join('') || '--- no soundcards ---\n');
  }
}

/** The kernel's description of a cheap USB sound stick (sound/usb/proc.c). */
export const STICK = `C-Media Electronics Inc. USB PnP Sound Device at usb-3f980000.usb-1.3, full speed : USB Audio

Playback:
  Status: Stop
  Interface 1
    Altset 1
    Format: S16_LE
    Channels: 2
    Endpoint: 0x01 (1 OUT) (ADAPTIVE)
    Rates: 48000, 44100
    Bits: 16
    Channel map: FL FR

Capture:
  Status: Running
    Interface = 2
    Altset = 1
    URBs = 2 [ 6 6 ]
    Momentary freq = 48000 Hz (0x30.0000)
  Interface 2
    Altset 1
    Format: S16_LE
    Channels: 1
    Endpoint: 0x82 (2 IN) (ASYNC)
    Rates: 48000, 44100
    Bits: 16
    Channel map: MONO
`;
