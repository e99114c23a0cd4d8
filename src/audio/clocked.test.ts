import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { ClockedMicrophone } from './clocked.ts';
import { FRAME_SAMPLES, type Frame } from './pcm/frame.ts';

function listen(mode: 'always' | 'pressed') {
  const clock = new VirtualClock({ startMs: 1000 });
  const microphone = new ClockedMicrophone(clock, mode);
  const frames: Frame[] = [];
  microphone.start({ frame: (frame) => frames.push(frame), state: () => {} });
  return { clock, microphone, frames };
}

describe('the microphone on a clock', () => {
  it('hears what is said, at its time, and silence otherwise', () => {
    const { clock, microphone, frames } = listen('always');
    clock.advance(40);
    microphone.say(new Int16Array(FRAME_SAMPLES + 1).fill(7));
    clock.advance(60);
    expect(frames.map(({ capturedAtMs }) => capturedAtMs)).toEqual([1000, 1020, 1040, 1060, 1080]);
    expect(frames.map(({ samples }) => samples[0])).toEqual([0, 0, 7, 7, 0]);
  });

  it('can be open only while it is wanted', async () => {
    const { clock, microphone, frames } = listen('pressed');
    clock.advance(100);
    microphone.open();
    microphone.open();
    clock.advance(40);
    microphone.close();
    clock.advance(100);
    microphone.open();
    clock.advance(20);
    await microphone.stop();
    clock.advance(100);
    expect(frames.map(({ capturedAtMs }) => capturedAtMs)).toEqual([1100, 1120, 1240]);
  });
});
