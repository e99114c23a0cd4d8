import { readCards } from '../../../src/audio/alsa/cards.ts';
import type { Route } from '../../../src/audio/alsa/devices.ts';
import { type CardDescription, CardFiles } from './card-files.ts';

/**
 * Sound cards that are plugged in and pulled out, for the real `AlsaDevices` over `places`, and for the simulated
 * devices over `isPlugged`. The files lie in a real folder: `AlsaDevices` reads them synchronously.
 */
export class VirtualCards {
  readonly #files: CardFiles;
  /** By name. */
  readonly #cards = new Map<string, { readonly index: number; readonly plugging: string }>();
  readonly #listeners = new Set<() => void>();

  /** @param folder an empty one; its maker removes it */
  constructor(folder: string) {
    this.#files = new CardFiles(folder);
  }

  /** For `AlsaDevices`. */
  get places() {
    return this.#files.places;
  }

  /** Names of the cards that are plugged in, the first one plugged in first. */
  get names(): string[] {
    return [...this.#cards.keys()];
  }

  /** The card gets the lowest free number. @param card its name, or more about it */
  plug(card: string | CardDescription): void {
    const description = typeof card === 'string' ? { id: card } : card;
    if (this.#cards.has(description.id)) throw new Error(`the card ${description.id} is plugged in already`);
    const used = new Set([...this.#cards.values()].map(({ index }) => index));
    let index = 0;
    while (used.has(index)) index += 1;
    this.#files.plug(index, description);
    const { plugging = '' } = readCards(this.places).find((one) => one.index === index) ?? {};
    this.#cards.set(description.id, { index, plugging });
    this.#changed();
  }

  unplug(name: string): void {
    const card = this.#cards.get(name);
    if (card === undefined) throw new Error(`there is no card ${name}: ${this.names.join(', ')}`);
    this.#cards.delete(name);
    this.#files.unplug(card.index);
    this.#changed();
  }

  /** Whether what a route of `AlsaDevices` was made for is still plugged in. Of other names nothing is known: they are. */
  isPlugged({ identity }: Route): boolean {
    const plugging = /^.* (\d*)$/.exec(identity)?.[1] ?? '';
    return plugging === '' || [...this.#cards.values()].some((card) => card.plugging === plugging);
  }

  /** Calls at once when a card was plugged in or pulled out. @returns ends it */
  listen(changed: () => void): () => void {
    const listener = () => changed();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
