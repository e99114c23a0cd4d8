import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { FRAME_MS, FRAME_SAMPLES, type Frame, framesOf } from '../audio/pcm/frame.ts';
import { defaultConfig } from '../system/config.ts';
import { Turn } from '../turn/turn.ts';
import type { SpeechDetector } from '../voice/detector.ts';
import { FrameQueue } from './frame-queue.ts';
import { captureUtterance } from './utterance.ts';
import { endingGateFrom } from './wire.ts';

/** Takes every sound that is not silence for speech. */
const HEARS: SpeechDetector = {
  probability: async (window) => (window.some((sample) => sample !== 0) ? 0.9 : 0.01),
  reset: () => {},
};
const END_AFTER_MS = defaultConfig().gate.end_after_ms;
const TAIL_MS = 150;

function sound(ms: number, fromMs: number, toMs: number): Frame[] {
  const samples = new Int16Array((ms / FRAME_MS) * FRAME_SAMPLES).fill(1000, fromMs * 16, toMs * 16);
  return framesOf(samples, 0);
}

/** So many at once, the rest one by one, each when its last sample has been captured. */
async function* microphone(frames: readonly Frame[], backlog: number, clock: VirtualClock) {
  clock.advance(backlog * FRAME_MS);
  for (const [i, frame] of frames.entries()) {
    if (i >= backlog) {
      clock.advance(FRAME_MS);
      await Promise.resolve();
    }
    yield frame;
  }
}

async function captured(frames: readonly Frame[], backlog = 0, releasedAtMs?: number) {
  const turn = new Turn();
  const clock = new VirtualClock();
  const told: number[] = [];
  const released = () =>
    releasedAtMs !== undefined && clock.now() >= releasedAtMs ? releasedAtMs : undefined;
  await captureUtterance(
    microphone(frames, backlog, clock),
    endingGateFrom(defaultConfig(), HEARS),
    turn,
    released,
    TAIL_MS,
    clock,
    () => told.push(clock.now()),
  );
  return { turn, told };
}

describe('an utterance that the gate ends', () => {
  it('is over with the silence behind it, and its latency counts from the end of the speech', async () => {
    const { turn, told } = await captured(sound(10_000, 1000, 2500));
    expect(turn.closed).toBe(true);
    expect(turn.marks.speechStarted).toBeCloseTo(1000, -2);
    expect(turn.marks.released).toBeCloseTo(2500, -2);
    expect(turn.marks.captured).toBeGreaterThanOrEqual(2500 + END_AFTER_MS);
    expect(turn.marks.captured).toBeLessThan(2500 + END_AFTER_MS + 100);
    expect(turn.marks.gated).toBe(turn.marks.captured);
    expect(turn.speechMs).toBeCloseTo(1500, -2);
    expect(told).toHaveLength(1);
    expect(told[0]).toBeLessThan(1500);
  });

  it.each([1, 17, 100, 150, 400, 500])('is the same when %d frames of it were waiting', async (backlog) => {
    const frames = sound(10_000, 1000, 2500);
    const [live, late] = [await captured(frames), await captured(frames, backlog)];
    expect(late.turn.frames).toEqual(live.turn.frames);
    expect(late.turn.marks.speechStarted).toBe(live.turn.marks.speechStarted);
    expect(late.turn.marks.released).toBe(live.turn.marks.released);
    expect(late.told).toHaveLength(1);
  });

  it('leaves the frames behind its end to who comes next', async () => {
    const queue = new FrameQueue(sound(10_000, 1000, 2500));
    await captureUtterance(
      queue,
      endingGateFrom(defaultConfig(), HEARS),
      new Turn(),
      () => undefined,
      TAIL_MS,
      new VirtualClock(),
    );
    queue.end();
    const left: Frame[] = [];
    for await (const frame of queue) left.push(frame);
    expect(left[0]?.capturedAtMs).toBeGreaterThan(2500);
    expect(left.at(-1)?.capturedAtMs).toBe(9980);
  });

  it('is still ended by a press in mid-speech', async () => {
    const { turn } = await captured(sound(10_000, 1000, 9000), 0, 4000);
    expect(turn.marks.released).toBe(4000);
    expect(turn.marks.captured).toBeLessThan(4000 + TAIL_MS + 2 * FRAME_MS);
    expect(turn.frames.at(-1)?.capturedAtMs).toBeGreaterThan(4000);
  });

  it('is empty, without a fault, when nobody speaks until the sound ends', async () => {
    const { turn, told } = await captured(sound(3000, 1000, 1100));
    expect(turn.frames).toEqual([]);
    expect(turn.closed).toBe(true);
    expect(turn.marks.speechStarted).toBeUndefined();
    expect(told).toEqual([]);
  });

  it('fails when the microphone fell silent before a press ended it, and not when the gate did', async () => {
    const frames = sound(3000, 1000, 2900);
    const silentAfter = async (releasedAtMs: number, frames: readonly Frame[]) =>
      captureUtterance(
        microphone(frames, 0, new VirtualClock()),
        endingGateFrom(defaultConfig(), HEARS),
        new Turn(),
        () => releasedAtMs,
        TAIL_MS,
        new VirtualClock(),
      );
    await expect(silentAfter(3500, frames)).rejects.toMatchObject({ code: 'microphone-stalled' });
    await expect(silentAfter(60_000, sound(9000, 1000, 2900))).resolves.toBeUndefined();
  });
});
