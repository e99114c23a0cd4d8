import type { CardStream, SoundCard } from './cards.ts';
import type { Direction, StreamFormat } from './stream-formats.ts';

/** What the configuration says about one direction. */
export interface DeviceSettings {
  /** A name of ALSA's own: it is used as it stands. */
  readonly device?: string | undefined;
  /** A card: its id, `usb:` and its port, or its name in /dev/snd/by-path. */
  readonly card?: string | undefined;
}

/** The device of one direction, and why this one. */
export type Choice =
  | {
      readonly is: 'card';
      readonly card: SoundCard;
      readonly stream: CardStream;
      readonly why: string;
      /** The other cards that could be meant, the next best first. None where a card is set. */
      readonly others: readonly SoundCard[];
    }
  /** A name of ALSA's; its default where there is none. The card that is part of the name, if it is there. */
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

/** By how well they suit. */
const KINDS = [
  'first USB card',
  'first card',
  'first HDMI port',
  'first USB microphone',
  'first camera',
] as const;

const CAN: Readonly<Record<Direction, string>> = { capture: 'record', playback: 'play' };

/**
 * Which device is used: the name of ALSA's that is set; the card that is set; ALSA's default where ALSA is configured
 * by ALSA_CONFIG_PATH; else the first of those that suit best. A virtual card is used only where it is
 * named.
 * @param alsaConfigured ALSA_CONFIG_PATH is set
 */
export function choose(
  direction: Direction,
  settings: DeviceSettings,
  cards: readonly SoundCard[],
  alsaConfigured: boolean,
): Choice {
  const key = keyOf(direction);
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
    if (found !== undefined) return { is: 'card', ...found, why: `${key}.card names it`, others: [] };
    const other = cards.find((card) => isCalled(card, wanted));
    const why = other === undefined ? `no card "${wanted}"` : `the card "${wanted}" cannot ${CAN[direction]}`;
    return { is: 'missing', why: `${why} (${key}.card); ${whatIsThere(cards)}` };
  }
  if (alsaConfigured)
    return { is: 'name', device: undefined, card: undefined, why: "ALSA's default: ALSA_CONFIG_PATH is set" };
  const [first, ...others] = able
    .filter(({ card }) => !card.virtual)
    .toSorted((a, b) => suits(a.card, direction) - suits(b.card, direction) || a.card.index - b.card.index);
  if (first === undefined)
    return { is: 'missing', why: `no card that can ${CAN[direction]}; ${whatIsThere(cards)}` };
  const why = `the ${KINDS[suits(first.card, direction)]} that can ${CAN[direction]}`;
  return { is: 'card', ...first, why, others: others.map(({ card }) => card) };
}

/** In one line: the other cards that could be meant, and how one of them is chosen. Empty where there is none. */
export function alsoText(direction: Direction, choice: Choice): string {
  if (choice.is !== 'card' || choice.others.length === 0) return '';
  return `also: ${choice.others.map(cardText).join(', ')}; set ${keyOf(direction)}.card`;
}

/** Of a USB card: rate, channels and format at which its hardware is used. Undefined where the kernel lists no formats. */
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

/**
 * An index of KINDS, the best first. A microphone's own socket is for headphones: people stand before the loudspeaker
 * that is on the jack, a HAT or HDMI. A camera's microphone is far away, and hears its fan or its motor.
 */
function suits(card: SoundCard, direction: Direction): 0 | 1 | 2 | 3 | 4 {
  const called = `${card.id} ${card.name}`;
  if (card.video || /\b(?:web)?cam(?:era)?\b/i.test(called)) return 4;
  if (/hdmi/i.test(called)) return 2;
  if (card.usbPort === undefined) return 1;
  return direction === 'playback' && mainlyRecords(card, called) ? 3 : 0;
}

/** Of a USB card that can play as well: by its name, or by what it has more of. */
function mainlyRecords({ capture, playback }: SoundCard, called: string): boolean {
  if (capture === undefined || /\bspeaker/i.test(called)) return false;
  if (/\b(?:mic(?:s|rophones?)?|yeti|snowball|quadcast)\b/i.test(called)) return true;
  return mostChannels(capture) > mostChannels(playback);
}

/** 0 where the kernel lists none. */
function mostChannels(stream: CardStream | undefined): number {
  return Math.max(0, ...(stream?.formats ?? []).map(({ channels }) => channels));
}

function keyOf(direction: Direction): 'microphone' | 'loudspeaker' {
  return direction === 'capture' ? 'microphone' : 'loudspeaker';
}

function isCalled({ id, usbPort, byPath }: SoundCard, wanted: string): boolean {
  return wanted === id || (usbPort !== undefined && wanted === `usb:${usbPort}`) || wanted === byPath;
}

function whatIsThere(cards: readonly SoundCard[]): string {
  if (cards.length === 0) return 'there is no sound card at all';
  return `there is ${cards
    .map((card) => {
      const can = (['capture', 'playback'] as const).filter((direction) => card[direction] !== undefined);
      const what = can.length === 0 ? 'neither' : can.join(' and ');
      return `${cardText(card)}: ${what}${card.virtual ? ' (virtual: used only where it is set)' : ''}`;
    })
    .join(', ')}`;
}

/** The card in `plughw:CARD=Device,DEV=0` and `hw:Device,0`, undefined in other names. */
function cardNamedBy(device: string): string | undefined {
  return /\bCARD=([^,]+)/.exec(device)?.[1] ?? /^(?:plug)?hw:([^,=]+)/.exec(device)?.[1];
}
