import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { PER_MS, Rig, speech } from '../../../test/rig/playback.ts';
import { CUES } from '../../kiosk/shown/sounds.ts';
import { cueSamples } from '../cues.ts';
import { levelDbfs } from '../pcm/level.ts';
import { BASE_CUSHION_MS, MAX_CUSHION_MS } from './cushion.ts';
import type { PacedOptions } from './paced.ts';
import { FEED_AHEAD_MS } from './pacer.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});

function started(options: PacedOptions = {}) {
  const loudspeaker = rig.loudspeaker(options);
  loudspeaker.start(rig.listener);
  rig.clock.advance(0);
  rig.told.length = 0;
  return loudspeaker;
}

describe('a playback', () => {
  it('is heard whole, never fed more than 80 ms and a tail of silence ahead, and drained by the clock', () => {
    const loudspeaker = started();
    const playback = loudspeaker.begin();
    playback.write(speech(1000));
    playback.end();
    rig.clock.advance(3000);
    expect(rig.told).toEqual([
      ['playing', 1, 5000],
      ['interval', 5000, undefined],
      ['drained', 1, 6000],
      ['interval', 5000, 6000],
    ]);
    expect(rig.soundMs).toBeGreaterThan(998);
    expect(rig.dry).toEqual([]);
    expect(rig.furthestAheadMs).toBeLessThan(FEED_AHEAD_MS + 31);
  });

  it('keeps every sample in its order, however it is cut and whenever it comes', () => {
    const pieces = fc.array(fc.tuple(fc.nat(3000), fc.integer({ min: 0, max: 200 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(pieces, (cuts) => {
        rig = new Rig();
        const loudspeaker = started();
        const playback = loudspeaker.begin();
        let value = 0;
        for (const [length, waitMs] of cuts) {
          playback.write(Int16Array.from({ length }, () => (value++ % 1000) + 1));
          rig.clock.advance(waitMs);
        }
        playback.end();
        rig.clock.advance(10_000);
        // Every second sample of the output is one of the input; zeros are what is between.
        const even = rig.sound.filter((_, i) => i % 2 === 0).filter((sample) => sample !== 0);
        expect(even).toEqual(Int16Array.from({ length: value }, (_, i) => (i % 1000) + 1));
        expect(rig.all('drained')).toHaveLength(1);
        const gaps = rig.all('gap').length;
        expect(loudspeaker.figures.gaps).toBe(gaps);
        expect(rig.all('playing')).toHaveLength(value > 0 ? 1 : 0);
        // Intervals are closed, in order, and as long as the sound in them.
        const intervals = rig.all('interval').filter(([, , end]) => end !== undefined) as [
          string,
          number,
          number,
        ][];
        const ms = intervals.reduce((sum, [, start, end]) => sum + end - start, 0);
        expect(ms).toBeGreaterThan(value / PER_MS - 0.01);
      }),
      { numRuns: 30 },
    );
  });

  it('has no gap with pieces of 40 ms that come up to 40 ms late, and starts with the second', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { minLength: 60, maxLength: 60 }), (late) => {
        rig = new Rig();
        const loudspeaker = started();
        const playback = loudspeaker.begin();
        // Real-time pacing: each piece has been spoken before it is sent.
        const due = late
          .map((ms, i) => 5000 + i * 40 + ms)
          .map((at, i, all) => Math.max(at, all[i - 1] ?? 0));
        // What was heard of lateness so far is what the start can know of it.
        const firstMs = due[1] as number;
        for (const atMs of due) {
          rig.clock.advance(atMs - rig.clock.now());
          playback.write(speech(40));
        }
        playback.end();
        rig.clock.advance(5000);
        expect(rig.all('playing')).toEqual([['playing', 1, firstMs]]);
        // With both first pieces on time and a later one 40 ms late, nothing is left: that is the promise's edge.
        const gapMs = rig.all('gap').reduce((sum, [, , ms]) => sum + (ms as number), 0);
        expect(gapMs).toBeLessThanOrEqual(10);
      }),
      { numRuns: 40 },
    );
  });

  it('waits for the second piece, for twice the cushion, or for the end', () => {
    const loudspeaker = started();
    const first = loudspeaker.begin();
    first.write(speech(100));
    rig.clock.advance(300);
    expect(rig.all('playing')).toEqual([]);
    first.write(speech(1));
    expect(rig.all('playing')).toHaveLength(1);
    rig.clock.advance(300);
    loudspeaker.begin().write(speech(2 * BASE_CUSHION_MS));
    expect(rig.all('playing')).toHaveLength(2);
    rig.clock.advance(300);
    const third = loudspeaker.begin();
    third.write(speech(5));
    third.end();
    expect(rig.all('playing')).toHaveLength(3);
  });

  it('that has nothing in it is drained at once', () => {
    const loudspeaker = started();
    loudspeaker.begin().end();
    expect(rig.told).toEqual([['drained', 1, 5000]]);
  });

  it('reports its gaps, and the cushion grows by them and shrinks slowly', () => {
    const loudspeaker = started();
    const playback = loudspeaker.begin();
    playback.write(speech(200));
    rig.clock.advance(300);
    playback.write(speech(60));
    expect(rig.all('gap')).toEqual([]); // the cushion is filled again first
    playback.write(speech(60));
    expect(rig.all('gap')).toEqual([['gap', 1, 100]]);
    expect(loudspeaker.figures).toEqual({
      cushionMs: BASE_CUSHION_MS + 100,
      gaps: 1,
      gapMs: 100,
      losses: 0,
    });
    playback.end();
    rig.clock.advance(1000);
    expect(loudspeaker.figures.cushionMs).toBe(BASE_CUSHION_MS + 100);
    for (let i = 0; i < 5; i++) {
      const next = loudspeaker.begin();
      next.write(speech(100));
      next.end();
      rig.clock.advance(1000);
    }
    expect(loudspeaker.figures.cushionMs).toBeCloseTo(BASE_CUSHION_MS + 100 * 0.9 ** 5);
    for (let i = 0; i < 4; i++) {
      const late = loudspeaker.begin();
      late.write(speech(1000));
      rig.clock.advance(1500);
      late.write(speech(1000));
      late.end();
      rig.clock.advance(2000);
    }
    expect(loudspeaker.figures.cushionMs).toBe(MAX_CUSHION_MS);
  });

  it('is dropped by the next, and what still comes of it is ignored', () => {
    const loudspeaker = started();
    const old = loudspeaker.begin();
    old.write(speech(5000, 1000));
    rig.clock.advance(100);
    const next = loudspeaker.begin();
    old.write(speech(1000, 1000));
    old.end();
    next.write(speech(200));
    next.end();
    rig.clock.advance(6000);
    expect(rig.all('drained').map(([, id]) => id)).toEqual([2]);
    expect(rig.soundMs).toBeLessThan(100 + FEED_AHEAD_MS + 200 + 40);
  });
});

