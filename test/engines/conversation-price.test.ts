import { beforeAll, describe, expect, it } from 'vitest';
import { loadPrices } from '../../src/spending/prices.ts';
import {
  CASCADE,
  COMPRESSED,
  converse,
  type Had,
  heardAs,
  ONE_A_TURN,
  SECONDS,
  saidAs,
  TRANSLATE,
  TURNS,
  UNCOMPRESSED,
  WAYS,
  type Way,
} from '../rig/conversation.ts';

/** 20 turns, 6 s in and 6 s out each, in every way, metered by a stand-in that bills earlier sound again. */

const AT = new Date('2026-11-22');
/** How long they may compute, in real time, on a machine that is busy with other things. */
const COMPUTES_MS = 240_000;

const had = new Map<Way, Had>();
beforeAll(async () => {
  for (const way of WAYS) had.set(way, await converse(way, loadPrices(), AT));
}, COMPUTES_MS);

function by(way: Way): Had {
  const found = had.get(way);
  if (found === undefined) throw new Error('no such conversation');
  return found;
}

const audioIn = ({ billed }: Had) => billed.map((tokens) => tokens?.audioIn);
const perTurn = SECONDS * 25;

/** A stream without turns: it is counted in steps, and its end is where we close it. */
const WITH_TURNS = WAYS.filter((way) => way !== TRANSLATE);

describe.each(WITH_TURNS.map((way) => [`${way.engine}, sessions: ${way.sessions}`, way] as const))(
  '%s',
  (_, way) => {
    it('translates every utterance, and the same is heard in every way', () => {
      const { turns } = by(way);
      expect(turns.map(({ heard }) => heard)).toEqual(turns.map((_, i) => heardAs(i + 1)));
      expect(turns.map(({ said }) => said)).toEqual(turns.map((_, i) => saidAs(i + 1)));
      for (const { seconds } of turns) expect(seconds).toBeCloseTo(SECONDS);
      const sounds = (one: Had) => one.turns.map(({ sound }) => sound);
      expect(sounds(by(way))).toEqual(sounds(by(ONE_A_TURN)));
      expect(new Set(sounds(by(way))).size).toBe(TURNS);
    });

    it('keeps of each turn what was billed', () => {
      const { turns, billed } = by(way);
      const reported = turns.flatMap((turn) => turn.reported);
      expect(reported).toEqual(billed);
      expect(reported).not.toContain(undefined);
    });

    it('is counted by us within 3 % of what was billed, whole and turn by turn', () => {
      const { own, metered, turns } = by(way);
      expect(Math.abs(own / metered - 1)).toBeLessThan(0.03);
      for (const { own, told = Number.NaN } of turns) expect(Math.abs(own / told - 1)).toBeLessThan(0.03);
    });
  },
);

describe('translate, which streams silence too', () => {
  it('translates every utterance, and all of the sound is heard', () => {
    const { turns } = by(TRANSLATE);
    expect(turns.map(({ heard }) => heard)).toEqual(turns.map((_, i) => heardAs(i + 1)));
    expect(turns.map(({ said }) => said)).toEqual(turns.map((_, i) => saidAs(i + 1)));
    for (const { seconds } of turns) {
      expect(seconds).toBeGreaterThanOrEqual(SECONDS);
      expect(seconds).toBeLessThan(SECONDS + 1); // a pause behind it is passed on
    }
  });

  it('keeps what was reported of each turn; the last step of a session is never reported', () => {
    const { turns, billed } = by(TRANSLATE);
    const reported = turns.flatMap((turn) => turn.reported);
    expect(reported).toHaveLength(TURNS);
    for (const [i, tokens] of billed.entries()) {
      expect(reported[i]?.audioIn).toBe(tokens?.audioIn);
      const untold = (tokens?.audioOut ?? Number.NaN) - (reported[i]?.audioOut ?? Number.NaN);
      expect(untold).toBeGreaterThanOrEqual(0);
      expect(untold).toBeLessThanOrEqual(2 * 25);
    }
  });

  it('is counted by us within 5 % of what was billed', () => {
    const { own, metered } = by(TRANSLATE);
    expect(Math.abs(own / metered - 1)).toBeLessThan(0.05);
  });

  it('is the dearest way to have a turn of its own', () => {
    for (const way of [ONE_A_TURN, CASCADE]) expect(by(TRANSLATE).metered).toBeGreaterThan(by(way).metered);
  });
});

describe('20 turns', () => {
  it('on connections of their own bill no sound twice', () => {
    expect(by(ONE_A_TURN).sessions).toBe(TURNS);
    expect(audioIn(by(ONE_A_TURN))).toEqual(Array.from({ length: TURNS }, () => perTurn));
  });

  it('in one session bill all earlier sound again, and nothing of it is compressed', () => {
    expect(by(UNCOMPRESSED).sessions).toBe(1);
    const growing = Array.from({ length: TURNS }, (_, i) => perTurn + i * 2 * perTurn);
    expect(audioIn(by(UNCOMPRESSED))).toEqual(growing);
  });

  it('in one session that is compressed bill no more than that at once', () => {
    expect(by(COMPRESSED).sessions).toBe(1);
    expect(Math.max(...audioIn(by(COMPRESSED)).map(Number))).toBeLessThan(2000 + 3 * perTurn);
  });

  it('are at least 4 times cheaper on connections of their own than in one session', () => {
    expect(by(UNCOMPRESSED).metered).toBeGreaterThan(4 * by(ONE_A_TURN).metered);
    expect(by(UNCOMPRESSED).own).toBeGreaterThan(4 * by(ONE_A_TURN).own);
  });

  it('are cheaper with the cascade than in any session', () => {
    for (const way of [ONE_A_TURN, COMPRESSED, UNCOMPRESSED])
      expect(by(CASCADE).metered).toBeLessThan(by(way).metered);
  });
});
