import type { Clock } from '../../time.ts';

/** A model that was refused is asked for again after this, in milliseconds: it may have been a slip of the service. */
const GONE_MS = 60 * 60_000;

/** The configured models, in their order, without those that the service does not offer now. */
export class Models {
  readonly #all: readonly string[];
  readonly #clock: Clock;
  readonly #goneUntilMs = new Map<string, number>();

  /** @param all at least one, the preferred first */
  constructor(all: readonly string[], clock: Clock) {
    this.#all = all;
    this.#clock = clock;
  }

  /** The one to use now. When all have gone, the first again: it may be back. */
  get current(): string {
    const [first = ''] = this.#all;
    return this.#all.find((model) => !this.#isGone(model)) ?? first;
  }

  /** The service does not offer it. @returns whether another one is left to be tried now */
  drop(model: string): boolean {
    this.#goneUntilMs.set(model, this.#clock.now() + GONE_MS);
    if (this.#all.some((one) => !this.#isGone(one))) return true;
    this.#goneUntilMs.clear();
    return false;
  }

  /** The service offers it. @returns whether it is the preferred one */
  works(model: string): boolean {
    this.#goneUntilMs.delete(model);
    return model === this.#all[0];
  }

  #isGone(model: string): boolean {
    return this.#clock.now() < (this.#goneUntilMs.get(model) ?? Number.NEGATIVE_INFINITY);
  }
}
