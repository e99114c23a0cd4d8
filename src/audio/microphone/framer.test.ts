import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_MS, FRAME_SAMPLES, type Frame } from '../pcm/frame.ts';
import { StereoMix } from '../pcm/stereo.ts';
import { Framer } from './framer.ts';

const RATE_PER_MS = 16;
const START_MS = 1000;

/** A sound in which every sample tells its place. */
const counting = (samples: number) => Int16Array.from({ length: samples }, (_, i) => (i % 60_000) - 30_000);
const bytesOf = (samples: Int16Array) =>
  new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

interface Arrival {
  /** Bytes of the chunk. */
  readonly bytes: number;
  /** From the capture of its last sample to its arrival. */
  readonly delayMs: number;
}

/**
 * Chunks of a sound that was captured from START_MS on, each arriving after its last sample and not before the
 * chunk in front of it.
 * @param pace milliseconds of the monotonic clock in one millisecond of the recorder's
 */
function record(framer: Framer, arrivals: readonly Arrival[], pace = 1): Frame[] {
  const total = arrivals.reduce((sum, { bytes }) => sum + bytes, 0);
  const sound = bytesOf(counting(Math.ceil(total / 2)));
  const frames: Frame[] = [];
  let at = 0;
  let nowMs = START_MS;
  for (const { bytes, delayMs } of arrivals) {
    at += bytes;
    nowMs = Math.max(nowMs, START_MS + (at / 2 / RATE_PER_MS) * pace + delayMs);
    frames.push(...framer.push(sound.subarray(at - bytes, at), nowMs));
  }
  return frames;
}

const errorOf = (frame: Frame, index: number, pace = 1) =>
  frame.capturedAtMs - (START_MS + index * FRAME_MS * pace);

const regular = (chunkMs: number, seconds: number, delayMs: (i: number) => number): Arrival[] =>
  Array.from({ length: (seconds * 1000) / chunkMs }, (_, i) => ({
    bytes: chunkMs * RATE_PER_MS * 2,
    delayMs: delayMs(i),
  }));

const delay = fc.double({ min: 0, max: 400, noNaN: true });

describe('the framer', () => {
  it('keeps every sample in its order, whatever the chunks', () => {
    const arrivals = fc.array(fc.record({ bytes: fc.nat(5000), delayMs: delay }), { maxLength: 60 });
    fc.assert(
      fc.property(arrivals, (chunks) => {
        const frames = record(new Framer(), chunks);
        const total = chunks.reduce((sum, { bytes }) => sum + bytes, 0);
        expect(frames).toHaveLength(Math.floor(total / 2 / FRAME_SAMPLES));
        const joined = Int16Array.from(frames.flatMap(({ samples }) => [...samples]));
        expect(joined).toEqual(counting(joined.length));
      }),
      { numRuns: 50 },
    );
  });

  it('takes two channels for one, whatever the chunks', () => {
    const sound = counting(6400);
    const both = bytesOf(Int16Array.from({ length: 2 * sound.length }, (_, i) => sound[i >> 1] as number));
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { maxLength: 20 }), (sizes) => {
        const framer = new Framer();
        framer.restart(new StereoMix());
        const frames: Frame[] = [];
        let at = 0;
        for (const size of [...sizes, both.length]) {
          frames.push(...framer.push(both.subarray(at, at + size), START_MS + at));
          at += size;
        }
        expect(Int16Array.from(frames.flatMap(({ samples }) => [...samples]))).toEqual(sound);
      }),
      { numRuns: 50 },
    );
  });

  it('never goes back in time, not even over restarts and a clock that stands still', () => {
    const step = fc.oneof(
      fc.record({ bytes: fc.nat(9000), delayMs: delay }),
      fc.constant('restart' as const),
      fc.record({ bytes: fc.nat(9000), jumpMs: fc.double({ min: -500, max: 3000, noNaN: true }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const framer = new Framer();
        let nowMs = START_MS;
        let lastMs = Number.NEGATIVE_INFINITY;
        for (const what of steps) {
          if (what === 'restart') {
            framer.restart();
            continue;
          }
          nowMs += 'jumpMs' in what ? what.jumpMs : what.bytes / 32 + what.delayMs;
          for (const frame of framer.push(new Uint8Array(what.bytes), nowMs)) {
            expect(frame.capturedAtMs).toBeGreaterThanOrEqual(lastMs + 15);
            lastMs = frame.capturedAtMs;
          }
        }
      }),
    );
  });

  it.each([20, 125])('times frames exactly when chunks of %i ms come at once', (chunkMs) => {
    const frames = record(
      new Framer(),
      regular(chunkMs, 10, () => 0),
    );
    for (const [i, frame] of frames.entries()) expect(Math.abs(errorOf(frame, i))).toBeLessThan(1e-6);
  });

  it('comes within 3 ms of the truth although chunks are late now and then, the first ones too', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 40, noNaN: true }), { minLength: 7 }), (delays) => {
        // One chunk in seven is on time.
        const late = (i: number) => (i % 7 === 6 ? 0 : (delays[i % delays.length] as number));
        const frames = record(new Framer(), regular(20, 5, late));
        for (const [i, frame] of frames.entries()) {
          const error = errorOf(frame, i);
          expect(error).toBeGreaterThan(-1e-6);
          if (i * FRAME_MS > 1000) expect(error).toBeLessThan(3);
        }
      }),
      { numRuns: 30 },
    );
  });

  it.each([0.997, 1.003])('follows a recorder whose clock is wrong (%f)', (pace) => {
    const frames = record(
      new Framer(),
      regular(125, 60, () => 0),
      pace,
    );
    for (const [i, frame] of frames.entries()) expect(Math.abs(errorOf(frame, i, pace))).toBeLessThan(2);
  });

  it('does not mistake a busy process for lost sound: what waited in the pipe keeps its time', () => {
    // 1.5 s in which nobody reads; then the pipe's content comes at once.
    const before = regular(20, 2, () => 0);
    const waiting = regular(20, 1.5, (i) => 1500 - i * 20);
    const frames = record(new Framer(), [...before, ...waiting, ...regular(20, 2, () => 0)]);
    for (const [i, frame] of frames.entries()) expect(Math.abs(errorOf(frame, i))).toBeLessThan(8);
  });

  it('moves on when samples were lost, within half a second', () => {
    const framer = new Framer();
    const before = record(
      framer,
      regular(20, 2, () => 0),
    );
    const lostMs = 700;
    let nowMs = START_MS + 2000 + lostMs;
    const after: Frame[] = [];
    for (let i = 0; i < 100; i++) {
      nowMs += FRAME_MS;
      after.push(...framer.push(bytesOf(counting(FRAME_SAMPLES)), nowMs));
    }
    for (const [i, frame] of after.entries()) {
      const error = errorOf(frame, before.length + i) - lostMs;
      if (i * FRAME_MS > 500) expect(Math.abs(error)).toBeLessThan(1);
    }
  });
});
