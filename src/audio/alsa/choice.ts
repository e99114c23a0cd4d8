import type { CardStream, SoundCard } from './cards.ts';
import type { Direction, StreamFormat } from './stream-formats.ts';

/** The settings of one direction. */
export interface DeviceSettings {
  /** The name of an ALSA device, used unchanged. */
  readonly device?: string | undefined;
  /** A card: its id, `usb:` and its port, or its name in /dev/snd/by-path. */
  readonly card?: string | undefined;
}

/** The device of one direction, and the reason for the choice. */
export type Choice =
  | {
      readonly is: 'card';
      readonly card: SoundCard;
      readonly stream: CardStream;
      readonly why: string;
      /** The alternatives, the next best first. Empty where a card is set. */
      readonly others: readonly SoundCard[];
    }
  /** The name of an ALSA device, or undefined for the default; and the card in the name, if it exists. */
  | {
      readonly is: 'name';
      readonly device: string | undefined;
      readonly card: SoundCard | undefined;
      readonly why: string;
    }
  | { readonly is: 'missing'; readonly why: string };

/** There is no such device. The message lists the available cards. */
export class DeviceMissing extends Error {
  override readonly name = 'DeviceMissing';
}

/** Kinds of devices, the best first. */
const KINDS = [
  'first USB card',
  'first card',
  'first HDMI port',
  'first USB microphone',
  'first camera',
] as const;

const CAN: Readonly<Record<Direction, string>> = { capture: 'record', playback: 'play' };

/**
 * Chooses the device: the configured ALSA name; else the configured card; else ALSA's default if ALSA_CONFIG_PATH is
 * set; else the best card. A virtual card is used only if the configuration names it.
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

/** One line with the alternatives and the setting that chooses one. Empty if there are none. */
export function alsoText(direction: Direction, choice: Choice): string {
  if (choice.is !== 'card' || choice.others.length === 0) return '';
  return `also: ${choice.others.map(cardText).join(', ')}; set ${keyOf(direction)}.card`;
}

/** The rate, channels and format to use for a USB card. Undefined where the kernel lists no formats. */
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

/** A card's name and port, for people. */
export function cardText({ id, usbPort }: SoundCard): string {
  return usbPort === undefined ? id : `${id} (usb:${usbPort})`;
}

/** 48 kHz first: every device supports it. Then multiples of 16 kHz, then all others, higher rates first. */
function rateRank(rateHz: number): number {
  if (rateHz === 48_000) return 0;
  return rateHz % 16_000 === 0 ? 1 / rateHz : 1 + 1 / rateHz;
}

/**
 * An index of KINDS. The socket of a USB microphone is for headphones; the loudspeaker that people hear is on the jack, a
 * HAT or HDMI. A camera's microphone is far away and picks up the noise of its fan or motor.
 */
function suits(card: SoundCard, direction: Direction): 0 | 1 | 2 | 3 | 4 {
  const called = `${card.id} ${card.name}`;
  if (card.video || /\b(?:web)?cam(?:era)?\b/i.test(called)) return 4;
  if (/hdmi/i.test(called)) return 2;
  if (card.usbPort === undefined) return 1;
  return direction === 'playback' && mainlyRecords(card, called) ? 3 : 0;
}

/** Whether a USB card that can also play is a microphone: by its name, or by its number of channels. */
function mainlyRecords({ capture, playback }: SoundCard, called: string): boolean {
  if (capture === undefined || /\bspeaker/i.test(called)) return false;
  if (/\b(?:mic(?:s|rophones?)?|yeti|snowball|quadcast)\b/i.test(called)) return true;
  return mostChannels(capture) > mostChannels(playback);
}

/** 0 where the kernel lists no formats. */
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
