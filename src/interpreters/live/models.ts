/** The configured models, in their order, without those that the service no longer offers. */
export class Models {
  readonly #all: readonly string[];
  readonly #gone = new Set<string>();

  /** @param all at least one, the preferred first */
  constructor(all: readonly string[]) {
    this.#all = all;
  }

  /** The one to use now. When all have gone, the first again: it may be back. */
  get current(): string {
    const [first = ''] = this.#all;
    return this.#all.find((model) => !this.#gone.has(model)) ?? first;
  }

  /** The service does not offer it. @returns whether another one is left to be tried now */
  drop(model: string): boolean {
    this.#gone.add(model);
    if (this.#gone.size < this.#all.length) return true;
    this.#gone.clear();
    return false;
  }
}
