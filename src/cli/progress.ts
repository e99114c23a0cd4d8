import { printable } from '../base/foreign-text.ts';
import type { Clock } from '../base/time.ts';
import type { Output } from './outside.ts';

/** The least time between two lines where this is no terminal, in milliseconds. */
const EVERY_MS = 5000;

/** Shows how far something is: in one line that changes on a terminal, in a line now and then elsewhere. */
export class Progress {
  readonly #stream: Pick<Output, 'write' | 'isTTY'>;
  readonly #clock: Clock;
  #lastMs = Number.NEGATIVE_INFINITY;
  #open = false;

  constructor(stream: Pick<Output, 'write' | 'isTTY'>, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
  }

  show(line: string): void {
    if (this.#stream.isTTY === true) {
      this.#open = true;
      this.#stream.write(`\r\x1b[K${printable(line)}`);
      return;
    }
    if (this.#clock.now() - this.#lastMs < EVERY_MS) return;
    this.#lastMs = this.#clock.now();
    this.#stream.write(`${printable(line)}\n`);
  }

  /** Removes the line from the terminal. */
  end(): void {
    if (this.#open) this.#stream.write('\r\x1b[K');
    this.#open = false;
  }
}
