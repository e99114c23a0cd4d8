import { describe, expect, it } from 'vitest';
import type { ModelUsed } from '../../../turn/turn.ts';
import type { ServiceMessage } from './message.ts';
import { Counts, SessionSound } from './usage.ts';

const used = (): ModelUsed => ({
  engine: 'dialogue',
  model: 'm',
  sentSeconds: 0,
  receivedSeconds: 0,
  earlierSeconds: 0,
  textInTokens: 0,
});
const usage = (audioIn: number) => ({
  promptTokenCount: audioIn,
  promptTokensDetails: [{ modality: 'AUDIO', tokenCount: audioIn }],
});
const END = { turnComplete: true };

/** What a message brings, after the end of the utterance unless it says otherwise. */
const tell = (counts: Counts, message: object, asked = true) =>
  counts.message(message as ServiceMessage, asked);

async function isOver(over: Promise<void>): Promise<boolean> {
  return Promise.race([over.then(() => true), new Promise<false>((r) => setImmediate(() => r(false)))]);
}

it('adds what comes in several messages, until the turn is complete', async () => {
  const [counts, use] = [new Counts(), used()];
  const { over } = counts.begin(use);
  tell(counts, { usageMetadata: usage(10) });
  tell(counts, { usageMetadata: null });
  tell(counts, { usageMetadata: {} });
  expect(await isOver(over)).toBe(false);
  tell(counts, { usageMetadata: usage(5), serverContent: END });
  expect(use.reported).toMatchObject({ audioIn: 15 });
  expect(await isOver(over)).toBe(true);
});

it('accepts a count in a separate message after the end', async () => {
  const [counts, use] = [new Counts(), used()];
  const { over } = counts.begin(use);
  tell(counts, { serverContent: END });
  expect(await isOver(over)).toBe(false);
  tell(counts, { usageMetadata: usage(5) });
  expect(use.reported).toMatchObject({ audioIn: 5 });
  expect(await isOver(over)).toBe(true);
});

it('gives a later turn nothing of an earlier one, whose end comes late, without a count, or never', () => {
  for (const late of [{ usageMetadata: usage(7), serverContent: END }, { serverContent: END }, undefined]) {
    const [counts, first, second] = [new Counts(), used(), used()];
    counts.begin(first).giveUp();
    counts.begin(second);
    if (late !== undefined) tell(counts, late, false);
    expect(second.reported).toBeUndefined();
    tell(counts, { serverContent: { generationComplete: true } });
    tell(counts, { usageMetadata: usage(20), serverContent: END });
    expect(second.reported).toMatchObject({ audioIn: 20 });
    expect(first.reported?.audioIn).toBe(late?.usageMetadata === undefined ? undefined : 7);
  }
});

it('waits no longer when nothing more can come', async () => {
  const counts = new Counts();
  const overs = [counts.begin(used()).over, counts.begin(used()).over];
  counts.close();
  expect(await Promise.all(overs.map(isOver))).toEqual([true, true]);
});

it('counts for each turn of a session all that was said before it, as the service bills it', () => {
  const counts = new Counts();
  // Prompts of three turns on one session (https://github.com/pydantic/pydantic-ai/pull/7269): each has the whole context.
  const reported = [143, 181, 224].map((promptTokenCount) => {
    const use = used();
    counts.begin(use);
    const usageMetadata = {
      promptTokenCount,
      responseTokenCount: 20,
      thoughtsTokenCount: 9,
      totalTokenCount: promptTokenCount + 20,
    };
    tell(counts, { usageMetadata, serverContent: END });
    return use.reported;
  });
  // What has no modality is text; the total, which leaves out the thoughts, is not looked at.
  expect(reported).toEqual(
    [143, 181, 224].map((textIn) => ({ textIn, audioIn: 0, textOut: 29, audioOut: 0 })),
  );
});

/** Turns of 6 s and 6 s, so of 300 tokens. @returns for each, the earlier sound that is billed with it, in seconds */
function turns(count: number, compressAt: number | undefined): number[] {
  const sound = new SessionSound();
  return Array.from({ length: count }, () => {
    const earlier = sound.begin(200, compressAt);
    sound.add(6);
    sound.add(6);
    return earlier;
  });
}

describe('the sound that a session remembers', () => {
  it('grows with every turn', () => {
    expect(turns(5, undefined)).toEqual([0, 12, 24, 36, 48]);
  });

  it('drops its first turns when the context is larger than the limit for compression', () => {
    // 200 + 7 × 300 = 2300 are more than 2000; 200 + 2 × 300 = 800 are the most below 1000.
    expect(turns(12, 2000)).toEqual([0, 12, 24, 36, 48, 60, 72, 24, 36, 48, 60, 72]);
  });

  it('can lose all of it', () => {
    expect(turns(3, 300)).toEqual([0, 0, 0]);
  });
});
