import { describe, expect, it } from 'vitest';
import { CAPTURE_RATE_HZ, FRAME_SAMPLES } from '../../../src/audio/pcm/frame.ts';
import { levelDbfs } from '../../../src/audio/pcm/level.ts';
import { resample } from '../../../src/audio/pcm/resample.ts';
import { holes, stretches, whereIs } from '../real/recording.ts';
import { noise } from '../voices.ts';
import { VirtualClock } from './clock.ts';
import { EAR_PER_MS, EAR_RATE_HZ } from './ear.ts';
import { Room, type RoomOptions } from './room.ts';

const PER_MS = CAPTURE_RATE_HZ / 1000;
const constant = (value: number, ms: number, perMs = PER_MS) => new Int16Array(ms * perMs).fill(value);
const tone = (ms: number, perMs = EAR_PER_MS) =>
  Int16Array.from({ length: ms * perMs }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * i) / perMs) + 0.5),
  );

function roomAt(startMs: number, options: RoomOptions = {}) {
  const clock = new VirtualClock({ startMs });
  const room = new Room(clock, options);
  /** What the microphone heard between two moments. */
  const heard = (fromMs: number, toMs: number) => {
    const bytes = room.capture(fromMs * PER_MS, (toMs - fromMs) * PER_MS);
    return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  };
  /** The loudspeaker plays from a moment on. */
  const play = (atMs: number, samples: Int16Array) => room.ear.play(atMs * EAR_PER_MS, samples);
  return { clock, room, heard, play };
}

describe('the air of a room', () => {
  it('carries speech from the moment at which it was spoken', async () => {
    const { clock, room, heard } = roomAt(1000);
    const speech = room.speak(constant(100, 40));
    expect(await speech.began).toBe(1000);
    expect(await speech.ended).toEqual({ beganMs: 1000, endedMs: 1040 });
    expect(clock.now()).toBe(1040);
    expect([...heard(990, 1050)]).toEqual([...constant(0, 10), ...constant(100, 40), ...constant(0, 10)]);
  });

  it('mixes simultaneous speech, and clips at 16 bits', () => {
    const { clock, room, heard } = roomAt(0);
    room.speak(constant(20_000, 40));
    clock.advance(20);
    room.speak(constant(15_000, 40));
    expect([...heard(0, 60)]).toEqual([
      ...constant(20_000, 20),
      ...constant(32_767, 20),
      ...constant(15_000, 20),
    ]);
  });

  it('is silent from the moment at which somebody stops in mid-word', async () => {
    const { clock, room, heard } = roomAt(0);
    const speech = room.speak(constant(100, 1000));
    clock.advance(30);
    speech.stop();
    expect(await speech.ended).toEqual({ beganMs: 0, endedMs: 30 });
    expect([...heard(20, 40)]).toEqual([...constant(100, 10), ...constant(0, 10)]);
  });

  it('hands sound over as late as the microphone does', () => {
    const { room, heard } = roomAt(0, { captureDelayMs: 120 });
    room.speak(constant(100, 20));
    expect(heard(0, 120).every((sample) => sample === 0)).toBe(true);
    expect([...heard(120, 140)]).toEqual([...constant(100, 20)]);
  });

  it('gives one buffer for all silence', () => {
    const { room } = roomAt(0);
    expect(room.capture(0, FRAME_SAMPLES)).toBe(room.capture(9999, FRAME_SAMPLES));
    expect(room.capture(0, FRAME_SAMPLES).every((byte) => byte === 0)).toBe(true);
  });

  it('has noise at the level asked for, the same for the same seed, without a seam', () => {
    const one = roomAt(0, { noiseDbfs: -45, noiseSeed: 3 });
    const again = roomAt(0, { noiseDbfs: -45, noiseSeed: 3 });
    const other = roomAt(0, { noiseDbfs: -45, noiseSeed: 4 });
    expect(levelDbfs(one.heard(500, 6000))).toBeCloseTo(-45, 0);
    expect(again.heard(500, 600)).toEqual(one.heard(500, 600));
    expect(other.heard(500, 600)).not.toEqual(one.heard(500, 600));
    expect(one.heard(6990, 7010)).toEqual(Int16Array.from([...one.heard(6990, 7000), ...one.heard(0, 10)]));
  });

  it('has speech over the noise', () => {
    const quiet = roomAt(0, { noiseDbfs: -45 });
    const loud = roomAt(0, { noiseDbfs: -45 });
    loud.room.speak(constant(1000, 20));
    expect(loud.heard(0, 20)).toEqual(quiet.heard(0, 20).map((sample) => sample + 1000));
  });

  it('brings the loudspeaker back to the microphone, later and softer', () => {
    const { clock, heard, play } = roomAt(0, { echoDb: -20, echoDelayMs: 80 });
    const played = resample(noise('white', -12, 0.5), CAPTURE_RATE_HZ, EAR_RATE_HZ);
    play(100, played);
    clock.advance(1000);
    const samples = heard(0, 1000);
    const found = whereIs(played, EAR_RATE_HZ, { rateHz: CAPTURE_RATE_HZ, samples, startMs: 0 });
    expect(found.startMs).toBeCloseTo(180, 3);
    expect(found.likeness).toBeGreaterThan(0.98);
    expect(
      levelDbfs(heard(200, 600)) - levelDbfs(played.subarray(20 * EAR_PER_MS, 420 * EAR_PER_MS)),
    ).toBeCloseTo(-20, 0);
    expect(heard(0, 178).every((sample) => sample === 0)).toBe(true);
    expect(heard(682, 1000).every((sample) => sample === 0)).toBe(true);
  });
});

