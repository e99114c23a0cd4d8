import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_MS, FRAME_SAMPLES, type Frame, framesOf } from '../audio/pcm/frame.ts';
import { defaultConfig } from '../system/config/schema.ts';
import { type SpeechDetector, WINDOW_MS } from './detector.ts';
import type { Gated } from './gate.ts';
import { HoldGate } from './hold-gate.ts';

const DEFAULT_GATE = defaultConfig().gate;

/** A detector that finds speech exactly in these stretches of the sound, in milliseconds. */
function speechAt(...stretches: readonly (readonly [number, number])[]): SpeechDetector {
  let window = 0;
  return {
    probability: async () => {
      const start = window++ * WINDOW_MS;
      return stretches.some(([from, to]) => start < to && start + WINDOW_MS > from) ? 0.9 : 0.01;
    },
    reset: () => {
      window = 0;
    },
  };
}

async function gated(detector: SpeechDetector, sound: readonly Frame[], noiseDbfs?: number) {
  const gate = new HoldGate(detector, DEFAULT_GATE, noiseDbfs);
  const live: Frame[] = [];
  for (const frame of sound) live.push(...(await gate.push(frame)));
  const end: Gated = await gate.end();
  return { ...end, live, frames: [...live, ...end.frames] };
}

const quiet = (ms: number) => framesOf(new Int16Array((ms / FRAME_MS) * FRAME_SAMPLES), 0);

const spans = (frames: readonly Frame[]) => {
  const found: [number, number][] = [];
  for (const { capturedAtMs } of frames) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === capturedAtMs) last[1] += FRAME_MS;
    else found.push([capturedAtMs, capturedAtMs + FRAME_MS]);
  }
  return found;
};

/** Noise of a level, with pulses of a tone in it: [from ms, to ms, amplitude]. */
function room(ms: number, noise: number, ...sounds: readonly (readonly [number, number, number])[]): Frame[] {
  let seed = 1;
  const samples = Int16Array.from({ length: ms * 16 }, (_, i) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    const tone = sounds.find(([from, to]) => i >= from * 16 && i < to * 16);
    return ((seed / 2 ** 30 - 1) * noise + (tone?.[2] ?? 0) * Math.sin(i / 8)) | 0;
  });
  return framesOf(samples, 0);
}

