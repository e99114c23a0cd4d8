import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_MS, FRAME_SAMPLES, type Frame, frameEndMs, framesOf } from '../audio/pcm/frame.ts';
import { defaultConfig } from '../system/config/schema.ts';
import { type SpeechDetector, WINDOW_MS } from './detector.ts';
import { EndingGate, type EndingGateSettings } from './ending-gate.ts';

/** The gate where it has to find the end of an utterance by itself. */

const END_AFTER_MS = 800;
const ENDING: EndingGateSettings = {
  ...defaultConfig().gate,
  endAfterMs: END_AFTER_MS,
  minSpeechMs: 200,
  maxUtteranceMs: 60_000,
};

/** Takes every sound that is not silence for speech. */
const HEARS: SpeechDetector = {
  probability: async (window) => (window.some((sample) => sample !== 0) ? 0.9 : 0.01),
  reset: () => {},
};

type Stretch = readonly [fromMs: number, toMs: number];

function sound(ms: number, ...speech: readonly Stretch[]): Frame[] {
  const samples = new Int16Array(Math.round(ms / FRAME_MS) * FRAME_SAMPLES);
  for (const [from, to] of speech) samples.fill(1000, from * 16, to * 16);
  return framesOf(samples, 0);
}

/** What a mask or an overrun leaves of a sound. */
const without = (frames: readonly Frame[], [from, to]: Stretch) =>
  frames.filter((frame) => frameEndMs(frame) <= from || frame.capturedAtMs >= to);

async function through(frames: readonly Frame[], settings: Partial<EndingGateSettings> = {}, from = 0) {
  const gate = new EndingGate(HEARS, { ...ENDING, ...settings });
  const sent: Frame[] = [];
  let used = from;
  while (used < frames.length && !gate.over) sent.push(...(await gate.push(frames[used++] as Frame)));
  const overAtMs = gate.over ? frameEndMs(frames[used - 1] as Frame) : undefined;
  const end = await gate.end();
  sent.push(...end.frames);
  return { gate, sent, overAtMs, end, firstMs: sent.at(0)?.capturedAtMs, lastMs: sent.at(-1)?.capturedAtMs };
}

/** One gate behind the other, until the sound is used up. */
async function conversation(frames: readonly Frame[], settings: Partial<EndingGateSettings> = {}) {
  const found: Awaited<ReturnType<typeof through>>[] = [];
  for (let at = 0; ; ) {
    const one = await through(frames, settings, at);
    if (one.sent.length === 0) return found;
    found.push(one);
    at = frames.indexOf(one.sent.at(-1) as Frame) + 1;
  }
}

