import type { SoundCard } from './cards.ts';
import { bestFormat, type Choice, cardText, choose, type DeviceSettings } from './choice.ts';
import type { Source } from './configuration.ts';

/** What the configuration says about the microphone. */
export interface CaptureSettings extends DeviceSettings {
  /** The channel that is recorded alone, from 0; else both of two, and the first of more. */
  readonly channel?: number | undefined;
}

/** `choose` for the microphone. A card that has no such channel as is set is not recorded from. */
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

/** A card's own hardware, by a name of ALSA's. */
const HARDWARE = /^(?:plug)?(hw:.*)$/;

/**
 * Where the microphone is opened by our own definition, with a `plug` before it: a card always; of names, those of
 * hardware, which may have neither our rate nor our channels, and any of which one channel is wanted.
 * @returns undefined where the name is used as it stands
 */
export function captureSource(choice: Choice, settings: CaptureSettings): Source | undefined {
  const channels = captureChannels(choice, settings);
  if (choice.is === 'card') return { card: choice.card, stream: choice.stream, ...channels };
  if (choice.is !== 'name' || choice.device === undefined || choice.device === 'default') return undefined;
  const [, hardware] = HARDWARE.exec(choice.device) ?? [];
  if (hardware === undefined && settings.channel === undefined) return undefined;
  return { device: hardware ?? choice.device, ...channels };
}

/** Which of the device's channels are recorded. */
export interface CaptureChannels {
  /** The one that is recorded alone; undefined: all, as one or two. */
  readonly only: number | undefined;
  /** How many the recorder gets. */
  readonly recorded: 1 | 2;
  /** How many the card has; undefined where it is not known. */
  readonly there: number | undefined;
}

/** Of microphone arrays the first channel is the voice; the others are raw capsules, or what the loudspeaker plays. */
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
