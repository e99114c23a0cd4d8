import { describe, expect, it } from 'vitest';
import { mixed, noise, sequence, silence } from '../voices.ts';
import { between, forRecognition, frequencyOf, holes, stretches, whereIs } from './recording.ts';

const RATE_HZ = 16_000;
const tone = (hertz: number, seconds: number): Int16Array =>
  Int16Array.from({ length: RATE_HZ * seconds }, (_, i) =>
    Math.round(12_000 * Math.cos((2 * Math.PI * hertz * i) / RATE_HZ)),
  );
const recorded = (samples: Int16Array, startMs = 5000) => ({ rateHz: RATE_HZ, samples, startMs });

describe('a recording', () => {
  const twoTones = recorded(sequence(silence(0.5), tone(440, 0.2), silence(0.1), tone(440, 0.2), silence(1)));

  it('finds sound, by its own clock', () => {
    expect(stretches(twoTones)).toEqual([{ startMs: 5500, endMs: 6000 }]);
    expect(stretches(twoTones, { bridgeMs: 50 })).toEqual([
      { startMs: 5500, endMs: 5700 },
      { startMs: 5800, endMs: 6000 },
    ]);
    expect(stretches(recorded(silence(1)))).toEqual([]);
    expect(stretches(recorded(noise('pink', -70, 1)))).toEqual([]);
  });

  it('can be cut by time, beyond its ends too', () => {
    const part = between(twoTones, 5600, 5900);
    expect([part.startMs, part.samples.length]).toEqual([5600, 4800]);
    expect(between(twoTones, 0, 99_999).samples).toEqual(twoTones.samples);
    expect(between(twoTones, 99_000, 99_999).samples).toHaveLength(0);
  });

  it('shows the hole that an underrun leaves, and none where there is none', () => {
    const [hole, ...more] = holes(twoTones);
    expect(more).toEqual([]);
    expect(hole?.startMs).toBeCloseTo(5700, 0);
    expect(hole?.endMs).toBeCloseTo(5800, 0);
    expect(holes(recorded(tone(440, 1)))).toEqual([]);
    expect(holes(recorded(silence(1)))).toEqual([]);
  });

  it('finds the pitch of a tone', () => {
    expect(frequencyOf(recorded(tone(440, 0.5)))).toBeCloseTo(440, 1);
    expect(frequencyOf(recorded(silence(0.5)))).toBeNaN();
  });

  it('has the rate of the microphone for recognition', () => {
    expect(forRecognition({ rateHz: 48_000, samples: new Int16Array(48_000), startMs: 0 })).toHaveLength(
      16_000,
    );
  });
});

describe('looking for a sound', () => {
  const sound = noise('pink', -15, 1, 7);
  const around = (what: Int16Array) => recorded(sequence(silence(0.7), what, silence(1)));

  it('finds it at any loudness and in noise', () => {
    const quieter = sound.map((sample) => Math.round(sample / 4));
    const found = whereIs(sound, RATE_HZ, around(quieter));
    expect(found.startMs).toBeCloseTo(5700, 0);
    expect(found.likeness).toBeGreaterThan(0.99);
    expect(
      whereIs(sound, RATE_HZ, recorded(mixed(around(sound).samples, noise('pink', -30, 3)))).startMs,
    ).toBeCloseTo(5700, 0);
  });

  it('shows a clipped start, a hole and a jump in its pieces', () => {
    const clipped = sound.slice();
    clipped.fill(0, 0, 3200);
    const holed = sound.slice();
    holed.fill(0, 8000, 9600);
    const jumped = sequence(sound.subarray(0, 8000), silence(0.02), sound.subarray(8000));
    const pieces = (what: Int16Array) =>
      whereIs(sound, RATE_HZ, around(what)).pieces.map((piece) => piece > 0.9);
    expect(pieces(sound)).toEqual(Array(10).fill(true));
    expect(pieces(clipped)).toEqual([false, false, ...Array(8).fill(true)]);
    expect(pieces(holed)).toEqual([...Array(5).fill(true), false, ...Array(4).fill(true)]);
    expect(pieces(jumped).filter((same) => !same)).toHaveLength(5);
  });

  it('says how little something else has in common with it', () => {
    expect(whereIs(sound, RATE_HZ, around(noise('pink', -15, 1, 8))).likeness).toBeLessThan(0.5);
  });
});
