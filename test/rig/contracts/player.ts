import { afterEach, expect, it } from 'vitest';
import {
  type LoudspeakerState,
  type LoudspeakerTrouble,
  PLAYBACK_RATE_HZ,
} from '../../../src/audio/loudspeaker/loudspeaker.ts';
import { PacedLoudspeaker } from '../../../src/audio/loudspeaker/paced.ts';
import type { Player } from '../../../src/audio/loudspeaker/player.ts';
import { CAPTURE_RATE_HZ } from '../../../src/audio/pcm/frame.ts';
import { resample } from '../../../src/audio/pcm/resample.ts';
import type { Clock } from '../../../src/base/time.ts';
import type { Ear, SoundDevice } from '../desk.ts';
import { Told } from '../events.ts';
import { holes, type Recording, whereIs } from '../real/recording.ts';
import { noise } from '../voices.ts';

/** What stands below the real `PacedLoudspeaker`: a real player on a virtual card, or the simulated one. */
export interface PlayerRig {
  readonly clock: Clock;
  readonly device: SoundDevice;
  /** What hears the loudspeaker. */
  readonly ear: Ear;
  recording(fromMs: number, toMs: number): Recording;
  player(): Player;
  /** To the process of a player, the only one that runs. */
  signal(pid: number, signal: 'SIGKILL' | 'SIGSTOP'): void;
  isRunning(pid: number): boolean;
  /** Lets time pass until the promise is settled. */
  drive<T>(wanted: Promise<T>): Promise<T>;
  passes(ms: number): Promise<void>;
}

export interface PlayerTolerances {
  /** Between the moment at which something is said to be heard and the moment at which it is, in milliseconds. */
  readonly timeMs: number;
  /** From `silence` to silence, in milliseconds, at most. */
  readonly silenceMs: number;
  /** From what happens to the player until it is reported, in milliseconds, beyond the loudspeaker's own limits. */
  readonly reportMs: number;
  /** What is reported of a device that another program has. */
  readonly whenBusy: LoudspeakerTrouble;
  /** What is reported when a device is pulled out in mid-sound. */
  readonly whenGone: LoudspeakerTrouble;
}

/** The loudspeaker's own limits: see src/audio/loudspeaker/paced.ts. */
const UNTAKEN_MS = 2000;
const SECOND_LOOK_MS = 50;

const PER_MS = PLAYBACK_RATE_HZ / 1000;
/** Listened to before and after a sound: less than between two sounds, so that no other one is heard with it. */
const MARGIN_MS = 50;

/**
 * Correlates with itself only, and without silence in it. Up to 1 kHz, as a shift by a part of a sample changes what lies
 * near half of the rate of the comparison.
 */
const sound = (ms: number, seed = 1) =>
  resample(noise('white', -14, (ms * 2) / CAPTURE_RATE_HZ, seed), 2000, PLAYBACK_RATE_HZ);

type Event =
  | { readonly what: 'playing' | 'drained' | 'gap' | 'lost'; readonly id: number; readonly ms: number }
  | { readonly what: 'state'; readonly state: LoudspeakerState; readonly atMs: number };

