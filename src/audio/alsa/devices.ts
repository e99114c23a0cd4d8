import { type Clock, REAL_TIME } from '../../base/time.ts';
import { type CaptureSettings, captureChannels, captureSource, chooseCapture } from './capture.ts';
import { CARD_PLACES, type CardPlaces, cardsMark, readCards, type SoundCard } from './cards.ts';
import { type Choice, choose, DeviceMissing, type DeviceSettings } from './choice.ts';
import { AlsaFiles, alsaConfiguration, GENERATED, type Source } from './configuration.ts';
import type { Direction } from './stream-formats.ts';

/** The device for a recorder or a player to open. */
export interface Route {
  /** ALSA's name; undefined for ALSA's default. */
  readonly device: string | undefined;
  /** Additional environment variables of the program that opens it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The number of channels that a recorder asks for; 1 by default. */
  readonly channels?: 1 | 2;
  /** Differs for each device, and each time a device is plugged in. */
  readonly identity: string;
}

/** One direction's device, looked up each time that it is opened. */
export interface Routing {
  /** @throws DeviceMissing when there is none, naming what there is */
  resolve(): Route;
  /** Calls `changed` within a second after cards were added or removed. @returns ends it */
  watch(changed: () => void): () => void;
}

/** The device that ALSA knows by this name, or its default. */
export function named(device?: string): Routing {
  return {
    resolve: () => ({ device, environment: {}, identity: device ?? 'default' }),
    watch: () => () => {},
  };
}

export interface AlsaDevicesOptions {
  readonly microphone: CaptureSettings;
  readonly loudspeaker: DeviceSettings;
  /** Where ALSA_CONFIG_PATH is set, ALSA's default is used unless a device is named. Of this process by default. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Of the generated configuration, for this process alone; best in memory. */
  readonly folder: string;
  /**
   * Another card was chosen, or the same card was plugged in again. The signal is aborted when another card is chosen or
   * nobody watches any more. `choice` gives the reason and the alternatives.
   */
  readonly chosen?: (direction: Direction, card: SoundCard, signal: AbortSignal, choice: Choice) => void;
  readonly places?: CardPlaces;
  readonly clock?: Clock;
}

/** The interval between two looks at the cards, in milliseconds. */
const LOOK_MS = 500;

/**
 * Finds the configured microphone and loudspeaker among the sound cards. It polls instead of using inotify or udev: the
 * folder /dev/snd disappears with the last card, and a container receives no such events.
 */
export class AlsaDevices {
  readonly capture: Routing;
  readonly playback: Routing;
  readonly #options: AlsaDevicesOptions;
  readonly #places: CardPlaces;
  readonly #clock: Clock;
  readonly #files: AlsaFiles;
  readonly #watchers = new Set<() => void>();
  readonly #chosen = new Map<Direction, { readonly identity: string; readonly ends: AbortController }>();
  #mark = '';
  #stopLooking = () => {};

  constructor(options: AlsaDevicesOptions) {
    this.#options = options;
    this.#places = options.places ?? CARD_PLACES;
    this.#clock = options.clock ?? REAL_TIME;
    this.#files = new AlsaFiles(options.folder);
    this.capture = this.#routing('capture');
    this.playback = this.#routing('playback');
  }

  /** Removes the files. Also happens when nobody watches any more. */
  close(): void {
    this.#stopLooking();
    for (const { ends } of this.#chosen.values()) ends.abort();
    this.#files.remove();
  }

  #routing(direction: Direction): Routing {
    return {
      resolve: () => this.#resolve(direction),
      watch: (changed) => this.#watch(changed),
    };
  }

  #choice(direction: Direction): Choice {
    const cards = readCards(this.#places);
    const { microphone, loudspeaker, environment = process.env } = this.#options;
    const configured = (environment.ALSA_CONFIG_PATH ?? '') !== '';
    return direction === 'capture'
      ? chooseCapture(microphone, cards, configured)
      : choose(direction, loudspeaker, cards, configured);
  }

  #resolve(direction: Direction): Route {
    const choice = this.#choice(direction);
    if (choice.is === 'missing') {
      this.#report(direction, choice, undefined);
      throw new DeviceMissing(choice.why);
    }
    const { microphone } = this.#options;
    const source = direction === 'capture' ? captureSource(choice, microphone) : sourceOf(choice);
    const name = choice.is === 'name' ? choice.device : undefined;
    const identity =
      choice.is === 'name' ? nameIdentity(choice) : `${choice.card.id} ${choice.card.plugging}`;
    if (source !== undefined) this.#files.write(direction, alsaConfiguration(direction, source));
    this.#report(direction, choice, choice.card);
    if (source === undefined) return { device: name, environment: {}, identity };
    const environment = this.#files.environment(direction);
    if (direction === 'playback') return { device: name ?? GENERATED.playback, environment, identity };
    const { recorded } = captureChannels(choice, microphone);
    return { device: GENERATED.capture, environment, channels: recorded, identity };
  }

  #report(direction: Direction, choice: Choice, card: SoundCard | undefined): void {
    const before = this.#chosen.get(direction);
    const identity = card === undefined ? undefined : `${card.id} ${card.plugging}`;
    if (before?.identity === identity) return;
    before?.ends.abort();
    this.#chosen.delete(direction);
    if (card === undefined || identity === undefined) return;
    const ends = new AbortController();
    this.#chosen.set(direction, { identity, ends });
    this.#options.chosen?.(direction, card, ends.signal, choice);
  }

  #watch(changed: () => void): () => void {
    if (this.#watchers.size === 0) {
      this.#mark = cardsMark(this.#places);
      this.#look();
    }
    const watcher = () => changed(); // the same function may watch twice
    this.#watchers.add(watcher);
    return () => {
      if (this.#watchers.delete(watcher) && this.#watchers.size === 0) this.close();
    };
  }

  #look(): void {
    this.#stopLooking = this.#clock.after(LOOK_MS, () => this.#look());
    const mark = cardsMark(this.#places);
    if (mark === this.#mark) return;
    this.#mark = mark;
    for (const watcher of [...this.#watchers]) watcher();
  }
}

/** A device whose name contains a card is added and removed with that card. Nothing is known of other names. */
function nameIdentity({ device, card }: Extract<Choice, { is: 'name' }>): string {
  return `${device ?? 'default'} ${card?.plugging ?? ''}`;
}

function sourceOf(choice: Choice): Source | undefined {
  if (choice.is === 'card') return { card: choice.card, stream: choice.stream };
  return choice.is === 'name' && choice.device !== undefined ? { device: choice.device } : undefined;
}
