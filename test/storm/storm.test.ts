import { describe, expect, it } from 'vitest';
import type { DaemonPorts } from '../../src/daemon/ports.ts';
import type { History } from './history.ts';
import { historyOf } from './make.ts';
import { type Played, play } from './play.ts';
import { shortHistory, Tries } from './shorten.ts';
import { spokenSentences } from './speech.ts';

const SPEECH = await spokenSentences();
const MINUTES = 60_000;

/** A new one each time; in CI one for each day, so that the result of a commit can be repeated. */
function freshSeed(): number {
  const ms = Date.now();
  return process.env.CI === 'true' ? Math.floor(ms / 86_400_000) : ms % 2 ** 31;
}

describe('a storm', () => {
  it('of about forty turns, with a new seed, breaks no promise', {
    timeout: 5 * MINUTES,
  }, async () => {
    const seed = freshSeed();
    // To play it again: scripts/storm --rounds 30 --seed N
    console.log(`storm: seed ${seed}`);
    const { violation } = await play(historyOf(seed, 30), SPEECH);
    expect(violation, `seed ${seed}`).toBeUndefined();
  });

  it('is the same one for the same seed', { timeout: 2 * MINUTES }, async () => {
    const history = historyOf(7, 6);
    const [one, other] = [await play(history, SPEECH), await play(history, SPEECH)];
    expect(one.turns).toBeGreaterThan(3);
    expect(other.hash).toBe(one.hash);
    const another = await play(historyOf(8, 3), SPEECH);
    expect(another.hash).not.toBe(one.hash);
  });
});

describe('a planted bug', () => {
  const planted = (history: History) => play(history, SPEECH, { between: lastSoundComesAgain });
  const bug = 'nothing of one turn in another';

  it('is found, again with the same seed, and its history is shortened', {
    timeout: 5 * MINUTES,
  }, async () => {
    let found: { readonly history: History; readonly played: Played } | undefined;
    for (let seed = 100; found === undefined && seed < 120; seed += 1) {
      const history = historyOf(seed, 5);
      const played = await planted(history);
      if (played.violation?.invariant === bug) found = { history, played };
    }
    if (found === undefined) throw new Error('the planted bug was not found');
    const again = await planted(found.history);
    expect(again.violation).toEqual(found.played.violation);
    expect(again.hash).toBe(found.played.hash);

    const round = again.violation?.round ?? 0;
    const shortest = await shortHistory(
      { ...found.history, rounds: found.history.rounds.slice(0, round + 1) },
      async (history) => (await planted(history)).violation?.invariant === bug,
      new Tries(8, Number.POSITIVE_INFINITY, () => performance.now()),
    );
    expect(shortest.rounds.length).toBeLessThanOrEqual(3);
    expect((await planted(shortest)).violation).toMatchObject({ invariant: bug });
    // Without the bug the same history is fine.
    expect((await play(shortest, SPEECH)).violation?.invariant).not.toBe(bug);
  });
});

/** A new player first plays what the previous one had last: a late event of an earlier turn. */
function lastSoundComesAgain(ports: DaemonPorts): DaemonPorts {
  const KEPT = 10;
  let last: Int16Array[] = [];
  return {
    ...ports,
    player: (driver) => {
      const player = ports.player(driver);
      return {
        get latencyMs() {
          return player.latencyMs;
        },
        stop: () => player.stop(),
        open: (listener, route) => {
          let left = last;
          last = [];
          const output = player.open(listener, route);
          return {
            pid: output.pid,
            get waitingMs() {
              return output.waitingMs;
            },
            write: (samples) => {
              const loud = samples.some((sample) => Math.abs(sample) > 300);
              if (loud) {
                for (const piece of left) output.write(piece);
                left = [];
                last = [...last, samples.slice()].slice(-KEPT);
              }
              output.write(samples);
            },
            end: () => output.end(),
          };
        },
      };
    },
  };
}
