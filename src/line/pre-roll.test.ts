import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_MS, FRAME_SAMPLES, type Frame } from '../audio/pcm/frame.ts';
import { MOST_KEPT_MS, PreRoll } from './pre-roll.ts';

const frame = (index: number, amplitude = 0): Frame => ({
  samples: new Int16Array(FRAME_SAMPLES).fill(amplitude),
  capturedAtMs: index * FRAME_MS,
});
const settings = { keepMs: 300, noiseWindowMs: 3000 };

describe('the pre-roll', () => {
  it('holds the latest frames, no more than it may, oldest first', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(1000), (count, keepMs) => {
        const preRoll = new PreRoll({ ...settings, keepMs });
        const pushed = Array.from({ length: count }, (_, i) => frame(i));
        for (const one of pushed) preRoll.push(one);
        const kept = Math.ceil(keepMs / FRAME_MS);
        expect(preRoll.frames()).toEqual(kept === 0 ? [] : pushed.slice(-kept));
      }),
    );
  });

  it('gives what was captured since a moment, and the frame in which it lies', () => {
    const preRoll = new PreRoll(settings);
    for (let i = 0; i < 15; i++) preRoll.push(frame(i));
    expect(preRoll.frames(250).map(({ capturedAtMs }) => capturedAtMs)).toEqual([240, 260, 280]);
    expect(preRoll.frames(260).map(({ capturedAtMs }) => capturedAtMs)).toEqual([260, 280]);
  });

  it('keeps more and less as it is told, and never what it had already lost', () => {
    const told = fc.array(fc.tuple(fc.option(fc.nat(25_000), { nil: undefined }), fc.nat(1200)), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(told, (steps) => {
        const preRoll = new PreRoll(settings);
        let expected: Frame[] = [];
        let count = 0;
        for (const [ms, pushes] of steps) {
          preRoll.keep(ms);
          const most = Math.ceil(Math.min(ms ?? settings.keepMs, MOST_KEPT_MS) / FRAME_MS);
          expected = most === 0 ? [] : expected.slice(-most);
          expect(preRoll.frames()).toEqual(expected);
          for (let i = 0; i < pushes; i++) {
            const next = frame(count++);
            preRoll.push(next);
            expected.push(next);
          }
          expected = most === 0 ? [] : expected.slice(-most);
          expect(preRoll.frames().map(({ capturedAtMs }) => capturedAtMs)).toEqual(
            expected.map(({ capturedAtMs }) => capturedAtMs),
          );
        }
        preRoll.clear();
        expect(preRoll.frames()).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('forgets its sound when told to, and keeps the level of the room', () => {
    const preRoll = new PreRoll(settings);
    for (let i = 0; i < 30; i++) preRoll.push(frame(i, 100));
    const noise = preRoll.noiseDbfs();
    preRoll.clear();
    expect(preRoll.frames()).toEqual([]);
    expect(preRoll.noiseDbfs()).toBe(noise);
    preRoll.push(frame(31));
    expect(preRoll.frames()).toHaveLength(1);
  });
});

describe('the noise of the room', () => {
  it('is unknown before there are 200 ms of sound', () => {
    const preRoll = new PreRoll(settings);
    for (let i = 0; i < 9; i++) preRoll.push(frame(i, 100));
    expect(preRoll.noiseDbfs()).toBeUndefined();
    preRoll.push(frame(9, 100));
    expect(preRoll.noiseDbfs()).toBeCloseTo(20 * Math.log10(100 / 32768), 6);
  });

  it('is not raised by people who talk for two thirds of the time, nor lowered by a drop-out', () => {
    const preRoll = new PreRoll(settings);
    for (let i = 0; i < 150; i++) preRoll.push(frame(i, i % 3 === 0 ? 50 : 8000));
    for (let i = 0; i < 10; i++) preRoll.push(frame(150 + i, 0));
    expect(preRoll.noiseDbfs()).toBeCloseTo(20 * Math.log10(50 / 32768), 6);
  });

  it('follows the room within its window', () => {
    const preRoll = new PreRoll(settings);
    for (let i = 0; i < 150; i++) preRoll.push(frame(i, 50));
    for (let i = 0; i < 150; i++) preRoll.push(frame(i, 500));
    expect(preRoll.noiseDbfs()).toBeCloseTo(20 * Math.log10(500 / 32768), 6);
  });
});
