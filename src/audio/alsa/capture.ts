import type { SoundCard } from './cards.ts';
import { bestFormat, type Choice, cardText, choose, type DeviceSettings } from './choice.ts';
import type { Source } from './configuration.ts';

/** The settings of the microphone. */
export interface CaptureSettings extends DeviceSettings {
  /** The only channel to record, from 0. By default both of two channels, and the first of more. */
  readonly channel?: number | undefined;
}

/** `choose` for the microphone. A card without the configured channel counts as missing. */
export function chooseCapture(
  settings: CaptureSettings,
  cards: readonly SoundCard[],
  alsaConfigured: boolean,
): Choice {
  const choice = choose('capture', settings, cards, alsaConfigured);
  const channels = channelsOf(choice);
  const { channel = 0 } = settings;
  if (choice.is !== 'card' || channels === undefined || channel < channels) return choice;
  const why = `${cardText(choice.card)} has no channel ${channel} (microphone.channel): they are 0 to ${channels - 1}`;
  return { is: 'missing', why };
}

/** ALSA names of hardware devices. */
const HARDWARE = /^(?:plug)?(hw:.*)$/;

/**
 * The source for a generated definition with a `plug`. It is needed for a card, for names of hardware, which may not
 * support our rate and channels, and for any name if a single channel is recorded.
 * @returns undefined where the name is used unchanged
 */
export function captureSource(choice: Choice, settings: CaptureSettings): Source | undefined {
  const channels = captureChannels(choice, settings);
  if (choice.is === 'card') return { card: choice.card, stream: choice.stream, ...channels };
  if (choice.is !== 'name' || choice.device === undefined || choice.device === 'default') return undefined;
  const [, hardware] = HARDWARE.exec(choice.device) ?? [];
  if (hardware === undefined && settings.channel === undefined) return undefined;
  return { device: hardware ?? choice.device, ...channels };
}

/** The channels to record. */
export interface CaptureChannels {
  /** The only channel to record; undefined: all, as one or two. */
  readonly only: number | undefined;
  /** The number of channels that the recorder gets. */
  readonly recorded: 1 | 2;
  /** The number of channels of the card; undefined where it is not known. */
  readonly there: number | undefined;
}

/** A microphone array delivers the voice in its first channel, and raw capsules or the loudspeaker in the others. */
export function captureChannels(choice: Choice, { channel }: CaptureSettings): CaptureChannels {
  const there = channelsOf(choice);
  const only = channel ?? (there !== undefined && there > 2 ? 0 : undefined);
  return { only, recorded: only === undefined && there !== 1 ? 2 : 1, there };
}

function channelsOf(choice: Choice): number | undefined {
  const stream =
    choice.is === 'card' ? choice.stream : choice.is === 'name' ? choice.card?.capture : undefined;
  return stream === undefined ? undefined : bestFormat(stream, 'capture')?.channels;
}
