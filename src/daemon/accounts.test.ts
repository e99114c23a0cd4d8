import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import type { TurnRecord } from '../line/turns.ts';
import { type BudgetState, budgetsOf } from '../spending/budget.ts';
import { ledgerFile, readLedgerFile } from '../spending/files.ts';
import { type ModelUsed, Turn } from '../turn/turn.ts';
import { type Accounts, openAccounts } from './accounts.ts';

const folder = temporaryFolders();
const NOON = new Date(2026, 10, 30, 12);
const MIDNIGHT = new Date(2026, 11, 1);
const HOUR_MS = 3_600_000;

let clock: VirtualClock;
let at: string;
const open: Accounts[] = [];
beforeEach(() => {
  clock = new VirtualClock({ wall: NOON });
  at = folder();
});
afterEach(async () => {
  for (const accounts of open.splice(0)) await accounts.stop();
});

async function accountsWith(daily?: number, monthly?: number) {
  const trouble = vi.fn();
  const accounts = await openAccounts(at, { budgets: budgetsOf(daily, monthly, 0.8), trouble, clock });
  open.push(accounts);
  const reported: BudgetState[] = [];
  return { accounts, trouble, reported, watching: () => accounts.watch((state) => reported.push(state)) };
}

const states = (reported: readonly BudgetState[]) => reported.map(({ is }) => is);

async function entries() {
  return (await readLedgerFile(path.join(at, ledgerFile(NOON)))).entries;
}

/** 6 s and 6 s with a Live model, without text: $0.00225. */
const DIALOGUE: ModelUsed = {
  engine: 'dialogue',
  model: 'gemini-3.8-live',
  sentSeconds: 6,
  receivedSeconds: 6,
  earlierSeconds: 0,
  textInTokens: 0,
};
const TURN = 2250;

function used(...uses: ModelUsed[]): TurnRecord {
  const turn = new Turn();
  turn.meter.uses.push(...uses.map((use) => ({ ...use })));
  return { turn, report: undefined, engine: 'dialogue', route: '' };
}

describe('the account of a turn', () => {
  it('waits for the count of the service, and nothing waits for the account', async () => {
    const { accounts } = await accountsWith();
    const record = used(DIALOGUE);
    const { promise, resolve } = Promise.withResolvers<void>();
    record.turn.awaitCount(promise);
    accounts.turn('translated', record);
    expect(await entries()).toEqual([]);
    const [use] = record.turn.meter.uses;
    if (use) use.reported = { textIn: 0, textOut: 0, audioIn: 150, audioOut: 200 };
    resolve();
    await expect
      .poll(entries)
      .toMatchObject([{ microdollars: TURN, reported: { audioOut: 200, microdollars: 150 * 3 + 200 * 12 } }]);
  });

  it('is written with what there is when the kiosk ends before the count has come', async () => {
    const { accounts } = await accountsWith();
    const record = used(DIALOGUE);
    record.turn.awaitCount(new Promise(() => {}));
    accounts.turn('cancelled', record);
    const stopped = accounts.stop();
    clock.advance(1000);
    await stopped;
    expect(await entries()).toMatchObject([{ outcome: 'cancelled', microdollars: TURN }]);
    expect((await entries())[0]?.reported).toBeUndefined();
  });

  it('is the account of the guest who was there, and the next guest has another number', async () => {
    const { accounts } = await accountsWith();
    const record = used(DIALOGUE);
    const { promise, resolve } = Promise.withResolvers<void>();
    record.turn.awaitCount(promise);
    accounts.turn('translated', record);
    accounts.guestLeft();
    accounts.turn('translated', used(DIALOGUE));
    resolve();
    await record.turn.counted;
    await accounts.stop();
    const guests = (await entries()).map(({ guest }) => guest);
    expect(guests.toSorted()).toEqual([1, 2]);
  });

  it('names the engine that answered last, and covers what both have used', async () => {
    const { accounts } = await accountsWith();
    const heard = { engine: 'cascade', model: 'gemini-3.5-flash-lite', receivedSeconds: 0 } as const;
    const spoken = { engine: 'cascade', model: 'gemini-3.8-flash-lite-tts', sentSeconds: 0 } as const;
    const broken = { ...DIALOGUE, receivedSeconds: 0 };
    accounts.turn('translated', used(broken, { ...DIALOGUE, ...heard }, { ...DIALOGUE, ...spoken }));
    await accounts.stop();
    expect(await entries()).toMatchObject([
      {
        engine: 'cascade',
        models: ['gemini-3.8-live', 'gemini-3.5-flash-lite', 'gemini-3.8-flash-lite-tts'],
        microdollars: Math.round(6 * 25 * 3 + 6 * 32 * 0.3 + 6 * 25 * 6),
      },
    ]);
  });

  it('of a turn that was tried very often is kept', async () => {
    const { accounts, trouble } = await accountsWith();
    accounts.turn('failed', used(...Array.from({ length: 12 }, () => DIALOGUE)));
    await accounts.stop();
    expect(await entries()).toMatchObject([{ microdollars: 12 * TURN, models: [DIALOGUE.model] }]);
    expect(trouble).not.toHaveBeenCalled();
  });

  it('with a number that is not one is reported, and ends no turn', async () => {
    const { accounts, trouble } = await accountsWith();
    accounts.turn('translated', used({ ...DIALOGUE, sentSeconds: Number.NaN }));
    expect(trouble).toHaveBeenCalledOnce();
  });
});