describe('the ear', () => {
  it('hears what was played at its place in time', () => {
    const { clock, room, play } = roomAt(1000);
    play(1100, tone(200));
    play(1300, tone(100));
    play(2000, tone(50));
    clock.advance(5000);
    const heard = room.ear.recording();
    expect(stretches(heard, { bridgeMs: 5 })).toEqual([
      { startMs: 1100, endMs: 1400 },
      { startMs: 2000, endMs: 2050 },
    ]);
    expect(holes(heard)).toEqual([{ startMs: expect.closeTo(1400, 0), endMs: expect.closeTo(2000, 0) }]);
    expect(room.ear.recording(1050, 1200)).toMatchObject({ startMs: 1050, rateHz: EAR_RATE_HZ });
    expect(room.ear.recording(1050, 1200).samples).toHaveLength(150 * EAR_PER_MS);
    expect(room.ear.recording(0, 1200).startMs).toBe(1000);
  });

  it('hears nothing that is still to come, nor what was taken back before', () => {
    const { clock, room, play } = roomAt(0);
    play(0, tone(500));
    clock.advance(100);
    expect(room.ear.recording().samples).toHaveLength(100 * EAR_PER_MS);
    room.ear.cut(150 * EAR_PER_MS);
    room.ear.cut(50 * EAR_PER_MS); // that is over: from now on
    clock.advance(900);
    expect(stretches(room.ear.recording())).toEqual([{ startMs: 0, endMs: 100 }]);
  });

  it('waits for the next sound, in virtual time', async () => {
    const { clock, room, play } = roomAt(0);
    play(0, tone(50));
    clock.after(3_600_000, () => play(3_600_020, tone(50)));
    const began = await room.ear.nextSound({ afterMs: 60, timeoutMs: 4_000_000 });
    expect(began).toBeCloseTo(3_600_020, 0);
    expect(clock.now()).toBeGreaterThanOrEqual(began);
    expect(clock.now()).toBeLessThan(began + 1);
    expect(await room.ear.nextSound({ afterMs: 0 })).toBeCloseTo(0, 0);
  });

  it('ignores what is below the threshold, and what is cut before it is heard', async () => {
    const { clock, room, play } = roomAt(0);
    play(0, constant(50, 100, EAR_PER_MS));
    play(200, tone(100));
    clock.after(150, () => room.ear.cut(200 * EAR_PER_MS));
    clock.after(500, () => play(600, tone(100)));
    expect(await room.ear.nextSound({ afterMs: 0 })).toBeCloseTo(600, 0);
    expect(await room.ear.nextSound({ afterMs: 0, thresholdDbfs: -60 })).toBe(0);
  });

  it('says so when nothing was heard in time', async () => {
    const { clock, room } = roomAt(0);
    await expect(room.ear.nextSound({ afterMs: 0, timeoutMs: 2000 })).rejects.toThrow(
      'nothing was heard after 0',
    );
    expect(clock.now()).toBe(2000);
  });

  it('waits for silence that lasts, and reports when it began', async () => {
    const { clock, room, play } = roomAt(0);
    play(0, tone(300));
    play(400, tone(300));
    clock.after(800, () => play(890, tone(100)));
    expect(await room.ear.nextSilence(200, { afterMs: 0 })).toBeCloseTo(990, 0);
    expect(clock.now()).toBeCloseTo(1190, 0);
    expect(await room.ear.nextSilence(90, { afterMs: 0 })).toBeCloseTo(300, 0);
    expect(await room.ear.nextSilence(100, { afterMs: 350 })).toBeCloseTo(700, 0);
  });

  it('finds the silence within a piece that was played', async () => {
    const { room, play } = roomAt(0);
    const zeros = new Int16Array(200 * EAR_PER_MS);
    play(0, Int16Array.from([...tone(100), ...zeros, ...tone(100)]));
    expect(await room.ear.nextSilence(150, { afterMs: 0 })).toBeCloseTo(100, 0);
  });

  it('says so when it was never silent for long enough', async () => {
    const { room, play } = roomAt(0);
    play(0, tone(3000));
    await expect(room.ear.nextSilence(300, { afterMs: 0, timeoutMs: 2000 })).rejects.toThrow(
      'never silent for 300 ms',
    );
  });

  it('forgets old sound when it may', () => {
    const { clock, room, play } = roomAt(0, { keepMs: 10_000 });
    for (let atMs = 0; atMs <= 60_000; atMs += 1000) {
      clock.advance(atMs - clock.now());
      play(atMs, tone(100));
    }
    clock.advance(1000);
    expect(room.ear.recording().startMs).toBeGreaterThanOrEqual(30_000);
    expect(stretches(room.ear.recording(50_000))).toHaveLength(11);
  });

  it('keeps a quiet day for nothing', () => {
    const { clock, room, play } = roomAt(0);
    clock.advance(24 * 3_600_000);
    play(clock.now(), tone(100));
    clock.advance(100);
    expect(room.ear.recording().samples).toHaveLength(100 * EAR_PER_MS);
    expect(() => room.ear.recording(0)).toThrow('too long');
  });
});
