import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunk, formatChunk, packed, riff, wavFile } from '../../../test/rig/wav-files.ts';
import { readWav, WavError, writeWav } from './wav.ts';

const bytes = (array: ArrayBufferView) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
const samplesOf = (file: Uint8Array, channel?: number) => Array.from(readWav(file, channel).samples);

/** Some sound, at the places at which one would notice that it is not read as it should be. */
const SOUND = [1, -2, 300, -300, 20_000, -20_000, 32_767, -32_768];
const PCM = packed(SOUND, 2);

/** The same on the scale of 24 bits. */
const SOUND_24 = SOUND.map((sample) => sample * 256);
const SOUND_20 = SOUND.map((sample) => sample * 16);
const SOUND_32 = SOUND.map((sample) => sample * 65_536);
const upper = (value: number) => value * 256;

/** The format of the extensible form: size, bits that count, where the channels are, encoding, the rest of its GUID. */
function extension(encoding: number, validBits: number): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt16LE(22, 0);
  bytes.writeUInt16LE(validBits, 2);
  bytes.writeUInt16LE(encoding, 8);
  return bytes;
}

function ds64(dataBytes: number): Buffer {
  const sizes = Buffer.alloc(28);
  sizes.writeBigUInt64LE(BigInt(dataBytes), 8);
  return chunk('ds64', sizes);
}

