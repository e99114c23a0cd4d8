import { Fault } from '../../kiosk/faults.ts';
import { TRANSLATION_RATE_HZ } from '../interpreter.ts';

/** RIFF, its size, WAVE. */
const RIFF_BYTES = 12;
const CHUNK_BYTES = 8;
const FORMAT_BYTES = 16;
const PCM = 1;

/**
 * Speech as it comes out of a stream: bytes that may end in the middle of a sample, raw or, as models of 3.8 send what
 * is not streamed, in a WAV file, whose header is no sound.
 */
export class PcmStream {
  #rest: Buffer = Buffer.alloc(0);
  #in: 'start' | 'header' | 'sound' = 'start';
  /** Bytes of sound that are still to come before something else does. */
  #left = Number.POSITIVE_INFINITY;

  /**
   * @param mimeType as it came with the bytes
   * @returns whole samples, perhaps none yet
   * @throws Fault service-garbled for sound of another kind than mono, 16-bit, TRANSLATION_RATE_HZ
   */
  push(bytes: Uint8Array, mimeType: string | undefined): Int16Array {
    checkType(mimeType);
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    if (this.#in === 'start') {
      const first = this.#rest.toString('latin1', 0, 4);
      if (this.#rest.length < 4 && 'RIFF'.startsWith(first)) return new Int16Array(0);
      this.#in = first === 'RIFF' ? 'header' : 'sound';
    }
    if (this.#in === 'header' && !this.#readHeader()) return new Int16Array(0);
    const whole = Math.min(this.#rest.length, this.#left) & ~1;
    // A copy of its own: pooled buffers may begin at an odd address, which Int16Array refuses.
    const samples = new Int16Array(new Uint8Array(this.#rest.subarray(0, whole)).buffer);
    this.#left -= whole;
    this.#rest = this.#left === 0 ? Buffer.alloc(0) : this.#rest.subarray(whole);
    return samples;
  }

  /** @returns whether the sound begins behind it */
  #readHeader(): boolean {
    for (let at = RIFF_BYTES; at + CHUNK_BYTES <= this.#rest.length; ) {
      const id = this.#rest.toString('latin1', at, at + 4);
      const size = this.#rest.readUInt32LE(at + 4);
      const start = at + CHUNK_BYTES;
      if (id === 'data') {
        // A size that nobody knew yet when it was written is 0 or as large as it can be.
        this.#left = size === 0 || size >= 0x7fff_0000 ? Number.POSITIVE_INFINITY : size & ~1;
        this.#rest = this.#rest.subarray(start);
        this.#in = 'sound';
        return true;
      }
      if (id === 'fmt ') {
        if (start + FORMAT_BYTES > this.#rest.length) return false;
        const encoding = this.#rest.readUInt16LE(start);
        const channels = this.#rest.readUInt16LE(start + 2);
        const rate = this.#rest.readUInt32LE(start + 4);
        const bits = this.#rest.readUInt16LE(start + 14);
        if (encoding !== PCM || channels !== 1 || rate !== TRANSLATION_RATE_HZ || bits !== 16)
          throw unreadable(`a WAV file of format ${encoding}, ${channels} × ${bits} bits at ${rate} Hz`);
      }
      at = start + size + (size % 2);
    }
    return false;
  }
}

/** Seen: `audio/L16;codec=pcm;rate=24000`, `audio/l16; rate=24000; channels=1`, `audio/wav`. */
function checkType(mimeType: string | undefined): void {
  if (mimeType === undefined) return;
  const [type = '', ...parameters] = mimeType.split(';').map((part) => part.trim().toLowerCase());
  if (!/^audio\/(l16|pcm|wav|x-wav|wave)$/.test(type)) throw unreadable(type);
  const rate = parameters.find((parameter) => parameter.startsWith('rate='))?.slice('rate='.length);
  if (rate !== undefined && Number(rate) !== TRANSLATION_RATE_HZ) throw unreadable(`${type} at ${rate} Hz`);
}

function unreadable(what: string): Fault {
  return new Fault('service-garbled', `speech of a kind that is not played here: ${what}`);
}
