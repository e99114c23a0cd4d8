/** Reads and writes RIFF WAVE files, as far as recordings of speech need it. */
import { fileKind } from './file-kind.ts';
import { StereoEnergies } from './stereo.ts';

/** The sound of a WAV file: mono, 16-bit, at the file's own rate. */
export interface WavSound {
  /** Samples per second, 4,000 to 384,000. */
  readonly sampleRate: number;
  /** Mono, signed 16-bit. */
  readonly samples: Int16Array;
}

/** Not a usable WAV file. The message says what was found and what to do. */
export class WavError extends Error {
  override readonly name = 'WavError';
}

const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
const FORMAT_EXTENSIBLE = 0xfffe;

/** RF64 and BW64 are WAV files whose sizes have 64 bits (EBU Tech 3306, ITU-R BS.2088). */
const CONTAINERS = ['RIFF', 'RF64', 'BW64'];

/** Names of chunks. They reveal a program that does not pad a chunk of odd length. */
const CHUNKS = ['fmt ', 'data', 'fact', 'LIST', 'JUNK', 'bext', 'PEAK', 'cue ', 'smpl', 'id3 ', 'iXML'];

const CHUNK_NAME = /^[ -~]{4}$/;

/**
 * No utterance has this size, in bytes: the program that wrote it did not know the length, because it wrote to a pipe.
 * ffmpeg and arecord write 0xffffffff or 2 GiB, sox and espeak-ng 0x7ffff000, others two thousand million or 0.
 */
const UNKNOWN_SIZE = 1_000_000_000;

/** The sound may be this many bytes shorter than the header says, and by no more than a tenth: nobody hears that. */
const MISSING_BYTES = 64;

/** Speech at a lower rate can't be understood, and a small file would contain hours of it. */
const LOWEST_RATE_HZ = 4000;

const CONVERT = 'convert it: ffmpeg -i IN -c:a pcm_s16le OUT.wav';

interface Format {
  readonly float: boolean;
  readonly channels: number;
  readonly sampleRate: number;
  /** The used bits of a sample. */
  readonly bits: number;
  /** The size of a sample of one channel, in bytes. */
  readonly width: number;
}

/**
 * Reads a WAV file: PCM of 8 to 32 bits, float of 32 or 64, any rate, any number of channels.
 *
 * Of two channels the mean is taken, or one of them where they cancel each other out; of more, the first: microphone
 * arrays give their voice there, and raw capsules or the loudspeaker in the others.
 * @param channel the only channel to read, from 0, if the file has it
 * @throws WavError when it is empty, no WAV, cut short or in an encoding that is not read here.
 */
export function readWav(file: Uint8Array, channel?: number): WavSound {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length === 0) throw new WavError('the file is empty (0 bytes): record or copy it again');
  if (!CONTAINERS.includes(textAt(bytes, 0)) || textAt(bytes, 8) !== 'WAVE') {
    const kind = fileKind(file);
    throw new WavError(
      kind === undefined
        ? `not a WAV file: it does not begin with "RIFF....WAVE"; ${CONVERT}`
        : `not a WAV file but ${kind}, despite its name; ${CONVERT}`,
    );
  }
  let format: Format | undefined;
  let size64: number | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = textAt(bytes, at);
    const size = bytes.readUInt32LE(at + 4);
    const start = at + 8;
    if (id === 'ds64' && start + 16 <= bytes.length) size64 = Number(bytes.readBigUInt64LE(start + 8));
    if (id === 'fmt ') format = readFormat(bytes, start, size);
    if (id === 'data') {
      if (format === undefined) throw new WavError(`the WAV file has no format before its sound; ${CONVERT}`);
      const end = start + soundBytes(bytes, start, size === 0xffff_ffff ? (size64 ?? size) : size);
      return { sampleRate: format.sampleRate, samples: readSound(bytes, start, end, format, channel) };
    }
    at = nextChunk(bytes, start, size);
  }
  throw new WavError('the WAV file is cut short: it holds a header but no sound; copy it again');
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

function textAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + 4);
}

/**
 * Chunks are padded to even lengths, but not by every program. After a chunk with a wrong length, the next important one
 * is searched by its name.
 */
function nextChunk(bytes: Buffer, start: number, size: number): number {
  const end = start + size;
  const next = size % 2 === 0 || CHUNKS.includes(textAt(bytes, end)) ? end : end + 1;
  if (next === bytes.length || CHUNK_NAME.test(textAt(bytes, next))) return next;
  const found = ['fmt ', 'data'].map((name) => bytes.indexOf(name, start, 'latin1')).filter((at) => at >= 0);
  return found.length === 0 ? next : Math.min(...found);
}