describe('a gate that ends the utterance', () => {
  it('is over when there was silence for long enough behind the last speech, and no sooner', async () => {
    const { gate, overAtMs, sent } = await through(sound(6000, [1000, 1500], [2200, 3000]));
    expect(overAtMs).toBeGreaterThanOrEqual(3000 + END_AFTER_MS);
    expect(overAtMs).toBeLessThan(3000 + END_AFTER_MS + 2 * WINDOW_MS + FRAME_MS);
    expect(gate.lastSpeechEndMs).toBeGreaterThanOrEqual(3000);
    expect(gate.lastSpeechEndMs).toBeLessThan(3000 + WINDOW_MS);
    expect(gate.speechStartedMs).toBeLessThanOrEqual(1000);
    expect(gate.speechStartedMs).toBeGreaterThan(1000 - WINDOW_MS);
    const [first, last] = [sent.at(0) as Frame, sent.at(-1) as Frame];
    expect(first.capturedAtMs).toBeLessThanOrEqual(1000 - ENDING.preRollMs);
    expect(frameEndMs(last)).toBeGreaterThanOrEqual(3000 + ENDING.hangoverMs);
    expect(frameEndMs(last)).toBeLessThan(3000 + END_AFTER_MS);
    expect(sent).toHaveLength((frameEndMs(last) - first.capturedAtMs) / FRAME_MS);
  });

  it('lets nothing through once it is over', async () => {
    const { gate, end } = await through(sound(3000, [500, 1500]));
    expect(gate.over).toBe(true);
    for (const frame of sound(2000, [0, 2000])) expect(await gate.push(frame)).toEqual([]);
    expect(end.frames).toEqual([]);
    expect(await gate.end()).toMatchObject({ frames: [], failedOpen: false });
  });

  it('cuts a pause that is longer than it keeps, and does not end there if it waits for longer', async () => {
    const { sent, gate } = await through(sound(6000, [500, 1000], [2800, 3500]), { endAfterMs: 2000 });
    expect(gate.lastSpeechEndMs).toBeGreaterThanOrEqual(3500);
    expect(sent.some((frame) => frame.capturedAtMs > 2000 && frame.capturedAtMs < 2300)).toBe(false);
    expect(sent.some((frame) => frame.capturedAtMs >= 2800)).toBe(true);
  });

  it('is not over while it waits, however long, and holds no more than its pre-roll', async () => {
    const { gate, sent } = await through(sound(120_000));
    expect(gate.over).toBe(false);
    expect(sent).toEqual([]);
  });

  it('takes no click for speech, nor several that are apart', async () => {
    const clicks = [0, 700, 1400, 2100, 2800].map((ms) => [1000 + ms, 1100 + ms] as const);
    const { gate, sent, end } = await through(sound(6000, ...clicks));
    expect(gate.over).toBe(false);
    expect(sent).toEqual([]);
    expect(end).toMatchObject({ speechMs: 0, speechStartedMs: undefined });
  });

  it('lets go of all of it, the sound before it too, as soon as it is long enough to be meant', async () => {
    const frames = sound(3000, [1000, 2000]);
    const gate = new EndingGate(HEARS, ENDING);
    const arrived: { atMs: number; frames: readonly Frame[] }[] = [];
    for (const frame of frames) arrived.push({ atMs: frameEndMs(frame), frames: await gate.push(frame) });
    const first = arrived.find((one) => one.frames.length > 0);
    expect(first?.atMs).toBeGreaterThanOrEqual(1200);
    expect(first?.atMs).toBeLessThan(1200 + 2 * WINDOW_MS + FRAME_MS);
    expect(first?.frames[0]?.capturedAtMs).toBeLessThanOrEqual(700);
    expect(first?.frames.length).toBeGreaterThanOrEqual((1200 - 700) / FRAME_MS);
  });

  it('forgets a click that was followed by nothing', async () => {
    const { gate, firstMs } = await through(sound(6000, [1000, 1100], [2500, 3500]));
    expect(gate.speechStartedMs).toBeGreaterThan(2400);
    expect(firstMs).toBeGreaterThan(2100);
  });

  it('never fails open: nobody decided to speak', async () => {
    const deaf: SpeechDetector = { probability: async () => 0, reset: () => {} };
    const gate = new EndingGate(deaf, ENDING);
    for (const frame of sound(3000, [1000, 2000])) await gate.push(frame);
    expect(await gate.end()).toEqual({
      frames: [],
      speechMs: 0,
      speechStartedMs: undefined,
      failedOpen: false,
      tooQuiet: false,
    });
  });

  it('is over when an utterance is too long, and the next one goes on where it stopped', async () => {
    const found = await conversation(sound(12_000, [500, 10_000]), { maxUtteranceMs: 4000 });
    expect(found).toHaveLength(3);
    const sent = found.flatMap((one) => one.sent.map((frame) => frame.capturedAtMs));
    expect(sent).toEqual(sent.map((_, i) => (sent[0] as number) + i * FRAME_MS));
  });

  it('gives the rest when it is ended from outside in mid-speech', async () => {
    const { sent, gate, end } = await through(sound(2000, [500, 2000]));
    expect(gate.over).toBe(false);
    expect(frameEndMs(sent.at(-1) as Frame)).toBe(2000);
    expect(end.speechMs).toBeGreaterThan(1400);
  });
});