describe('the gate', () => {
  it('lets speech through with its pre-roll and hangover and trims the rest', async () => {
    const { frames, speechMs, speechStartedMs } = await gated(speechAt([1500, 2500]), quiet(5000));
    const [[from, to]] = spans(frames) as [[number, number]];
    expect(spans(frames)).toHaveLength(1);
    expect(from).toBeLessThanOrEqual(1500 - DEFAULT_GATE.preRollMs);
    expect(from).toBeGreaterThan(1500 - DEFAULT_GATE.preRollMs - WINDOW_MS - FRAME_MS);
    expect(to).toBeGreaterThanOrEqual(2500 + DEFAULT_GATE.hangoverMs);
    expect(to).toBeLessThan(2500 + DEFAULT_GATE.hangoverMs + 2 * WINDOW_MS + FRAME_MS);
    expect(Math.abs(speechMs - 1000)).toBeLessThanOrEqual(2 * WINDOW_MS);
    expect(Math.abs((speechStartedMs as number) - 1500)).toBeLessThanOrEqual(WINDOW_MS);
  });

  it('keeps an inner pause of a second whole', async () => {
    const { frames } = await gated(speechAt([500, 1000], [1950, 2500]), quiet(3000));
    expect(spans(frames)).toHaveLength(1);
  });

  it('cuts a longer one to hangover and pre-roll', async () => {
    const { frames } = await gated(speechAt([500, 1000], [3000, 3500]), quiet(4500));
    const [first, second] = spans(frames) as [[number, number], [number, number]];
    expect(spans(frames)).toHaveLength(2);
    expect(first[1]).toBeGreaterThanOrEqual(1000 + DEFAULT_GATE.hangoverMs);
    expect(first[1]).toBeLessThan(1700);
    expect(second[0]).toBeLessThanOrEqual(3000 - DEFAULT_GATE.preRollMs);
    expect(second[0]).toBeGreaterThan(2600);
  });

  it('sends while people still speak', async () => {
    const { live } = await gated(speechAt([200, 4000]), quiet(4000));
    expect((live.at(-1) as Frame).capturedAtMs).toBeGreaterThan(3900);
  });

  it('follows capture times that jump, because sound was lost, and keeps what was said behind the jump', async () => {
    const first = quiet(600);
    const second = quiet(2600).map((frame) => ({ ...frame, capturedAtMs: frame.capturedAtMs + 1600 }));
    // The detector hears windows in their order: speech for 1.6 s of sound, then silence.
    const { frames } = await gated(speechAt([0, 1600]), [...first, ...second]);
    const until = Math.max(...frames.map((frame) => frame.capturedAtMs));
    expect(until).toBeGreaterThanOrEqual(1600 + 1000 + DEFAULT_GATE.hangoverMs - FRAME_MS);
    expect(frames.length * FRAME_MS).toBeGreaterThanOrEqual(1600 + DEFAULT_GATE.hangoverMs);
  });

  it('keeps the last word of a release in mid-speech', async () => {
    const { frames } = await gated(speechAt([200, 9999]), quiet(2000));
    expect(spans(frames).at(-1)?.[1]).toBe(2000);
  });

  it('lets no single click open it', async () => {
    const { frames } = await gated(speechAt([520, 540], [900, 920]), quiet(1500));
    expect(frames).toHaveLength(0);
  });

  it('sends nothing of a silent press, however long', async () => {
    for (const ms of [0, 20, 500, 3000, 60_000]) {
      expect((await gated(speechAt(), quiet(ms))).frames).toHaveLength(0);
    }
  });

  it('sends nothing of steady noise, at any level', async () => {
    for (const noise of [3, 100, 3000, 20_000]) {
      expect((await gated(speechAt(), room(4000, noise))).frames).toHaveLength(0);
    }
  });

  it('fails open: what stands clearly above the room goes out whole, though no speech was found in it', async () => {
    const sound = room(3000, 100, [1000, 1800, 4000]);
    const { frames, failedOpen, speechMs } = await gated(speechAt(), sound);
    expect(failedOpen).toBe(true);
    expect(frames).toHaveLength(sound.length);
    expect(speechMs).toBeGreaterThanOrEqual(780);
  });

  it('fails open for a sound that fills the press, if the room was measured before', async () => {
    const sound = room(2000, 0, [0, 2000, 4000]);
    expect((await gated(speechAt(), sound)).failedOpen).toBe(false);
    expect((await gated(speechAt(), sound, -60)).failedOpen).toBe(true);
  });

  it.each([
    ['a voice 9 dB above the room', [1000, 1800, 250], true],
    ['a voice 3 dB above the room', [1000, 1800, 80], false],
    ['a knock', [1000, 1100, 250], false],
  ] as const)('tells what was too quiet from nothing: %s', async (_, pulse, tooQuiet) => {
    const end = await gated(speechAt(), room(3000, 100, pulse));
    expect(end.tooQuiet).toBe(tooQuiet);
    expect(end.frames).toHaveLength(0);
    expect((await gated(speechAt(), room(1900, 100, pulse))).tooQuiet).toBe(false);
  });

  it('takes nothing that passes, and no steady noise, for too quiet', async () => {
    expect((await gated(speechAt([1000, 1800]), room(3000, 100, [1000, 1800, 250]))).tooQuiet).toBe(false);
    expect((await gated(speechAt(), room(3000, 100, [1000, 1800, 4000]))).tooQuiet).toBe(false);
    for (const noise of [0, 3, 100, 3000, 20_000])
      expect((await gated(speechAt(), room(4000, noise))).tooQuiet).toBe(false);
  });

  it('does not fail open for a knock, nor for a short press', async () => {
    expect((await gated(speechAt(), room(3000, 100, [1000, 1100, 9000]))).frames).toHaveLength(0);
    expect((await gated(speechAt(), room(900, 100, [300, 800, 9000]))).frames).toHaveLength(0);
  });

  it('never reorders, repeats or invents a frame, and loses none that was spoken in', async () => {
    const stretch = fc
      .tuple(fc.nat(6000), fc.integer({ min: 100, max: 2000 }))
      .map(([from, ms]) => [from, from + ms] as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(stretch, { maxLength: 5 }),
        fc.integer({ min: 0, max: 400 }),
        async (stretches, count) => {
          const sound = quiet(count * FRAME_MS);
          const { frames } = await gated(speechAt(...stretches), sound);
          const times = frames.map((frame) => frame.capturedAtMs);
          expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
          expect(frames.every((frame) => sound.includes(frame))).toBe(true);
          for (const frame of sound) {
            // Speech of at least three windows opens the gate; shorter bits may rightly be taken for clicks.
            const spoken = stretches.some(
              ([from, to]) =>
                frame.capturedAtMs >= from && frame.capturedAtMs + FRAME_MS <= Math.min(to, count * FRAME_MS),
            );
            const early = stretches.some(([from]) => count * FRAME_MS - from < 4 * WINDOW_MS);
            if (spoken && !early) expect(times).toContain(frame.capturedAtMs);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