function readFormat(bytes: Buffer, at: number, size: number): Format {
  if (at + 16 > bytes.length)
    throw new WavError('the WAV file is cut short inside its header; copy it again');
  const named = bytes.readUInt16LE(at);
  const extended = named === FORMAT_EXTENSIBLE && size >= 26 && at + 26 <= bytes.length;
  // The extensible form keeps the real encoding in the first two bytes of its GUID.
  const encoding = extended ? bytes.readUInt16LE(at + 24) : named;
  const channels = bytes.readUInt16LE(at + 2);
  const sampleRate = bytes.readUInt32LE(at + 4);
  const bits = bytes.readUInt16LE(at + 14);
  if (channels < 1 || channels > 32) {
    throw new WavError(`the WAV file claims ${channels} channels; ${CONVERT}`);
  }
  if (sampleRate < LOWEST_RATE_HZ || sampleRate > 384_000) {
    throw new WavError(
      `the WAV file claims a rate of ${sampleRate} Hz; speech needs ${LOWEST_RATE_HZ} to 384000: record it again`,
    );
  }
  const float = encoding === FORMAT_FLOAT;
  const width = widthOf(bits, bytes.readUInt16LE(at + 12) / channels);
  const readable =
    (encoding === FORMAT_PCM && width >= 1 && width <= 4) || (float && (width === 4 || width === 8));
  if (!readable) {
    throw new WavError(
      `the WAV file's encoding (format ${encoding}, ${bits} bits) is not read here; ${CONVERT}`,
    );
  }
  return { float, channels, sampleRate, bits, width };
}

/** In bytes: by the block size, which may be more than the bits need; by the bits where the two contradict each other. */
function widthOf(bits: number, ofBlock: number): number {
  const needed = Math.ceil(bits / 8);
  return Number.isInteger(ofBlock) && ofBlock >= needed && ofBlock <= Math.max(4, needed) ? ofBlock : needed;
}

/** How many bytes of sound there are. @throws WavError when it was cut */
function soundBytes(bytes: Buffer, start: number, promised: number): number {
  const present = bytes.length - start;
  // A size of 0 is right only if another chunk follows.
  if (promised >= UNKNOWN_SIZE || (promised === 0 && !CHUNKS.includes(textAt(bytes, start)))) return present;
  const missing = promised - present;
  if (missing > MISSING_BYTES || missing * 10 > promised) {
    throw new WavError(
      `the WAV file is cut short: its header promises ${promised} bytes of sound, ${present} are there; copy it again`,
    );
  }
  return Math.min(promised, present);
}

function readSound(
  bytes: Buffer,
  start: number,
  end: number,
  format: Format,
  channel: number | undefined,
): Int16Array {
  const { channels, width, sampleRate } = format;
  const block = width * channels;
  const length = Math.floor((end - start) / block);
  if (length === 0) throw new WavError('the WAV file holds no sound (0 samples): record it again');
  const sample = sampleReader(bytes.subarray(start, start + length * block), format);
  const of = (one: number) => (frame: number) => sample((frame * channels + one) * width);
  const left = of(0);
  if (channel !== undefined && channel < channels) return sixteenBit(length, of(channel));
  if (channels !== 2) return sixteenBit(length, left);
  const right = of(1);
  const energies = new StereoEnergies(sampleRate);
  for (let frame = 0; frame < length; frame++) energies.push(left(frame), right(frame));
  const alone = energies.usableAlone();
  return sixteenBit(length, alone === undefined ? (frame) => (left(frame) + right(frame)) / 2 : of(alone));
}

function sixteenBit(length: number, value: (frame: number) => number): Int16Array {
  const samples = new Int16Array(length);
  for (let i = 0; i < length; i++) samples[i] = Math.max(-32768, Math.min(32767, Math.round(value(i))));
  return samples;
}

/** Reads the sample at an offset of the sound, on the scale of 16 bits. */
function sampleReader(sound: Buffer, { float, width, bits }: Format): (at: number) => number {
  // Several times as fast as the methods of Buffer, which check each offset.
  const view = new DataView(sound.buffer, sound.byteOffset, sound.length);
  if (float) {
    return (at) => {
      const value = width === 8 ? view.getFloat64(at, true) : view.getFloat32(at, true);
      return Number.isFinite(value) ? value * 32768 : 0;
    };
  }
  switch (width) {
    case 1:
      return (at) => (view.getUint8(at) - 128) * 256; // 8-bit WAV is unsigned
    case 2:
      return (at) => view.getInt16(at, true);
    case 3:
      return (at) => sound.readIntLE(at, 3) / 256;
    default: {
      const counted = Math.min(bits, 24);
      if (isInLowerBits(sound, counted)) return (at) => view.getInt32(at, true) * 2 ** (16 - counted);
      return (at) => view.getInt32(at, true) / 65536;
    }
  }
}

/**
 * Whether samples of four bytes use only the lower `bits`, as arecord writes S24_LE with 32 bits in the header. (Real
 * 32-bit sound that looks so is softer than -48 dBFS throughout; it only becomes louder.)
 */
function isInLowerBits(sound: Buffer, bits: number): boolean {
  const limit = 2 ** (bits - 1);
  for (let at = 0; at < sound.length; at += 4) {
    const value = sound.readInt32LE(at);
    if (value < -limit || value >= limit) return false;
  }
  return true;
}