describe('a gap in the capture times, where the device itself was heard', () => {
  it('ends the utterance as silence does, and what comes behind it is the next', async () => {
    const frames = without(sound(8000, [500, 1500], [2600, 4000]), [1700, 2600]);
    const [first, second, ...more] = await conversation(frames);
    expect(first?.lastMs).toBeLessThan(1700);
    expect(first?.gate.lastSpeechEndMs).toBeLessThan(1500 + WINDOW_MS);
    expect(second?.firstMs).toBe(2600);
    expect(second?.gate.speechStartedMs).toBe(2600);
    expect(more).toEqual([]);
  });

  it('is a pause where it is short', async () => {
    const frames = without(sound(8000, [500, 1500], [1900, 3000]), [1500, 1900]);
    const found = await conversation(frames);
    expect(found).toHaveLength(1);
    expect(found[0]?.gate.lastSpeechEndMs).toBeGreaterThanOrEqual(3000);
    expect(found[0]?.sent).toEqual(
      frames.filter(
        ({ capturedAtMs }) =>
          capturedAtMs >= (found[0]?.firstMs as number) && capturedAtMs <= (found[0]?.lastMs as number),
      ),
    );
  });

  it('ends one that was cut off by it in mid-word', async () => {
    const [first, second] = await conversation(without(sound(9000, [500, 6000]), [2000, 4000]));
    expect(frameEndMs(first?.sent.at(-1) as Frame)).toBe(2000);
    expect(second?.firstMs).toBe(4000);
  });

  it('separates two clicks as silence does', async () => {
    const frames = without(sound(5000, [1000, 1130], [2130, 2260]), [1140, 2120]);
    expect(await conversation(frames)).toEqual([]);
  });
});

describe('a conversation through one gate after the other', () => {
  const steps = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 2500 }),
      fc.integer({ min: 20, max: 1500 }),
      fc.constantFrom('speech', 'speech', 'gap'),
    ),
    { maxLength: 12 },
  );

  it('lets no frame out twice or out of order, and all between the first and the last speech of each', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (drawn) => {
        const speech: Stretch[] = [];
        const gaps: Stretch[] = [];
        let ms = 400;
        for (const [quiet, length, kind] of drawn) {
          (kind === 'gap' ? gaps : speech).push([ms + quiet, ms + quiet + length]);
          ms += quiet + length;
        }
        const frames = gaps.reduce(without, sound(ms + 2000, ...speech));
        const found = await conversation(frames);
        const sent = found.flatMap((one) => one.sent);
        const order = sent.map((frame) => frames.indexOf(frame));
        expect(order).toEqual([...new Set(order)].toSorted((a, b) => a - b));
        for (const { gate, sent: own, firstMs, lastMs } of found) {
          expect(gate.over).toBe(true);
          expect(own).toEqual(
            frames.filter(
              (f) => f.capturedAtMs >= (firstMs as number) && f.capturedAtMs <= (lastMs as number),
            ),
          );
        }
        for (const [i, { gate, sent: own }] of found.entries()) {
          const before = found[i - 1];
          const started = gate.speechStartedMs as number;
          if (before !== undefined)
            expect(started - (before.gate.lastSpeechEndMs as number)).toBeGreaterThanOrEqual(
              END_AFTER_MS - 2 * WINDOW_MS,
            );
          for (const frame of frames)
            if (frame.capturedAtMs >= started && frameEndMs(frame) <= (gate.lastSpeechEndMs as number))
              expect(own).toContain(frame);
        }
        // Speech that is long enough to be meant and whole is in one of them.
        const times = new Set(sent.map((frame) => frame.capturedAtMs));
        for (const [from, to] of speech) {
          if (to - from < ENDING.minSpeechMs + 2 * WINDOW_MS) continue;
          for (const frame of frames)
            if (frame.capturedAtMs >= from && frameEndMs(frame) <= to)
              expect(times.has(frame.capturedAtMs)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});
