/** Samples to play. The last ones that were taken can be put back, because the device may not have played them. */
export class SampleQueue {
  /** Whole pieces as they came. Those before `#piece` have been taken. */
  #pieces: Int16Array[] = [];
  /** The next sample to take is at `#at` of this piece. */
  #piece = 0;
  #at = 0;
  #length = 0;
  readonly #kept: number;

  /** @param kept at least this many taken samples can be put back */
  constructor(kept: number) {
    this.#kept = kept;
  }

  /** Samples waiting. */
  get length(): number {
    return this.#length;
  }

  push(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.#pieces.push(samples);
    this.#length += samples.length;
  }

  /** Takes the next samples into `target`, from its beginning on. @returns how many there were */
  take(target: Int16Array): number {
    let taken = 0;
    while (taken < target.length && this.#length > 0) {
      const piece = this.#pieces[this.#piece] as Int16Array;
      const part = piece.subarray(this.#at, this.#at + target.length - taken);
      target.set(part, taken);
      taken += part.length;
      this.#at += part.length;
      this.#length -= part.length;
      if (this.#at === piece.length) {
        this.#piece++;
        this.#at = 0;
      }
    }
    this.#forget();
    return taken;
  }

  /** Puts the last `count` taken samples back in front, or as many as are kept. @returns how many */
  putBack(count: number): number {
    let back = 0;
    while (back < count) {
      if (this.#at === 0) {
        const before = this.#pieces[this.#piece - 1];
        if (before === undefined) break;
        this.#piece--;
        this.#at = before.length;
      }
      const step = Math.min(this.#at, count - back);
      this.#at -= step;
      back += step;
    }
    this.#length += back;
    return back;
  }

  /** Drops pieces that can no longer be put back. */
  #forget(): void {
    let kept = this.#at;
    let first = this.#piece;
    while (first > 0 && kept < this.#kept) kept += (this.#pieces[--first] as Int16Array).length;
    if (first === 0) return;
    this.#pieces = this.#pieces.slice(first);
    this.#piece -= first;
  }
}
