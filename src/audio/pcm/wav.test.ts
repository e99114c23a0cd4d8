import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWav, WavError, writeWav } from './wav.ts';

/** A WAV file with any format fields and any bytes as its sound. */
function wav(
  format: { encoding?: number; channels?: number; rate?: number; bits?: number },
  data: Uint8Array,
  promised = data.length,
) {
  const file = new Uint8Array(44 + data.length);
  file.set(writeWav(new Int16Array(0), format.rate ?? 16_000));
  const view = new DataView(file.buffer);
  view.setUint16(20, format.encoding ?? 1, true);
  view.setUint16(22, format.channels ?? 1, true);
  view.setUint16(34, format.bits ?? 16, true);
  view.setUint32(40, promised, true);
  file.set(data, 44);
  return file;
}

const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

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

  it('of two channels becomes the mean of both', () => {
    const file = wav({ channels: 2 }, bytes(Int16Array.of(100, 300, -32768, -32768)));
    expect(readWav(file).samples).toEqual(Int16Array.of(200, -32768));
  });

  it.each([
    ['8 bits', { bits: 8 }, Uint8Array.of(0, 128, 255), [-32768, 0, 32512]],
    ['24 bits', { bits: 24 }, Uint8Array.of(0, 0, 0x80, 0xff, 0xff, 0x7f), [-32768, 32767]],
    ['32 bits', { bits: 32 }, bytes(Int32Array.of(-(2 ** 31), 2 ** 16)), [-32768, 1]],
    [
      '32-bit float',
      { encoding: 3, bits: 32 },
      bytes(Float32Array.of(-1, 0.5, 7, Number.NaN)),
      [-32768, 16384, 32767, 0],
    ],
  ])('of %s is brought to 16', (_, format, data, samples) => {
    expect(Array.from(readWav(wav(format, data)).samples)).toEqual(samples);
  });

  it('streamed through a pipe, with a size nobody knew, is read to its end', () => {
    expect(readWav(wav({}, Uint8Array.of(1, 0, 2, 0), 0xffff_ffff)).samples).toEqual(Int16Array.of(1, 2));
  });

  it('with other chunks before its sound is read', () => {
    const plain = wav({}, Uint8Array.of(1, 0));
    const chunk = Uint8Array.of(...new TextEncoder().encode('LIST'), 3, 0, 0, 0, 9, 9, 9, 0);
    const file = Uint8Array.of(...plain.subarray(0, 36), ...chunk, ...plain.subarray(36));
    expect(readWav(file).samples).toEqual(Int16Array.of(1));
  });

  it.each([
    ['an empty file', new Uint8Array(0), /empty \(0 bytes\)/],
    ['no WAV file', new TextEncoder().encode('ID3 this is an MP3 file'), /not a WAV file.*sox/],
    [
      'one cut short in its sound',
      wav({}, new Uint8Array(10), 2000),
      /cut short: .*2000 bytes.*10 are there/,
    ],
    ['one cut short in its header', writeWav(Int16Array.of(1), 8000).subarray(0, 30), /cut short/],
    ['one cut short before its sound', writeWav(Int16Array.of(1), 8000).subarray(0, 38), /cut short/],
    ['one without a sample', writeWav(new Int16Array(0), 8000), /no sound/],
    ['one in an unknown encoding', wav({ encoding: 85 }, new Uint8Array(4)), /format 85.*sox/],
    ['one with no channels', wav({ channels: 0 }, new Uint8Array(4)), /0 channels/],
    ['one with a rate too low for speech', wav({ rate: 1 }, new Uint8Array(4)), /1 Hz/],
    ['one with an absurd rate', wav({ rate: 4_000_000_000 }, new Uint8Array(4)), /4000000000 Hz/],
  ])('refuses %s and says why', (_, file, message) => {
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