describe('silence', () => {
  it('closes the interval at the moment the player is silent, and ends the playback without a word', async () => {
    const loudspeaker = started();
    const playback = loudspeaker.begin();
    playback.write(speech(5000));
    rig.clock.advance(1000);
    loudspeaker.silence();
    playback.write(speech(100));
    playback.end();
    await rig.clock.pass(1000);
    expect(rig.all('drained')).toEqual([]);
    expect(rig.all('interval').at(-1)).toEqual(['interval', 5000, 6015]);
    const next = loudspeaker.begin();
    next.write(speech(100));
    next.end();
    await rig.clock.pass(1000);
    expect(rig.all('drained').map(([, id]) => id)).toEqual([2]);
  });

  it('costs nothing when nothing plays', () => {
    const loudspeaker = started();
    loudspeaker.silence();
    loudspeaker.begin().write(speech(200));
    expect(rig.all('playing')).toHaveLength(1);
  });
});

describe('the lead-in', () => {
  it('comes before a sound after some seconds of silence, not before the next one, and is not said to be sound', () => {
    const loudspeaker = started({ leadInMs: 400 });
    for (const pauseMs of [500, 3000]) {
      const playback = loudspeaker.begin();
      playback.write(speech(300));
      playback.end();
      rig.clock.advance(1000 + pauseMs);
    }
    const once = loudspeaker.begin();
    once.write(speech(300));
    once.end();
    rig.clock.advance(1000);
    expect(rig.all('playing').map(([, , atMs]) => atMs)).toEqual([5400, 6500, 10_900]);
    expect(rig.all('interval').map(([, start]) => start)).toEqual([5400, 5400, 6500, 6500, 10_900, 10_900]);
    expect(rig.furthestAheadMs).toBeLessThan(FEED_AHEAD_MS + 31);
  });
});

