/**
 * The API's messages have about ten levels and a hundred values. `JSON.parse` takes 80 ms for a megabyte of brackets, and
 * the resulting objects take a hundred times as much memory.
 */
const MAX_DEPTH = 32;
const MAX_VALUES = 2000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING_LIST = 0x5b;
const CLOSING_LIST = 0x5d;
const OPENING_OBJECT = 0x7b;
const CLOSING_OBJECT = 0x7d;

/** Checks JSON before it is parsed, in one pass over its bytes. It may come in pieces, or as a stream of JSON values. */
export class JsonBounds {
  readonly #maxBytes: number;
  readonly #maxValues: number;
  #bytes = 0;
  #depth = 0;
  #values = 0;
  #quoted = false;
  #escaped = false;

  /**
   * @param maxBytes of all pieces together
   * @param maxValues inside one value of the stream
   */
  constructor(maxBytes: number, maxValues = MAX_VALUES) {
    this.#maxBytes = maxBytes;
    this.#maxValues = maxValues;
  }

  /** @returns the bound that is exceeded; undefined while it may be parsed */
  exceededBy(piece: Uint8Array): string | undefined {
    this.#bytes += piece.length;
    if (this.#bytes > this.#maxBytes) return `more than ${this.#maxBytes} bytes`;
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at];
      if (this.#escaped) this.#escaped = false;
      else if (this.#quoted) {
        if (byte === QUOTE) this.#quoted = false;
        else if (byte === BACKSLASH) this.#escaped = true;
      } else if (byte === QUOTE) this.#quoted = true;
      else if (byte === COMMA) this.#values += 1;
      else if (byte === OPENING_LIST || byte === OPENING_OBJECT) {
        this.#depth += 1;
        this.#values += 1;
      } else if (byte === CLOSING_LIST || byte === CLOSING_OBJECT) {
        this.#depth -= 1;
        if (this.#depth === 0) this.#values = 0; // the next value of a stream
      }
      if (this.#depth > MAX_DEPTH) return `more than ${MAX_DEPTH} levels`;
      if (this.#values > this.#maxValues) return `more than ${this.#maxValues} values`;
    }
    return undefined;
  }
}