describe('a WAV file', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(
        fc.int16Array({ minLength: 1 }),
        fc.integer({ min: 4000, max: 384_000 }),
        (samples, sampleRate) => {
          expect(readWav(writeWav(samples, sampleRate))).toEqual({ sampleRate, samples });
        },
      ),
    );
  });

  it.each([
    ['8 bits', wavFile({ bits: 8 }, Uint8Array.of(0, 128, 255)), [-32768, 0, 32512]],
    ['12 bits in 2 bytes', wavFile({ bits: 12, block: 2 }, PCM), SOUND],
    ['24 bits', wavFile({ bits: 24 }, packed(SOUND_24, 3)), SOUND],
    [
      '24 bits in 4 bytes, the upper ones',
      wavFile({ bits: 24, block: 4 }, packed(SOUND_24.map(upper), 4)),
      SOUND,
    ],
    [
      '24 bits in 4 bytes, the lower ones (arecord -f S24_LE)',
      wavFile({ bits: 24, block: 4 }, packed(SOUND_24, 4)),
      SOUND,
    ],
    [
      '32 bits with 24 in the lower bytes (arecord -f S24_LE)',
      wavFile({ bits: 32 }, packed(SOUND_24, 4)),
      SOUND,
    ],
    ['16 bits in 4 bytes, the lower ones', wavFile({ bits: 16, block: 4 }, packed(SOUND, 4)), SOUND],
    ['20 bits in 4 bytes, the lower ones', wavFile({ bits: 20, block: 4 }, packed(SOUND_20, 4)), SOUND],
    ['20 bits in 4 bytes, the upper ones', wavFile({ bits: 20, block: 4 }, packed(SOUND_32, 4)), SOUND],
    ['32 bits', wavFile({ bits: 32 }, bytes(Int32Array.of(-(2 ** 31), 2 ** 16))), [-32768, 1]],
    [
      '32-bit float',
      wavFile({ encoding: 3, bits: 32 }, bytes(Float32Array.of(-1, 0.5, 7, Number.NaN))),
      [-32768, 16384, 32767, 0],
    ],
    ['64-bit float', wavFile({ encoding: 3, bits: 64 }, bytes(Float64Array.of(-1, 0.5))), [-32768, 16384]],
    [
      'the extensible form, 24 bits in 4 bytes',
      wavFile({ encoding: 0xfffe, bits: 32, extension: extension(1, 24) }, packed(SOUND_24.map(upper), 4)),
      SOUND,
    ],
    [
      'the extensible form, float',
      wavFile({ encoding: 0xfffe, bits: 32, extension: extension(3, 32) }, bytes(Float32Array.of(0.5))),
      [16384],
    ],
    ['a block size that can not be', wavFile({ block: 1 }, PCM), SOUND],
  ])('of %s is brought to 16 bits', (_, file, samples) => {
    expect(samplesOf(file)).toEqual(samples);
  });

  it.each([
    ['two, as their mean', 2, [100, 300, -32768, -32768], [200, -32768]],
    ['two opposite ones, as one of them', 2, [100, -100, -300, 300], [100, -300]],
    ['two nearly opposite ones, as the louder', 2, [1000, -1100, -1000, 1100], [-1100, 1100]],
    ['two opposite ones on an offset, as one of them', 2, [1100, 900, 800, 1200], [1100, 800]],
    ['two of which one is silent, as their mean', 2, [100, 0, 300, 0], [50, 150]],
    ['six, as the first', 6, [7, 1, 1, 1, 1, 900, 8, 1, 1, 1, 1, 900], [7, 8]],
  ])('of several channels is read as one: %s', (_, channels, sound, samples) => {
    expect(samplesOf(wavFile({ channels }, packed(sound, 2)))).toEqual(samples);
  });

  it('is read from the channel that is asked for, if there is one', () => {
    const file = wavFile({ channels: 3 }, packed([1, 2, 3, 4, 5, 6], 2));
    expect(samplesOf(file, 2)).toEqual([3, 6]);
    expect(samplesOf(file, 3)).toEqual([1, 4]);
    expect(samplesOf(wavFile({ channels: 2 }, packed([1, 2, 3, 4], 2)), 1)).toEqual([2, 4]);
  });

  it.each([0, 0xffff_ffff, 0x7fff_f000, 0x8000_0000, 2_000_000_000])(
    'with a size that nobody knew (%i) is read to its end',
    (size) => {
      expect(samplesOf(wavFile({}, PCM, size))).toEqual(SOUND);
    },
  );

  it.each([
    ['promises 8 bytes more', 200, 208],
    ['promises one byte more', 200, 201],
    ['ends in half a sample', 201, 202],
    ['has more than it promises', 220, 200],
  ])('that %s is read all the same', (_, present, promised) => {
    const sound = chunk('data', new Uint8Array(present).fill(1), { size: promised, pad: false });
    expect(samplesOf(riff([formatChunk({}), sound]))).toHaveLength(100);
  });

  const [format, data] = [formatChunk({}), chunk('data', PCM)];
  const odd = Uint8Array.of(9, 9, 9);
  const INFO = Buffer.from('INFOISFT\x0e\0\0\0Lavf60.3.100\0\0', 'latin1');
  it.each([
    ['JUNK before its format', [chunk('JUNK', new Uint8Array(28)), format, data]],
    ['bext before its format', [chunk('bext', new Uint8Array(602)), format, data]],
    ['fact before its sound', [format, chunk('fact', new Uint8Array(4)), data]],
    ['an odd LIST before its sound', [format, chunk('LIST', odd), data]],
    ['an odd LIST that is not padded', [format, chunk('LIST', odd, { pad: false }), data]],
    ['LIST behind its sound', [format, data, chunk('LIST', odd)]],
    ['a LIST that says too much', [format, chunk('LIST', INFO, { size: INFO.length + 4 }), data]],
    ['a LIST that says too little', [format, chunk('LIST', INFO, { size: INFO.length - 4 }), data]],
    ['a LIST that says nothing', [format, chunk('LIST', INFO, { size: 0 }), data]],
    ['a LIST without an end', [format, chunk('LIST', INFO, { size: 0xffff_ffff }), data]],
    ['a wrong chunk before its format', [chunk('JUNK', INFO, { size: 9000 }), format, data]],
    ['zeros between its chunks', [format, Buffer.alloc(2), data]],
    ['an unknown chunk', [chunk('weirdo', odd), format, data]],
  ])('with %s is read', (_, chunks) => {
    expect(samplesOf(riff(chunks))).toEqual(SOUND);
  });

  it.each(['RF64', 'BW64'])('whose sizes have 64 bits is read (%s)', (id) => {
    const sound = chunk('data', PCM, { size: 0xffff_ffff });
    const behind = chunk('LIST', odd);
    expect(samplesOf(riff([ds64(PCM.length), format, sound, behind], id))).toEqual(SOUND);
  });

  const latin1 = (text: string) => Buffer.from(text.padEnd(40), 'latin1');
  it.each([
    ['an empty file', new Uint8Array(0), /empty \(0 bytes\).*again/],
    ['no WAV file', latin1('hello'), /not a WAV file.*convert it: ffmpeg/],
    ['a tagged MP3', latin1('ID3\x03'), /an MP3 file.*convert it: ffmpeg/],
    ['an MP3', latin1('\xff\xfb\x90'), /an MP3 file.*convert/],
    ['an Ogg file', latin1('OggS'), /an Ogg file.*convert/],
    ['a FLAC', latin1('fLaC'), /a FLAC file.*convert/],
    ['an AIFF', latin1('FORM\0\0\0\x20AIFF'), /an AIFF file.*convert/],
    ['an M4A', latin1('\0\0\0\x20ftypM4A '), /an MPEG-4 file.*convert/],
    [
      'one cut short in its sound',
      wavFile({}, new Uint8Array(10), 2000),
      /cut short: .*2000 .*10 are there.*again/,
    ],
    ['one without a tenth of its sound', wavFile({}, new Uint8Array(900), 1000), /cut short/],
    ['one cut short in its header', wavFile({}, PCM).subarray(0, 30), /cut short.*again/],
    ['one cut short before its sound', wavFile({}, PCM).subarray(0, 38), /cut short.*again/],
    ['one without a sample', writeWav(new Int16Array(0), 8000), /no sound/],
    [
      'one without a sample, with a chunk behind',
      riff([format, chunk('data', odd.subarray(3)), chunk('LIST', PCM)]),
      /no sound/,
    ],
    ['one in an unknown encoding', wavFile({ encoding: 85 }, new Uint8Array(4)), /format 85.*convert/],
    ['one of whole numbers of 64 bits', wavFile({ bits: 64 }, new Uint8Array(8)), /64 bits.*convert/],
    ['one with no channels', wavFile({ channels: 0 }, new Uint8Array(4)), /0 channels/],
    ['one with a rate too low for speech', wavFile({ rate: 1 }, new Uint8Array(4)), /1 Hz/],
    ['one with an absurd rate', wavFile({ rate: 4_000_000_000 }, new Uint8Array(4)), /4000000000 Hz/],
  ])('refuses %s, and says why and what to do', (_, file, message) => {
    expect(() => readWav(file)).toThrow(WavError);
    expect(() => readWav(file)).toThrow(message);
  });

  it('of any bytes is read or refused, never anything else', () => {
    const broken = fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(60))
      .map(([noise, at]) => {
        const file = writeWav(new Int16Array(100), 16_000);
        file.set(noise.subarray(0, Math.max(0, file.length - at)), at);
        return file;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), broken), (file) => {
        try {
          expect(readWav(file).samples.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(WavError);
        }
      }),
    );
  });
});
