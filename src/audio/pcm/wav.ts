/** Reading and writing of RIFF WAVE files, the little of the format that recordings of speech use. */

/** Sound as it comes out of a WAV file: mono, 16-bit, at the file's own rate. */
export interface WavSound {
  /** Samples per second, 4,000 to 384,000. */
  readonly sampleRate: number;
  /** Mono, signed 16-bit; several channels have been averaged. */
  readonly samples: Int16Array;
}

/** A file that is not the WAV file it should be. The message says what was found and what is needed. */
export class WavError extends Error {
  override readonly name = 'WavError';
}

const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
const FORMAT_EXTENSIBLE = 0xfffe;

/**
 * A data size that a program writes when it streams to a pipe and can't know the length: ffmpeg and arecord
 * write 0xffffffff or 2 GiB, sox and espeak-ng 0x7ffff000 and the like. Then the sound goes to the end.
 */
const STREAMED_SIZE = 0x7fff_0000;

/** Below this there is no speech that could be understood, and a small file would stand for hours of it. */
const LOWEST_RATE_HZ = 4000;

interface Format {
  readonly encoding: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
}

/**
 * Reads a WAV file: PCM of 8, 16, 24 or 32 bits or 32-bit float, any rate, any number of channels.
 * @throws WavError when it is empty, no WAV, cut short or in an encoding that is not read here.
 */
export function readWav(file: Uint8Array): WavSound {
  const bytes = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.byteLength === 0) throw new WavError('the file is empty (0 bytes)');
  if (file.byteLength < 12 || text(bytes, 0) !== 'RIFF' || text(bytes, 8) !== 'WAVE') {
    throw new WavError(
      'not a WAV file: it does not begin with "RIFF....WAVE"; convert it, for example: sox IN OUT.wav',
    );
  }
  let format: Format | undefined;
  for (let at = 12; at + 8 <= file.byteLength; ) {
    const id = text(bytes, at);
    const size = bytes.getUint32(at + 4, true);
    const start = at + 8;
    if (id === 'fmt ') {
      if (start + 16 > file.byteLength) throw new WavError('the WAV file is cut short inside its header');
      format = readFormat(bytes, start, size);
    }
    if (id === 'data') {
      if (format === undefined) throw new WavError('the WAV file has no format before its sound');
      return { sampleRate: format.sampleRate, samples: readData(bytes, start, size, format) };
    }
    at = start + size + (size % 2); // chunks are padded to even lengths
  }
  throw new WavError('the WAV file is cut short: it holds a header but no sound');
}

/** A mono 16-bit WAV file of these samples. */
export function writeWav(samples: Int16Array, sampleRate: number): Uint8Array {
  const file = new Uint8Array(44 + samples.length * 2);
  const bytes = new DataView(file.buffer);
  const put = (at: number, word: string) => file.set(new TextEncoder().encode(word), at);
  put(0, 'RIFF');
  bytes.setUint32(4, 36 + samples.length * 2, true);
  put(8, 'WAVEfmt ');
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, FORMAT_PCM, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, sampleRate, true);
  bytes.setUint32(28, sampleRate * 2, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  put(36, 'data');
  bytes.setUint32(40, samples.length * 2, true);
  for (let i = 0; i < samples.length; i++) bytes.setInt16(44 + i * 2, samples[i] as number, true);
  return file;
}

function text(bytes: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => bytes.getUint8(at + i)));
}

function readFormat(bytes: DataView, at: number, size: number): Format {
  const encoding = bytes.getUint16(at, true);
  const extended = encoding === FORMAT_EXTENSIBLE && size >= 26 && at + 26 <= bytes.byteLength;
  const format: Format = {
    // The extensible form keeps the real encoding in the first two bytes of its GUID.
    encoding: extended ? bytes.getUint16(at + 24, true) : encoding,
    channels: bytes.getUint16(at + 2, true),
    sampleRate: bytes.getUint32(at + 4, true),
    bits: bytes.getUint16(at + 14, true),
  };
  const readable =
    (format.encoding === FORMAT_PCM && [8, 16, 24, 32].includes(format.bits)) ||
    (format.encoding === FORMAT_FLOAT && format.bits === 32);
  if (!readable) {
    throw new WavError(
      `the WAV file's encoding (format ${format.encoding}, ${format.bits} bits) is not read here; ` +
        'convert it, for example: sox IN.wav -b 16 -e signed OUT.wav',
    );
  }
  if (format.channels < 1 || format.channels > 32) {
    throw new WavError(`the WAV file claims ${format.channels} channels`);
  }
  if (format.sampleRate < LOWEST_RATE_HZ || format.sampleRate > 384_000) {
    throw new WavError(
      `the WAV file claims a rate of ${format.sampleRate} Hz; speech needs ${LOWEST_RATE_HZ} to 384000`,
    );
  }
  return format;
}

function readData(bytes: DataView, start: number, size: number, format: Format): Int16Array {
  const present = bytes.byteLength - start;
  if (size < STREAMED_SIZE && size > present) {
    throw new WavError(
      `the WAV file is cut short: its header promises ${size} bytes of sound, ${present} are there; copy it again`,
    );
  }
  const width = format.bits / 8;
  const block = width * format.channels;
  const length = Math.floor(Math.min(size, present) / block);
  if (length === 0) throw new WavError('the WAV file holds no sound (0 samples)');
  const samples = new Int16Array(length);
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let channel = 0; channel < format.channels; channel++) {
      sum += sample(bytes, start + i * block + channel * width, format);
    }
    samples[i] = Math.max(-32768, Math.min(32767, Math.round(sum / format.channels)));
  }
  return samples;
}

/** One sample on the scale of 16 bits. */
function sample(bytes: DataView, at: number, format: Format): number {
  if (format.encoding === FORMAT_FLOAT) {
    const value = bytes.getFloat32(at, true);
    return Number.isFinite(value) ? value * 32768 : 0;
  }
  switch (format.bits) {
    case 8:
      return (bytes.getUint8(at) - 128) * 256; // 8-bit WAV is unsigned
    case 24:
      return bytes.getInt16(at + 1, true); // the upper 16 of the 24 bits
    case 32:
      return bytes.getInt32(at, true) / 65536;
    default:
      return bytes.getInt16(at, true);
  }
}
