import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES, type Frame } from '../audio/pcm/frame.ts';
import { FrameQueue } from './frame-queue.ts';

const frame = (capturedAtMs: number): Frame => ({ samples: new Int16Array(FRAME_SAMPLES), capturedAtMs });

async function times(frames: AsyncIterable<Frame>): Promise<number[]> {
  const taken: number[] = [];
  for await (const { capturedAtMs } of frames) taken.push(capturedAtMs);
  return taken;
}

describe('frames on their way', () => {
  it('are handed out in their order, those that are there already first, to the last', async () => {
    const queue = new FrameQueue([frame(0), frame(20)]);
    queue.push(frame(40));
    queue.end();
    queue.push(frame(60));
    expect(await times(queue)).toEqual([0, 20, 40]);
  });

  it('that nobody takes any more are not kept', async () => {
    const queue = new FrameQueue([frame(0), frame(20), frame(40)]);
    for await (const { capturedAtMs } of queue) if (capturedAtMs === 20) break;
    queue.clear();
    queue.push(frame(60));
    expect(await times(queue)).toEqual([]);
  });
});
