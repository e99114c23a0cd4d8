import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat } from '../../audio/pcm/concat.ts';
import { resample } from '../../audio/pcm/resample.ts';
import { writeWav } from '../../audio/pcm/wav.ts';
import { AnswerSound } from './answer-sound.ts';

const PCM = 'audio/L16;codec=pcm;rate=24000';
const samples = Int16Array.from({ length: 500 }, (_, i) => i * 60 - 15_000);
const raw = new Uint8Array(samples.buffer);

const bytesOf = ({ buffer }: Int16Array) => new Uint8Array(buffer);
const sine = (rateHz: number, seconds = 1) =>
  Int16Array.from({ length: seconds * rateHz }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * 440 * i) / rateHz)),
  );
/** The same on both channels. */
const stereo = (mono: Int16Array) =>
  Int16Array.from({ length: 2 * mono.length }, (_, i) => mono[i >> 1] ?? 0);

/** What comes out of bytes that are cut at these places. */
function through(bytes: Uint8Array, cuts: readonly number[], type = PCM): Int16Array {
  const sound = new AnswerSound();
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  return concat(places.slice(1).map((end, i) => sound.push(bytes.slice(places[i], end), type)));
}

/** It is the tone, at its own pitch and length, without its first and last milliseconds. */
function isTone(heard: Int16Array): void {
  const meant = sine(24_000);
  expect(Math.abs(heard.length - meant.length)).toBeLessThan(0.01 * 24_000);
  for (let i = 500; i < heard.length - 500; i++)
    if (Math.abs((heard[i] ?? 0) - (meant[i] ?? 0)) > 200) throw new Error(`another sound at ${i}`);
}

describe('the sound of an answer', () => {
  it('is the same wherever its messages are cut, raw or in a WAV file', () => {
    const wav = writeWav(samples, 24_000);
    const cuts = fc.array(fc.nat(raw.length), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (at) => {
        expect(through(raw, at)).toEqual(samples);
        expect(through(wav, at, 'audio/wav')).toEqual(samples);
        expect(through(bytesOf(stereo(samples)), at, 'audio/pcm; channels=2')).toEqual(
          samples.map((sample) => 2 * Math.trunc(sample / 2)),
        );
      }),
    );
  });

  it.each([
    PCM,
    'audio/pcm;rate=24000',
    'audio/pcm',
    'AUDIO/PCM; Rate="24000"',
    ' audio/l16 ; rate = 24000 ; channels=1',
    'audio/x-wav',
    'audio/vnd.wave',
    '',
    undefined,
  ])('is played as it is when its type is %s', (type) => {
    expect(new AnswerSound().push(raw, type)).toEqual(samples);
  });

  it.each([8000, 16_000, 44_100, 48_000])('at %i Hz is played at its own pitch', (rateHz) => {
    isTone(through(bytesOf(sine(rateHz)), [4801, 33_333], `audio/pcm;rate=${rateHz}`));
    isTone(through(writeWav(sine(rateHz), rateHz), [7, 50, 33_333], 'audio/wav'));
  });

  it.each(['Rate="16000Hz"', 'sample_rate=16000', 'sampleRate=16000', 'sampling-rate = 16000 Hz'])(
    'is played at its own pitch where its rate is written %s',
    (rate) => isTone(through(bytesOf(sine(16_000)), [], `audio/pcm;${rate}`)),
  );

  it('of two channels is played as one', () => {
    isTone(through(bytesOf(stereo(sine(48_000))), [4801], 'audio/pcm;rate=48000;channels=2'));
  });

  it.each([
    'audio/mpeg',
    'audio/ogg; codecs=opus',
    'audio/pcm;codec=opus',
    'audio/pcm;rate=24001',
    'audio/pcm;rate=240000',
    'audio/pcm;rate=-1',
    'audio/pcm;channels=6',
  ])('is a fault when it is %s', (type) => {
    expect(() => new AnswerSound().push(raw, type)).toThrow(
      expect.objectContaining({ code: 'service-garbled' }),
    );
  });

  it.each([
    ['another rate', (file: Buffer) => file.writeUInt32LE(24_001, 24)],
    ['8 bits', (file: Buffer) => file.writeUInt16LE(8, 34)],
    ['another encoding', (file: Buffer) => file.writeUInt16LE(6, 20)],
  ])('is a fault when it is a WAV file of %s', (_, change) => {
    const file = Buffer.from(writeWav(samples, 24_000));
    change(file);
    expect(() => through(file, [], 'audio/wav')).toThrow(
      expect.objectContaining({ code: 'service-garbled' }),
    );
  });

  it('has nothing in it of what is no sound', () => {
    const sound = new AnswerSound();
    for (const type of ['image/png', 'video/mp4', 'text/plain', 'application/json'])
      expect(sound.push(raw, type)).toHaveLength(0);
    expect(sound.push(raw.subarray(0, 101), PCM)).toHaveLength(50);
    sound.push(raw.subarray(0, 3), 'image/png');
    expect(sound.push(raw.subarray(101), PCM)).toEqual(samples.subarray(50));
  });

  it('ends where the WAV file says, or continues where it does not know', () => {
    const file = Buffer.concat([writeWav(samples, 24_000), Buffer.from('LIST1234')]);
    expect(through(file, [])).toEqual(samples);
    const endless = Buffer.from(writeWav(samples, 24_000));
    endless.writeUInt32LE(0xffff_ffff, 40);
    expect(through(endless, [])).toEqual(samples);
  });

  it('continues in the next file, where each message is one', () => {
    const file = writeWav(samples, 24_000);
    const endless = Buffer.from(file);
    endless.writeUInt32LE(0xffff_ffff, 40);
    for (const each of [file, endless])
      expect(through(Buffer.concat([each, each]), [each.length], 'audio/wav')).toEqual(
        concat([samples, samples]),
      );
  });

  it('takes over nothing from one rate to another', () => {
    const sound = new AnswerSound();
    sound.push(raw.subarray(0, 7), 'audio/pcm;rate=48000');
    expect(sound.push(raw, PCM)).toEqual(samples);
    const faster = resample(samples, 48_000, 24_000);
    expect(sound.push(raw, 'audio/pcm;rate=48000')).toEqual(faster.subarray(0, 224));
  });
});