/** What holds of the loudspeaker on either rig. */
export function playerStatements(at: () => PlayerRig, tolerances: PlayerTolerances): void {
  const loudspeakers: PacedLoudspeaker[] = [];
  afterEach(async () => {
    const { device, drive } = at();
    device.repair();
    await Promise.all(loudspeakers.splice(0).map((loudspeaker) => drive(loudspeaker.stop())));
  });

  function playing() {
    const rig = at();
    const loudspeaker = new PacedLoudspeaker(rig.player(), { clock: rig.clock });
    loudspeakers.push(loudspeaker);
    const events = new Told<Event>();
    loudspeaker.start({
      playing: (id, ms) => events.tell({ what: 'playing', id, ms }),
      drained: (id, ms) => events.tell({ what: 'drained', id, ms }),
      gap: (id, ms) => events.tell({ what: 'gap', id, ms }),
      lost: (id, ms) => events.tell({ what: 'lost', id, ms }),
      interval: () => {},
      state: (state) => events.tell({ what: 'state', state, atMs: rig.clock.now() }),
    });
    const first = async (what: Event['what'], id: number) => {
      const event = await rig.drive(events.first((one) => one.what === what && 'id' in one && one.id === id));
      if (event.what === 'state') throw new Error('unreachable');
      return event.ms;
    };
    const state = async (kind: LoudspeakerState['kind'], from: number) => {
      const event = await rig.drive(
        events.first((one) => one.what === 'state' && one.state.kind === kind, from),
      );
      if (event.what !== 'state') throw new Error('unreachable');
      return event;
    };
    return {
      ...rig,
      loudspeaker,
      of: (what: Event['what']) => events.all.filter((event) => event.what === what),
      count: () => events.all.length,
      begins: (id: number) => first('playing', id),
      drained: (id: number) => first('drained', id),
      lost: (id: number) => first('lost', id),
      working: (from = 0) => state('working', from),
      trouble: (from = 0) => state('trouble', from),
      /** Written whole, as from the phrasebook. */
      play: (samples: Int16Array) => {
        const playback = loudspeaker.begin();
        playback.write(samples);
        playback.end();
      },
    };
  }

  /** Where a sound was heard. */
  function heard(samples: Int16Array, fromMs: number, toMs: number) {
    const recording = at().recording(fromMs, toMs);
    return { ...whereIs(samples, PLAYBACK_RATE_HZ, recording), holes: holes(recording) };
  }

  it('plays a sound whole, without a hole, at the time that it says', async () => {
    const { play, begins, drained, working, of, passes } = playing();
    await working();
    for (const id of [1, 2]) {
      const samples = sound(400, id);
      play(samples);
      const [beganMs, endedMs] = [await begins(id), await drained(id)];
      await passes(100);
      const found = heard(samples, beganMs - MARGIN_MS, endedMs + MARGIN_MS);
      expect(found.likeness).toBeGreaterThan(0.99);
      expect(Math.min(...found.pieces)).toBeGreaterThan(0.98);
      expect(found.holes).toEqual([]);
      expect(Math.abs(found.startMs - beganMs)).toBeLessThanOrEqual(tolerances.timeMs);
      expect(endedMs - beganMs).toBeCloseTo(400, 0);
    }
    expect(of('gap')).toEqual([]);
    expect(of('state')).toHaveLength(1);
  });

  it('plays pieces of 40 ms that come up to 20 ms late, as from the network, as one sound', async () => {
    const { loudspeaker, clock, begins, drained, working, of, passes } = playing();
    await working();
    const samples = sound(600);
    const playback = loudspeaker.begin();
    const fromMs = clock.now();
    for (let atMs = 0; atMs < 600; atMs += 40) {
      const lateMs = ((7 * atMs) / 40) % 21;
      await passes(Math.max(0, fromMs + atMs + lateMs - clock.now()));
      playback.write(samples.subarray(atMs * PER_MS, (atMs + 40) * PER_MS));
    }
    playback.end();
    const [beganMs, endedMs] = [await begins(1), await drained(1)];
    await passes(100);
    const found = heard(samples, beganMs - MARGIN_MS, endedMs + MARGIN_MS);
    expect(found.likeness).toBeGreaterThan(0.99);
    expect(found.holes).toEqual([]);
    expect(of('gap')).toEqual([]);
  });

  it('falls silent at once, and plays the next', async () => {
    const { loudspeaker, ear, clock, play, begins, drained, working, of, drive, passes } = playing();
    await working();
    const startMs = clock.now();
    play(sound(5000));
    await drive(ear.nextSound({ afterMs: startMs }));
    await passes(200);
    const atMs = clock.now();
    loudspeaker.silence();
    const silentMs = await drive(ear.nextSilence(200, { afterMs: atMs }));
    expect(silentMs - atMs).toBeLessThanOrEqual(tolerances.silenceMs);
    expect(of('playing')).toHaveLength(1);
    const samples = sound(300, 9);
    play(samples);
    const [beganMs, endedMs] = [await begins(2), await drained(2)];
    await passes(100);
    expect(heard(samples, beganMs - MARGIN_MS, endedMs + MARGIN_MS).likeness).toBeGreaterThan(0.99);
    expect(of('drained')).toHaveLength(1);
    expect(of('state')).toHaveLength(1);
  });

  it('reports a player that is killed as died, and continues with another', async () => {
    const { loudspeaker, clock, signal, isRunning, play, begins, drained, working, trouble, of, passes } =
      playing();
    await working();
    play(sound(800));
    await begins(1);
    await passes(300);
    const pid = loudspeaker.pid as number;
    const atMs = clock.now();
    signal(pid, 'SIGKILL');
    const died = await trouble();
    expect(died.state).toMatchObject({ trouble: 'died', detail: expect.stringContaining('SIGKILL') });
    expect(died.atMs - atMs).toBeLessThan(tolerances.reportMs);
    await working(2);
    await drained(1);
    expect(of('gap').length).toBeGreaterThan(0);
    expect(loudspeaker.figures.losses).toBe(1);
    expect(isRunning(pid)).toBe(false);
  });

  it.each(['player', 'device'] as const)(
    'reports a hanging %s as stalled, and continues when it is repaired',
    async (what) => {
      const {
        loudspeaker,
        device,
        clock,
        signal,
        isRunning,
        play,
        begins,
        working,
        trouble,
        count,
        of,
        passes,
      } = playing();
      await working();
      play(sound(30_000));
      await begins(1);
      await passes(300);
      const pid = loudspeaker.pid as number;
      const atMs = clock.now();
      if (what === 'device') device.break('stalled');
      else signal(pid, 'SIGSTOP');
      const stalled = await trouble();
      expect(stalled.state).toMatchObject({ trouble: 'stalled', detail: expect.stringContaining('waiting') });
      expect(stalled.atMs - atMs).toBeLessThan(UNTAKEN_MS + SECOND_LOOK_MS + tolerances.reportMs);
      const before = count();
      device.repair();
      await working(before - 1);
      if (what === 'player') expect(of('lost')).toEqual([]);
      const samples = sound(300, 5);
      play(samples);
      const beganMs = await begins(2);
      await passes(500);
      expect(heard(samples, beganMs - MARGIN_MS, beganMs + 450).likeness).toBeGreaterThan(0.99);
      expect(isRunning(pid)).toBe(false);
    },
  );

  it('reports a device that is pulled out in mid-sound, and that it is missing while it is away', async () => {
    const { device, clock, play, begins, drained, working, trouble, count, passes } = playing();
    await working();
    play(sound(1000));
    await begins(1);
    await passes(200);
    const atMs = clock.now();
    device.break('gone');
    const gone = await trouble();
    expect(gone.state).toMatchObject({ trouble: tolerances.whenGone });
    expect(gone.atMs - atMs).toBeLessThan(tolerances.reportMs);
    expect((await trouble(count())).state).toMatchObject({ trouble: 'missing' });
    const before = count();
    device.repair();
    await working(before);
    play(sound(200));
    await drained(2);
  });

  it('reports a device that is missing from the start; what was to be played is lost, and it plays when it comes', async () => {
    at().device.break('gone');
    const { device, play, lost, drained, working, trouble, count, of } = playing();
    expect((await trouble()).state).toMatchObject({ trouble: 'missing' });
    play(sound(300));
    await lost(1);
    const before = count();
    device.repair();
    await working(before);
    play(sound(100));
    await drained(2);
    expect(of('lost')).toHaveLength(1);
  });

  it('reports a device that another program has, and plays when it is free', async () => {
    at().device.break('busy');
    const { device, play, drained, working, trouble, count } = playing();
    expect((await trouble()).state).toMatchObject({ trouble: tolerances.whenBusy });
    const before = count();
    device.repair();
    await working(before);
    play(sound(200));
    await drained(1);
  });

  it('continues when its open device becomes busy for others', async () => {
    const { device, play, drained, working, of } = playing();
    await working();
    device.break('busy');
    play(sound(300));
    await drained(1);
    expect(of('state')).toHaveLength(1);
  });

  it('leaves no player running, and silence', async () => {
    const { loudspeaker, ear, clock, isRunning, play, begins, working, drive } = playing();
    await working();
    play(sound(5000));
    await begins(1);
    const pid = loudspeaker.pid as number;
    const atMs = clock.now();
    await drive(loudspeaker.stop());
    await drive(loudspeaker.stop());
    expect(isRunning(pid)).toBe(false);
    const silentMs = await drive(ear.nextSilence(200, { afterMs: atMs }));
    expect(silentMs - atMs).toBeLessThanOrEqual(tolerances.silenceMs);
  });
}
