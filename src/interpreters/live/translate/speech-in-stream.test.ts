import { describe, expect, it } from 'vitest';
import { concat } from '../../../audio/pcm/concat.ts';
import { TRANSLATION_RATE_HZ } from '../../interpreter.ts';
import { SpeechInStream } from './speech-in-stream.ts';

const of = (seconds: number, level: number) =>
  Int16Array.from({ length: Math.round(seconds * TRANSLATION_RATE_HZ) }, (_, i) => (i % 2 ? level : -level));
const speech = (seconds: number) => of(seconds, 8000);
const silence = (seconds: number) => of(seconds, 3);
const secondsOf = (samples: Int16Array) => samples.length / TRANSLATION_RATE_HZ;
const isLoud = (sample: number) => Math.abs(sample) > 1000;

/** The stream in pieces of so many milliseconds, as a service sends it. */
function heardOf(stream: Int16Array, pieceMs = 250, runningDry = false) {
  const found = new SpeechInStream();
  const size = (TRANSLATION_RATE_HZ * pieceMs) / 1000;
  const heard: Int16Array[] = [];
  for (let at = 0; at < stream.length; at += size)
    heard.push(found.push(stream.subarray(at, at + size), runningDry));
  return { found, heard: concat(heard) };
}

const leadOf = (samples: Int16Array) => samples.findIndex(isLoud) / TRANSLATION_RATE_HZ;
const tailOf = (samples: Int16Array) =>
  (samples.length - 1 - samples.findLastIndex(isLoud)) / TRANSLATION_RATE_HZ;
const loudOf = (samples: Int16Array) => samples.filter(isLoud).length / TRANSLATION_RATE_HZ;

describe('the speech in a stream', () => {
  it.each([7, 20, 40, 250, 1000])(
    'is all there, with a breath of silence around it, in pieces of %i ms',
    (ms) => {
      const { heard } = heardOf(concat([silence(1.5), speech(2), silence(3)]), ms);
      expect(loudOf(heard)).toBeCloseTo(2);
      expect(leadOf(heard)).toBeLessThanOrEqual(0.06);
      expect(tailOf(heard)).toBeLessThanOrEqual(0.08);
    },
  );

  it('is not begun by silence that is not quite digital', () => {
    const { found, heard } = heardOf(silence(2));
    expect(heard).toHaveLength(0);
    expect(found.speechSeconds).toBe(0);
    expect(found.silentSeconds).toBeCloseTo(2, 1);
  });

  it('keeps its pauses', () => {
    const { heard } = heardOf(concat([speech(1), silence(0.5), speech(1), silence(2)]));
    expect(secondsOf(heard)).toBeCloseTo(2.5, 0);
    expect(heard.subarray(0, 2.5 * TRANSLATION_RATE_HZ)).toEqual(
      concat([speech(1), silence(0.5), speech(1)]),
    );
  });

  it('has no pause longer than 0.6 s', () => {
    const { heard } = heardOf(concat([speech(1), silence(5), speech(1), silence(2)]));
    expect(loudOf(heard)).toBeCloseTo(2);
    expect(secondsOf(heard)).toBeGreaterThan(2.59);
    expect(secondsOf(heard)).toBeLessThan(2.7);
  });

  it('gives a pause as it comes when the listener would run dry, and no more of it', () => {
    const stream = concat([silence(1), speech(1), silence(0.5), speech(1), silence(0.25)]);
    const { heard } = heardOf(stream, 250, true);
    expect(secondsOf(heard)).toBeGreaterThan(2.74);
    expect(secondsOf(heard)).toBeLessThan(2.82);
    const long = heardOf(concat([speech(1), silence(5)]), 250, true).heard;
    expect(tailOf(long)).toBeCloseTo(0.6);
  });

  it('says how long it has been silent since', () => {
    expect(heardOf(concat([speech(1), silence(1)])).found.silentSeconds).toBeCloseTo(1);
    expect(heardOf(concat([speech(1), silence(1), speech(0.5)])).found.silentSeconds).toBe(0);
  });
});
