import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../../audio/pcm/concat.ts';
import { writeWav } from '../../audio/pcm/wav.ts';
import { PcmStream } from './pcm-stream.ts';

const PCM = 'audio/L16;codec=pcm;rate=24000';
const samples = Int16Array.from({ length: 500 }, (_, i) => i * 60 - 15_000);
const raw = new Uint8Array(samples.buffer);

/** What comes out of bytes that are cut at these places. */
function through(bytes: Uint8Array, cuts: readonly number[], type = PCM): Int16Array {
  const stream = new PcmStream();
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  return concat(places.slice(1).map((end, i) => stream.push(bytes.slice(places[i], end), type)));
}

describe('speech out of a stream', () => {
  it('is the same wherever the stream is cut, raw or in a WAV file', () => {
    const wav = writeWav(samples, 24_000);
    const cuts = fc.array(fc.nat(raw.length), { maxLength: 12 });
    void fc.assert(
      fc.property(cuts, (at) => {
        expect(through(raw, at)).toEqual(samples);
      }),
    );
    void fc.assert(
      fc.property(cuts, (at) => {
        expect(through(wav, at, 'audio/wav')).toEqual(samples);
      }),
    );
  });

  it('ends where the WAV file says, or goes on where it does not know', () => {
    const file = Buffer.concat([writeWav(samples, 24_000), Buffer.from('LIST1234')]);
    expect(through(file, [])).toEqual(samples);
    const endless = Buffer.from(writeWav(samples, 24_000));
    endless.writeUInt32LE(0xffff_ffff, 40);
    expect(through(endless, [])).toEqual(samples);
  });

  it.each([PCM, 'audio/l16; rate=24000; channels=1', 'audio/wav', undefined])('may be %s', (type) => {
    expect(new PcmStream().push(raw, type)).toEqual(samples);
  });

  it.each(['audio/mp3', 'audio/L16;rate=16000', 'text/plain'])('is not played when it is %s', (type) => {
    expect(() => new PcmStream().push(raw, type)).toThrow(type.split(';')[0]?.toLowerCase());
  });

  it('is not played out of a WAV file of another rate', () => {
    expect(() => new PcmStream().push(writeWav(samples, 48_000), 'audio/wav')).toThrow('48000 Hz');
  });
});
