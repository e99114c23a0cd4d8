import { beforeEach, describe, expect, it } from 'vitest';
import { Rig, speech } from '../../../test/rig/playback.ts';
import { cueSamples } from '../cues.ts';
import { BASE_CUSHION_MS } from './cushion.ts';
import { PacedLoudspeaker } from './paced.ts';
import { PATIENCE_MS } from './pacer.ts';
import type { OutputListener, Player } from './player.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});

describe('a device that comes and goes', () => {
  /** A player whose device the test holds in its hand. */
  class HeldPlayer implements Player {
    readonly latencyMs = 0;
    opened: OutputListener[] = [];
    waitingMs = 0;
    open(listener: OutputListener) {
      this.opened.push(listener);
      const player = this;
      return {
        pid: undefined,
        get waitingMs() {
          return player.waitingMs;
        },
        write: (samples: Int16Array) => rig.play(samples, rig.clock.now()),
        end: async () => {},
      };
    }
    async stop() {}
  }

  function held() {
    const player = new HeldPlayer();
    const loudspeaker = new PacedLoudspeaker(player, { clock: rig.clock });
    loudspeaker.start(rig.listener);
    return { player, loudspeaker };
  }

  it('is told of, opened again, and goes on with what was not heard', async () => {
    const { player, loudspeaker } = held();
    player.opened[0]?.ready();
    const playback = loudspeaker.begin();
    playback.write(speech(1000));
    playback.end();
    rig.clock.advance(500);
    player.opened[0]?.failed('died', 'killed');
    await rig.clock.pass(200);
    expect(player.opened).toHaveLength(2);
    player.opened[1]?.ready();
    rig.clock.advance(1000);
    expect(rig.all('state').map(([, kind]) => kind)).toEqual(['working', 'trouble', 'working']);
    expect(rig.all('gap')).toEqual([['gap', 1, 200]]);
    expect(rig.all('drained')).toEqual([['drained', 1, 6200]]);
    expect(rig.all('interval')).toEqual([
      ['interval', 5000, undefined],
      ['interval', 5000, 5515],
      ['interval', 5700, undefined],
      ['interval', 5700, 6200],
    ]);
    expect(loudspeaker.figures).toMatchObject({ losses: 1, cushionMs: BASE_CUSHION_MS });
  });

  it('that hangs before the end of a sound has been taken ends it after that is heard', async () => {
    const { player, loudspeaker } = held();
    player.opened[0]?.ready();
    const playback = loudspeaker.begin();
    playback.write(speech(100));
    playback.end();
    // 30 ms of it are the silence that pushes it out.
    player.waitingMs = 90;
    rig.clock.advance(1000);
    expect(rig.all('drained')).toEqual([]);
    player.waitingMs = 0;
    rig.clock.advance(1000);
    expect(rig.all('drained')).toEqual([['drained', 1, 6060]]);
    expect(rig.all('interval').at(-1)).toEqual(['interval', 5000, 6060]);
    expect(rig.all('state')).toHaveLength(1);
  });

  it('sounds a cue that was asked for while the next player opened, and none that is old', async () => {
    const { player, loudspeaker } = held();
    player.opened[0]?.ready();
    loudspeaker.begin().write(speech(1000));
    rig.clock.advance(500);
    loudspeaker.silence();
    loudspeaker.cue('listen');
    await rig.clock.pass(60);
    player.opened[1]?.ready();
    await rig.clock.pass(1000);
    const cue = cueSamples('listen').length / 24;
    expect(rig.all('interval').at(-1)).toEqual(['interval', 5560, 5560 + cue]);

    player.opened[1]?.failed('gone', 'unplugged');
    loudspeaker.cue('trouble');
    await rig.clock.pass(500);
    player.opened[2]?.ready();
    await rig.clock.pass(1000);
    expect(rig.all('interval')).toHaveLength(4);
  });

  it('is tried again when not even a process can be started', async () => {
    const player = new HeldPlayer();
    let tries = 0;
    const loudspeaker = new PacedLoudspeaker(
      {
        latencyMs: 0,
        open: (listener) => {
          if (tries++ === 0) throw new Error('EAGAIN');
          return player.open(listener);
        },
        stop: async () => {},
      },
      { clock: rig.clock },
    );
    loudspeaker.start(rig.listener);
    await rig.clock.pass(200);
    player.opened[0]?.ready();
    expect(rig.all('state').map(([, kind]) => kind)).toEqual(['trouble', 'working']);
  });

  it('loses a playback when it stays away, and says how much of it', async () => {
    const { player, loudspeaker } = held();
    player.opened[0]?.ready();
    const playback = loudspeaker.begin();
    playback.write(speech(3000));
    rig.clock.advance(500);
    player.opened[0]?.failed('gone', 'unplugged');
    await rig.clock.pass(PATIENCE_MS + 100);
    expect(rig.all('lost')).toEqual([['lost', 1, 2500]]);
    playback.write(speech(100));
    playback.end();
    await rig.clock.pass(PATIENCE_MS);
    expect(rig.all('lost')).toHaveLength(1);
    expect(rig.all('drained')).toEqual([]);
  });

  it('waits for one that comes soon after the start', async () => {
    const { player, loudspeaker } = held();
    const playback = loudspeaker.begin();
    playback.write(speech(300));
    playback.end();
    loudspeaker.cue('ready');
    rig.clock.advance(1000);
    player.opened[0]?.ready();
    rig.clock.advance(1000);
    expect(rig.all('drained')).toEqual([['drained', 1, 6300]]);
  });

  it('that does not open in 10 s counts as stalled, and is tried again at most 10 s later', async () => {
    const { player } = held();
    for (let i = 1; i <= 8; i++) {
      await rig.clock.pass(20_100);
      expect(player.opened.length).toBeGreaterThan(i);
    }
    expect(rig.all('state').every(([, kind]) => kind === 'trouble')).toBe(true);
  });
});
