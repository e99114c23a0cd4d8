import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES, framesOf } from '../audio/pcm/frame.ts';
import { stagesOf, totalMs } from './marks.ts';
import { Turn } from './turn.ts';

const never = new AbortController().signal;
const frames = (count: number) => framesOf(new Int16Array(count * FRAME_SAMPLES).fill(1), 0);

describe('a turn', () => {
  it('keeps its sound after it was read, so that it can be sent again', () => {
    const turn = new Turn();
    turn.append(frames(3));
    turn.append(frames(2));
    turn.close();
    expect(turn.frames).toHaveLength(5);
    expect(turn.seconds).toBeCloseTo(0.1);
  });

  it('ends the wait for a frame, and all waits when it is closed', async () => {
    const turn = new Turn();
    const first = turn.reaches(0, never);
    const sixth = turn.reaches(5, never);
    turn.append(frames(1));
    await first;
    turn.close();
    await sixth;
    expect(turn.frames).toHaveLength(1);
  });

  it('ends a wait that is aborted', async () => {
    const turn = new Turn();
    const abort = new AbortController();
    const waiting = turn.reaches(0, abort.signal);
    abort.abort(new Error('superseded'));
    await expect(waiting).rejects.toThrow('superseded');
  });

  it('takes no frame once it is closed', () => {
    const turn = new Turn();
    turn.close();
    expect(() => turn.append(frames(1))).toThrow('closed');
  });

  it('marks each thing once, when it happened first', () => {
    const turn = new Turn();
    turn.mark('heard', 5);
    turn.mark('heard', 9);
    expect(turn.marks.heard).toBe(5);
    turn.unanswered();
    turn.mark('heard', 12);
    expect(turn.marks.heard).toBe(12);
  });
});

describe('the stages of the latency', () => {
  const marks = { released: 1000, captured: 1150, gated: 1160, sent: 1165, firstAudio: 1800, playable: 1802 };

  it('split the way from release to the first translated sound without gap or overlap', () => {
    const stages = stagesOf(marks, 30);
    expect(stages).toEqual({ tail: 150, gate: 10, uplink: 20, service: 605, downlink: 17 });
    expect(stages && totalMs(stages)).toBe(marks.playable - marks.released);
  });

  it('count the loudspeaker where there is one', () => {
    expect(stagesOf({ ...marks, playing: 1850 }, 0)?.playback).toBe(48);
  });

  it('are unknown without a translated sound', () => {
    const { firstAudio: _, ...silent } = marks;
    expect(stagesOf(silent, 30)).toBeUndefined();
  });

  it('give no time to a service that answered before it had everything', () => {
    const stages = stagesOf({ ...marks, firstAudio: 1150, playable: 1151 }, 30);
    expect(stages?.service).toBe(0);
  });
});
