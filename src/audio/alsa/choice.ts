import type { CardStream, Direction, SoundCard, StreamFormat } from './cards.ts';

/** What the configuration says about one direction. */
export interface DeviceSettings {
  /** A name of ALSA's own: it is used as it stands. */
  readonly device?: string | undefined;
  /** A card: its id, `usb:` and its port, or its name in /dev/snd/by-path. */
  readonly card?: string | undefined;
}

/** The device of one direction, and why this one. */
export type Choice =
  | { readonly is: 'card'; readonly card: SoundCard; readonly stream: CardStream; readonly why: string }
  /** What ALSA calls so; its default where there is no name. The card that the name tells, if it is there. */
  | {
      readonly is: 'name';
      readonly device: string | undefined;
      readonly card: SoundCard | undefined;
      readonly why: string;
    }
  | { readonly is: 'missing'; readonly why: string };

/** There is no such device now. The message names what there is. */
export class DeviceMissing extends Error {
  override readonly name = 'DeviceMissing';
}

const CAN: Readonly<Record<Direction, string>> = { capture: 'record', playback: 'play' };

/**
 * Which device is used: the name of ALSA's that is set; the card that is set; ALSA's default where somebody has
 * configured ALSA by ALSA_CONFIG_PATH; else the first USB card that can, else the first that can, HDMI last.
 * @param alsaConfigured ALSA_CONFIG_PATH is set
 */
export function choose(
  direction: Direction,
  settings: DeviceSettings,
  cards: readonly SoundCard[],
  alsaConfigured: boolean,
): Choice {
  const key = direction === 'capture' ? 'microphone' : 'loudspeaker';
  if (settings.device !== undefined) {
    const id = cardNamedBy(settings.device);
    const card = cards.find((one) => one.id === id || String(one.index) === id);
    return { is: 'name', device: settings.device, card, why: `${key}.device names it` };
  }
  const able = cards.flatMap((card) => {
    const stream = card[direction];
    return stream === undefined ? [] : [{ card, stream }];
  });
  if (settings.card !== undefined) {
    const wanted = settings.card;
    const found = able.find(({ card }) => isCalled(card, wanted));
    if (found !== undefined) return { is: 'card', ...found, why: `${key}.card names it` };
    const other = cards.find((card) => isCalled(card, wanted));
    const why = other === undefined ? `no card "${wanted}"` : `the card "${wanted}" cannot ${CAN[direction]}`;
    return { is: 'missing', why: `${why} (${key}.card); ${whatIsThere(cards)}` };
  }
  if (alsaConfigured)
    return { is: 'name', device: undefined, card: undefined, why: "ALSA's default: ALSA_CONFIG_PATH is set" };
  const [first] = able.toSorted((a, b) => rank(a.card) - rank(b.card) || a.card.index - b.card.index);
  if (first === undefined)
    return { is: 'missing', why: `no card that can ${CAN[direction]}; ${whatIsThere(cards)}` };
  const kind = first.card.usbPort === undefined ? 'first card' : 'first USB card';
  return { is: 'card', ...first, why: `the ${kind} that can ${CAN[direction]}` };
}

/** Of a USB card: rate, channels and format at which its hardware is used. Undefined where the kernel tells nothing. */
export function bestFormat(
  { formats }: CardStream,
  direction: Direction,
): (StreamFormat & { readonly rateHz: number }) | undefined {
  const wantedChannels = direction === 'capture' ? 1 : 2;
  const candidates = formats.flatMap((format) => format.ratesHz.map((rateHz) => ({ ...format, rateHz })));
  return candidates.toSorted(
    (a, b) =>
      rateRank(a.rateHz) - rateRank(b.rateHz) ||
      Number(a.format !== 'S16_LE') - Number(b.format !== 'S16_LE') ||
      Math.abs(a.channels - wantedChannels) - Math.abs(b.channels - wantedChannels),
  )[0];
}

/** For people: where a card is and what it is called. */
export function cardText({ id, usbPort }: SoundCard): string {
  return usbPort === undefined ? id : `${id} (usb:${usbPort})`;
}

/** 48 kHz is what everything can; then what 16 kHz is a simple part of; then the higher, the better. */
function rateRank(rateHz: number): number {
  if (rateHz === 48_000) return 0;
  return rateHz % 16_000 === 0 ? 1 / rateHz : 1 + 1 / rateHz;
}

function rank(card: SoundCard): number {
  if (card.usbPort !== undefined) return 0;
  return /hdmi/i.test(`${card.id} ${card.name}`) ? 2 : 1;
}

function isCalled({ id, usbPort, byPath }: SoundCard, wanted: string): boolean {
  return wanted === id || (usbPort !== undefined && wanted === `usb:${usbPort}`) || wanted === byPath;
}

function whatIsThere(cards: readonly SoundCard[]): string {
  if (cards.length === 0) return 'there is no sound card at all';
  return `there is ${cards
    .map((card) => {
      const can = (['capture', 'playback'] as const).filter((direction) => card[direction] !== undefined);
      return `${cardText(card)}: ${can.length === 0 ? 'neither' : can.join(' and ')}`;
    })
    .join(', ')}`;
}

/** The card in `plughw:CARD=Device,DEV=0` and `hw:Device,0`, undefined in other names. */
function cardNamedBy(device: string): string | undefined {
  return /\bCARD=([^,]+)/.exec(device)?.[1] ?? /^(?:plug)?hw:([^,=]+)/.exec(device)?.[1];
}
