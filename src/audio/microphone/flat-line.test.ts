import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES } from '../pcm/frame.ts';
import { FlatLine } from './flat-line.ts';

const constant = (value: number) => new Int16Array(FRAME_SAMPLES).fill(value);
const noise = () => Int16Array.from({ length: FRAME_SAMPLES }, (_, i) => i % 2);

/** What is reported for so many milliseconds of the same frame. */
function told(line: FlatLine, samples: Int16Array, ms: number, pressed: boolean): boolean[] {
  return Array.from({ length: ms / 20 }, () => line.push({ samples, capturedAtMs: 0 }, pressed)).filter(
    (news) => news !== undefined,
  );
}

describe('a microphone that delivers no sound', () => {
  it.each([0, 257, -32_768])('is noticed after 3 s of a press, once (all samples are %i)', (value) => {
    const line = new FlatLine();
    told(line, constant(value), 20, true);
    expect(told(line, constant(value), 2980, true)).toEqual([]);
    expect(told(line, constant(value), 20, true)).toEqual([true]);
    expect(told(line, constant(value), 10_000, false)).toEqual([]);
  });

  it('is noticed over several short presses', () => {
    const line = new FlatLine();
    const news = [1, 2, 3].flatMap(() => [
      ...told(line, constant(0), 1100, true),
      ...told(line, constant(0), 60_000, false),
    ]);
    expect(news).toEqual([true]);
  });

  it('delivers some again with the first sample that is another', () => {
    const line = new FlatLine();
    told(line, constant(0), 3020, true);
    expect(told(line, noise(), 100, false)).toEqual([false]);
    expect(told(line, constant(0), 3020, true)).toEqual([true]);
  });

  it('is none that is silent while nobody presses, or that gives zeros between words', () => {
    const line = new FlatLine();
    expect(told(line, constant(0), 600_000, false)).toEqual([]);
    for (let word = 0; word < 5; word++) {
      expect(told(line, noise(), 200, true)).toEqual([]);
      expect(told(line, constant(0), 1800, true)).toEqual([]);
    }
  });
});
