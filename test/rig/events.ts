/** For tests: reported things, and waiting for the next. */
export class Told<T> {
  readonly all: T[] = [];
  #waiting: { readonly met: () => boolean; readonly resolve: () => void }[] = [];

  readonly tell = (what: T): void => {
    this.all.push(what);
    this.#waiting = this.#waiting.filter(({ met, resolve }) => {
      if (!met()) return true;
      resolve();
      return false;
    });
  };

  /** Resolves with the first that fits, from the `from`th on. The test's own time limit ends the wait. */
  async first<F extends T>(fits: (what: T) => what is F, from?: number): Promise<F>;
  async first(fits: (what: T) => boolean, from?: number): Promise<T>;
  async first(fits: (what: T) => boolean, from = 0): Promise<T> {
    const find = () => this.all.findIndex((what, i) => i >= from && fits(what));
    if (find() < 0)
      await new Promise<void>((resolve) => this.#waiting.push({ met: () => find() >= 0, resolve }));
    return this.all[find()] as T;
  }
}

/** Whether a process exists. One that waits to be reaped counts. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The middle one of some figures. */
export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}
