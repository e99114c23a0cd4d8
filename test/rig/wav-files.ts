/** WAV files as other programs write them, put together by hand. */

export interface WavFormat {
  /** 1 for PCM, 3 for float, 0xfffe for the extensible form. */
  readonly encoding?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits?: number;
  /** Bytes of one sample of all channels; what the bits need by default. */
  readonly block?: number;
  /** What follows the 16 bytes of the format. */
  readonly extension?: Uint8Array;
}

/** A chunk; `size` is what it claims, `pad` whether an odd one is padded. */
export function chunk(
  id: string,
  content: Uint8Array,
  { size = content.length, pad = true }: { size?: number; pad?: boolean } = {},
): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, content, Buffer.alloc(pad ? content.length % 2 : 0)]);
}

export function formatChunk({
  encoding = 1,
  channels = 1,
  rate = 16_000,
  bits = 16,
  block = Math.ceil(bits / 8) * channels,
  extension = new Uint8Array(0),
}: WavFormat): Buffer {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(encoding, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE((rate * block) % 2 ** 32, 8);
  format.writeUInt16LE(block, 12);
  format.writeUInt16LE(bits, 14);
  return chunk('fmt ', Buffer.concat([format, extension]));
}

/** A file of these chunks. @param id of the container */
export function riff(chunks: readonly Uint8Array[], id = 'RIFF'): Buffer {
  return chunk(id, Buffer.concat([Buffer.from('WAVE'), ...chunks]), { pad: false });
}

/** A file of one format and its sound. @param size its size by the header */
export function wavFile(format: WavFormat, sound: Uint8Array, size?: number): Buffer {
  return riff([formatChunk(format), chunk('data', sound, size === undefined ? {} : { size })]);
}

/** Integers of `bytes` bytes each, little-endian. */
export function packed(values: readonly number[], width: number): Buffer {
  const bytes = Buffer.alloc(values.length * width);
  for (const [i, value] of values.entries()) bytes.writeIntLE(value, i * width, width);
  return bytes;
}