describe('who watches the money', () => {
  it('is reported at the start, and when a turn changes it', async () => {
    const { accounts, reported, watching } = await accountsWith(0.01);
    watching();
    for (let i = 0; i < 5; i++) accounts.turn('translated', used(DIALOGUE));
    expect(states(reported)).toEqual(['within', 'warned', 'spent']);
    expect(reported.at(-1)).toEqual({
      is: 'spent',
      which: 'daily',
      spent: 5 * TURN,
      budget: 10_000,
      endsAt: MIDNIGHT,
    });
    await accounts.stop();
    const again = await accountsWith(0.01);
    again.watching();
    expect(again.reported).toEqual([reported.at(-1)]);
  });

  it('counts a turn before the service has', async () => {
    const { accounts, reported, watching } = await accountsWith(0.002);
    watching();
    const record = used(DIALOGUE);
    const { promise, resolve } = Promise.withResolvers<void>();
    record.turn.awaitCount(promise);
    accounts.turn('translated', record);
    expect(states(reported)).toEqual(['within', 'spent']);
    resolve();
    await record.turn.counted;
    expect(states(reported)).toEqual(['within', 'spent']);
  });

  it('is reported at midnight, when a day and a month begin', async () => {
    const { accounts, reported, watching } = await accountsWith(0.002, 0.002);
    watching();
    accounts.turn('translated', used(DIALOGUE));
    clock.advance(12 * HOUR_MS - 1);
    expect(states(reported)).toEqual(['within', 'spent']);
    clock.advance(1);
    expect(states(reported)).toEqual(['within', 'spent', 'within']);
    clock.advance(24 * HOUR_MS);
    expect(reported).toHaveLength(3);
  });

  it('is reported within a minute when the wall clock is set', async () => {
    const { accounts, reported, watching } = await accountsWith(0.002);
    watching();
    accounts.turn('translated', used(DIALOGUE));
    clock.stepWall(24 * HOUR_MS);
    clock.advance(60_000);
    expect(states(reported)).toEqual(['within', 'spent', 'within']);
    clock.stepWall(-24 * HOUR_MS);
    clock.advance(60_000);
    expect(states(reported)).toEqual(['within', 'spent', 'within', 'spent']);
  });

  it('gets no third budget within 24 hours from a clock that is set ahead again and again, or from a restart', async () => {
    const { accounts, reported, watching } = await accountsWith(0.002);
    watching();
    let turns = 0;
    for (let hour = 0; hour < 23; hour += 1) {
      if (reported.at(-1)?.is !== 'spent') {
        accounts.turn('translated', used(DIALOGUE));
        turns += 1;
      }
      clock.stepWall(24 * HOUR_MS);
      clock.advance(HOUR_MS);
    }
    expect(turns).toBe(2);
    expect(reported.at(-1)).toMatchObject({ is: 'spent', which: 'rolling', spent: 2 * TURN, budget: 4000 });
    clock.stepWall(-23 * 24 * HOUR_MS);
    await accounts.stop();
    const again = await accountsWith(0.002);
    again.watching();
    expect(states(again.reported)).toEqual(['spent']);
    clock.advance(24 * HOUR_MS);
    expect(again.reported.at(-1)).toEqual({ is: 'within' });
  });

  it('finds each turn on the disk from the warning on', async () => {
    const { accounts } = await accountsWith(1);
    const many = (count: number) => {
      for (let i = 0; i < count; i++) accounts.turn('translated', used(DIALOGUE));
    };
    many(400);
    await expect.poll(async () => (await entries()).length).toBe(400);
    for (let n = 401; n < 404; n++) {
      many(1);
      await expect.poll(async () => (await entries()).length).toBe(n);
    }
  });
});

describe('a clock of the day that is set after the start', () => {
  /** A daemon that was started in 1970, as the machine sees it, a minute before noon in truth. */
  async function in1970(daily?: number) {
    clock.stepWall(-NOON.getTime());
    const clockIsSet = Promise.withResolvers<void>();
    const trouble = vi.fn();
    const accounts = await openAccounts(at, {
      budgets: budgetsOf(daily, undefined, 0.8),
      trouble,
      clock,
      clockSet: (signal) =>
        Promise.race([
          clockIsSet.promise,
          new Promise((resolve) => signal.addEventListener('abort', resolve)),
        ]),
    });
    open.push(accounts);
    const reported: BudgetState[] = [];
    accounts.watch((state) => reported.push(state));
    const set = () => {
      clock.stepWall(NOON.getTime());
      clockIsSet.resolve();
    };
    return { accounts, reported, set };
  }

  it('has the turns before it written at their right times, and nothing in 1970', async () => {
    const { accounts, set } = await in1970();
    clock.advance(5000);
    accounts.turn('translated', used(DIALOGUE));
    clock.advance(10_000);
    accounts.turn('cancelled', used(DIALOGUE));
    await new Promise((resolve) => setImmediate(resolve));
    expect(readdirSync(at)).toEqual([]);
    set();
    await expect.poll(async () => (await entries()).length).toBe(2);
    const times = (await entries()).map((entry) => entry.at - NOON.getTime());
    expect(times).toEqual([5000, 15_000]);
    expect(readdirSync(at)).toEqual([ledgerFile(NOON)]);
  });

  it('counts them in the budget of the day, before and after', async () => {
    const { accounts, reported, set } = await in1970(0.002);
    accounts.turn('translated', used(DIALOGUE));
    expect(states(reported)).toEqual(['within', 'spent']);
    set();
    await expect.poll(async () => (await entries()).length).toBe(1);
    clock.advance(60_000);
    expect(reported.at(-1)?.is).toBe('spent');
  });

  it('loses no turn when the daemon ends before it', async () => {
    const { accounts } = await in1970();
    accounts.turn('translated', used(DIALOGUE));
    const stopped = accounts.stop();
    clock.advance(1000);
    await stopped;
    const [file = ''] = readdirSync(at);
    expect((await readLedgerFile(path.join(at, file))).entries).toHaveLength(1);
  });
});