describe('cues', () => {
  it('sound at once, and are intervals of sound', () => {
    const loudspeaker = started();
    loudspeaker.cue('ready');
    rig.clock.advance(1000);
    const ms = cueSamples('ready').length / PER_MS;
    expect(rig.told).toEqual([
      ['interval', 5000, undefined],
      ['interval', 5000, 5000 + ms],
    ]);
    expect(rig.soundMs).toBeLessThanOrEqual(ms + 1);
  });

  it('are mixed into what plays: nothing is behind them, nothing clips, nothing is lost', () => {
    const loudspeaker = started();
    const playback = loudspeaker.begin();
    playback.write(new Int16Array(1000 * PER_MS).fill(32_767));
    playback.end();
    rig.clock.advance(300);
    for (const name of CUES) loudspeaker.cue(name);
    rig.clock.advance(2000);
    expect(rig.all('drained')).toEqual([['drained', 1, 6000]]);
    const even = rig.sound.filter((_, i) => i % 2 === 0 && i > 200 && i < 990 * 48);
    const steepest = even.reduce((most, s, i) => Math.max(most, Math.abs(s - (even[i - 1] ?? s))), 0);
    expect(even.filter((sample) => sample === 32_767).length).toBeLessThan(even.length * 0.75);
    expect(steepest).toBeLessThan(6000); // a wrap would jump by the whole range
  });

  it('are not doubled by being asked for twice', () => {
    const loudspeaker = started();
    loudspeaker.cue('listen');
    loudspeaker.cue('listen');
    rig.clock.advance(1000);
    expect(Math.max(...rig.sound)).toBeLessThanOrEqual(Math.max(...cueSamples('listen')) * 1.05);
  });
});

describe('the volume', () => {
  it('acts within 80 ms, goes from silence to the sound as it came, and does not click', () => {
    const loudspeaker = started();
    const playback = loudspeaker.begin();
    playback.write(new Int16Array(4000 * PER_MS).fill(20_000));
    rig.clock.advance(1000);
    loudspeaker.setVolume(0);
    rig.clock.advance(1000);
    loudspeaker.setVolume(50);
    rig.clock.advance(1000);
    const { sound } = rig;
    const at = (ms: number) => sound[Math.round(ms * 48)] as number;
    expect(at(995)).toBe(20_000);
    expect(at(1000 + FEED_AHEAD_MS + 15)).toBe(0);
    expect(at(2000 + FEED_AHEAD_MS + 15)).toBeCloseTo(20_000 / 8, -1);
    const inside = sound.subarray(200, 3000 * 48);
    const steepest = inside.reduce((most, s, i) => Math.max(most, Math.abs(s - (inside[i - 1] ?? s))), 0);
    expect(steepest).toBeLessThan(400);
  });

  it('takes what is out of range for the nearest', () => {
    const loudspeaker = started({ volume: 250 });
    loudspeaker.cue('listen');
    rig.clock.advance(500);
    expect(levelDbfs(rig.sound)).toBeLessThan(-20);
    loudspeaker.setVolume(-10);
    rig.heard.length = 0;
    loudspeaker.cue('listen');
    rig.clock.advance(500);
    expect(Math.max(...rig.sound)).toBe(0);
  });
});
