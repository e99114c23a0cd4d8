import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { FRAME_MS, FRAME_SAMPLES, type Frame, frameEndMs, framesOf } from '../audio/pcm/frame.ts';
import { defaultConfig } from '../system/config/schema.ts';
import { Turn } from '../turn/turn.ts';
import type { SpeechDetector } from './detector.ts';
import { EndingGate } from './ending-gate.ts';
import { Utterance } from './utterance.ts';

/** Takes every sound that is not silence for speech. */
const HEARS: SpeechDetector = {
  probability: async (window) => (window.some((sample) => sample !== 0) ? 0.9 : 0.01),
  reset: () => {},
};
const END_AFTER_MS = defaultConfig().gate.endAfterMs;
const TAIL_MS = 150;

function sound(ms: number, fromMs: number, toMs: number): Frame[] {
  const samples = new Int16Array((ms / FRAME_MS) * FRAME_SAMPLES).fill(1000, fromMs * 16, toMs * 16);
  return framesOf(samples, 0);
}

/** An utterance that is given frames: so many at once, the rest one by one, each when its last sample was captured. */
async function captured(frames: readonly Frame[], backlog = 0, releasedAtMs?: number) {
  const turn = new Turn();
  const clock = new VirtualClock();
  const startedAtMs: number[] = [];
  clock.advance(backlog * FRAME_MS);
  const utterance = new Utterance(
    turn,
    new EndingGate(HEARS, defaultConfig().gate),
    frames.slice(0, backlog),
    {
      tailMs: TAIL_MS,
      clock,
      speechStarted: () => startedAtMs.push(clock.now()),
    },
  );
  if (releasedAtMs !== undefined)
    clock.after(Math.max(0, releasedAtMs - clock.now()), () => utterance.release(releasedAtMs));
  utterance.start();
  for (const frame of frames.slice(backlog)) {
    if (utterance.over) break;
    await settled();
    clock.advance(FRAME_MS);
    utterance.push(frame);
  }
  if (releasedAtMs !== undefined && !utterance.over) utterance.release(releasedAtMs);
  await settled();
  utterance.end();
  await utterance.done;
  return { turn, told: startedAtMs, utterance };
}

/** Everything that waits for a promise of the detector has happened. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

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

  it('leaves the sound after its last frame to the next one', async () => {
    const { turn, utterance } = await captured(sound(10_000, 1000, 2500), 500);
    expect(utterance.heardUntilMs).toBe(frameEndMs(turn.frames.at(-1) as Frame));
    expect(utterance.heardUntilMs).toBeGreaterThan(2500);
    expect(utterance.heardUntilMs).toBeLessThan(2500 + END_AFTER_MS);
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
    await expect(captured(frames, 0, 3500)).rejects.toMatchObject({ code: 'microphone-stalled' });
    await expect(captured(sound(9000, 1000, 2900), 0, 60_000)).resolves.toBeDefined();
  });

  it('takes nothing more and settles nothing after it was abandoned', async () => {
    const turn = new Turn();
    let captures = 0;
    const utterance = new Utterance(turn, new EndingGate(HEARS, defaultConfig().gate), sound(2000, 0, 2000), {
      tailMs: TAIL_MS,
      clock: new VirtualClock(),
      captured: () => captures++,
    });
    utterance.abandon();
    utterance.start();
    utterance.push(sound(20, 0, 20)[0] as Frame);
    await settled();
    expect([captures, turn.frames.length, turn.closed]).toEqual([1, 0, false]);
  });
});
