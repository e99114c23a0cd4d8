import { type Clock, REAL_TIME } from '../../base/time.ts';
import { type CaptureSettings, captureChannels, captureSource, chooseCapture } from './capture.ts';
import { CARD_PLACES, type CardPlaces, cardsMark, readCards, type SoundCard } from './cards.ts';
import { type Choice, choose, DeviceMissing, type DeviceSettings } from './choice.ts';
import { AlsaFiles, alsaConfiguration, GENERATED, type Source } from './configuration.ts';
import type { Direction } from './stream-formats.ts';

/** What a recorder or a player is to open now. */
export interface Route {
  /** ALSA's name; undefined for ALSA's default. */
  readonly device: string | undefined;
  /** More for the environment of the program that opens it. */
  readonly environment: Readonly<Record<string, string>>;
  /** That a recorder is to ask for; 1 by default. */
  readonly channels?: 1 | 2;
  /** Another one when another device is meant, or the same one plugged in again. */
  readonly identity: string;
}

/** One direction's device, looked up each time that it is opened. */
export interface Routing {
  /** @throws DeviceMissing when there is none, naming what there is */
  resolve(): Route;
  /** Calls when cards have come or gone, within a second. @returns ends it */
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
   * A card was chosen that was not before, or is plugged in again. The signal is aborted when it is the chosen one no
   * longer, or nobody watches any more. `choice` says why it is, and which others could be meant.
   */
  readonly chosen?: (direction: Direction, card: SoundCard, signal: AbortSignal, choice: Choice) => void;
  readonly places?: CardPlaces;
  readonly clock?: Clock;
}

/** Cards are looked for at this interval, in milliseconds. */
const LOOK_MS = 500;

/**
 * The microphone and the loudspeaker of the configuration among the sound cards that there are. Without inotify and
 * udev: the folder /dev/snd itself comes and goes with the cards, and in a container nothing reports it.
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

/** A device that the name of a card is part of comes and goes with that card; of others nothing is known. */
function nameIdentity({ device, card }: Extract<Choice, { is: 'name' }>): string {
  return `${device ?? 'default'} ${card?.plugging ?? ''}`;
}

function sourceOf(choice: Choice): Source | undefined {
  if (choice.is === 'card') return { card: choice.card, stream: choice.stream };
  return choice.is === 'name' && choice.device !== undefined ? { device: choice.device } : undefined;
}
