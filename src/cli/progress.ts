import { printable } from '../base/foreign-text.ts';
import type { Clock } from '../base/time.ts';
import type { Output } from './outside.ts';

/** Not to a terminal, a line is written so often at most, in milliseconds. */
const EVERY_MS = 5000;

/** Tells how far something is: in one line that changes on a terminal, in a line now and then elsewhere. */
export class Progress {
  readonly #stream: Pick<Output, 'write' | 'isTTY'>;
  readonly #clock: Clock;
  #lastMs = Number.NEGATIVE_INFINITY;
  #open = false;

  constructor(stream: Pick<Output, 'write' | 'isTTY'>, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
  }

  tell(line: string): void {
    if (this.#stream.isTTY === true) {
      this.#open = true;
      this.#stream.write(`\r\x1b[K${printable(line)}`);
      return;
    }
    if (this.#clock.now() - this.#lastMs < EVERY_MS) return;
    this.#lastMs = this.#clock.now();
    this.#stream.write(`${printable(line)}\n`);
  }

  /** The line on the terminal is taken away. */
  end(): void {
    if (this.#open) this.#stream.write('\r\x1b[K');
    this.#open = false;
  }
}
