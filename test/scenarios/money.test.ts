import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TurnLog } from '../../src/daemon/turn-log.ts';
import type { Engine } from '../../src/kiosk/engines.ts';
import { FAULTS } from '../../src/kiosk/faults.ts';
import type { Look } from '../../src/kiosk/shown/looks.ts';
import { ledgerFiles, readLedgerFile } from '../../src/spending/files.ts';
import { Ledger } from '../../src/spending/ledger.ts';
import { type Counter, tap } from '../rig/counter.ts';
import { anEntry } from '../rig/ledger-entries.ts';
import { VirtualClock } from '../rig/virtual/clock.ts';
import { spoken } from '../rig/voices.ts';
import {
  heardPrompt,
  heardWhole,
  lightShows,
  reconnectShows,
  type ScenarioOptions,
  statusOf,
  turnWith,
} from './scenario.ts';
import { scenarios } from './scenarios.ts';

/** A desk with a budget: which engine serves while it lasts, what people notice when it is spent, and that it stays so. */

const openCounter = scenarios();

/** Dollars a day. */
const BUDGET = 0.05;

interface MoneyOptions extends ScenarioOptions {
  /** What was spent today, in dollars. */
  readonly spentToday: number;
  readonly whenSpent?: 'same' | 'cheaper' | 'phrasebook' | 'stop';
  /** Midnight comes to the daemon so long after its start, in milliseconds; it is noon of tomorrow otherwise. */
  readonly midnightInMs?: number;
}

/** A counter with a budget of which so much was spent a minute ago. */
function open({
  spentToday,
  whenSpent = 'stop',
  midnightInMs = 12 * 3_600_000,
  ...options
}: MoneyOptions): Promise<Counter> {
  return openCounter({
    ...options,
    midnightInMs,
    spending: `daily_budget = ${BUDGET}\nwhen_spent = "${whenSpent}"\n`,
    before: async ({ ledger: folder, wall }) => {
      const at = new Date(wall().getTime() - 60_000);
      const ledger = await Ledger.open(folder, { clock: new VirtualClock({ wall: at }) });
      ledger.append(anEntry(at, { microdollars: Math.round(spentToday * 1e6) }));
      await ledger.stop();
    },
  });
}

async function servedBy(counter: Counter, engine: Engine): Promise<TurnLog> {
  const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
  expect(turn).toMatchObject({ outcome: 'translated', engine });
  await heardWhole(counter, releasedMs);
  return turn;
}

/** How many entries of its ledger have reached the files. */
async function entriesOf({ ledger: folder }: Counter): Promise<number> {
  const files = (await ledgerFiles(folder)).map((name) => readLedgerFile(path.join(folder, name)));
  return (await Promise.all(files)).flatMap(({ entries }) => entries).length;
}

/** People look again and again. @throws Error when it has not come true within 20 s */
async function comesTrue({ desk }: Counter, what: string, holds: () => Promise<boolean>): Promise<void> {
  const givenUpMs = desk.now() + 20_000;
  while (!(await holds())) {
    if (desk.now() > givenUpMs) throw new Error(`it did not come true: ${what}`);
    await desk.passes(desk.now() + 100);
  }
}

/** The log says how the money stands: it may have done so already. */
function told(counter: Counter, budget: 'warned' | 'spent'): Promise<void> {
  return comesTrue(counter, `the log says ${budget}`, async () =>
    counter.logged().some(({ text }) => text.includes(`"budget":"${budget}"`)),
  );
}

/** Until its microphone, loudspeaker and panel are there, whoever may serve. */
async function isUp({ log }: Counter): Promise<void> {
  for (let devices = 0; devices < 3; devices += 1) await log(({ msg }) => msg === 'works', 15_000);
}

/** Whoever presses is told that nobody serves, and the lights tell why. */
async function nobodyServes(counter: Counter): Promise<void> {
  const { desk } = counter;
  const sentBefore = counter.standin.connections.length;
  const pressedMs = await tap(desk, 'talk');
  expect(await counter.turnEnds()).toMatchObject({ outcome: 'failed', fault: 'budget-spent' });
  expect(await heardPrompt(counter, 'not available', pressedMs)).toBe(true);
  expect(await lightShows(counter, 'trouble', pressedMs)).toEqual<Look>(FAULTS['budget-spent'].look);
  expect(desk.led('connection')).toBe(false);
  expect(counter.standin.connections).toHaveLength(sentBefore);
}

describe('a budget that is nearly spent', () => {
  it('gives new guests the cheaper engine, and tells so', async () => {
    const counter = await open({ spentToday: 0.041, engines: ['dialogue', 'cascade'] });
    expect(await counter.log((line) => line.msg === 'a budget is nearly or all spent')).toMatchObject({
      budget: 'warned',
      which: 'daily',
      dollars: { spent: 0.041, budget: BUDGET },
    });
    await counter.ready();
    expect(await statusOf(counter)).toMatchObject({
      money: 'warned',
      route: 'cascade (cheaper)',
      faults: [],
    });
    const turn = await servedBy(counter, 'cascade');
    expect(turn.route).toBe('cascade (cheaper)');
    expect(counter.desk.led('trouble')).toBe(false);
    expect(counter.desk.led('connection')).toBe(true);
  }, 60_000);

  it('does not change the voice of the guest with whom it came so far', async () => {
    const counter = await open({
      spentToday: 0.0399, // of 0.04
      engines: ['dialogue', 'cascade'],
      config: '[kiosk]\nguest_idle_s = 8\n',
    });
    await counter.ready();
    await servedBy(counter, 'dialogue');
    await told(counter, 'warned');
    expect((await servedBy(counter, 'dialogue')).route).toBe('dialogue (serves this guest)');
    await comesTrue(counter, 'the next guest has the cascade', async () => {
      return (await statusOf(counter)).route === 'cascade (cheaper)';
    });
    await servedBy(counter, 'cascade');
  }, 60_000);
});

describe('a budget that is spent', () => {
  it('stops the desk, visibly and audibly', async () => {
    const counter = await open({ spentToday: BUDGET, engines: ['dialogue', 'cascade', 'phrasebook'] });
    await told(counter, 'spent');
    await isUp(counter);
    await nobodyServes(counter);
    await nobodyServes(counter);
    const { money, route, faults } = await statusOf(counter);
    expect(money).toBe('spent');
    expect(route).toBe('no engine (none; dialogue: budget; cascade: budget; phrasebook: budget)');
    expect(faults).toMatchObject([{ code: 'budget-spent', id: 'D57' }]);
    expect(counter.standin.connections).toEqual([]);
    expect(counter.standin.requests).toEqual([]);
  }, 60_000);

  it('leaves the phrasebook, which costs nothing', async () => {
    const counter = await open({
      spentToday: BUDGET,
      whenSpent: 'phrasebook',
      engines: ['dialogue', 'cascade', 'phrasebook'],
    });
    await isUp(counter);
    expect(await lightShows(counter, 'connection')).toEqual<Look>({ look: 'flashes', count: 2 });
    expect(await reconnectShows(counter)).toEqual<Look>(FAULTS['budget-spent'].look);
    const said = await spoken('May I see your passport, please?', 'rms');
    const { turn } = await turnWith(counter, 'idle', () => {}, { said });
    expect(turn).toMatchObject({
      outcome: 'translated',
      engine: 'phrasebook',
      route: 'phrasebook (next best; dialogue: budget; cascade: budget)',
      sentSeconds: 0,
    });
    expect(counter.standin.connections).toEqual([]);
    expect(counter.standin.requests).toEqual([]);
  }, 60_000);

  it.each([
    ['cheaper', 'cascade', 'cascade (cheaper)'],
    ['same', 'dialogue', 'dialogue (preferred)'],
  ] as const)(
    'goes on with "%s", by %s',
    async (whenSpent, engine, route) => {
      const counter = await open({ spentToday: BUDGET, whenSpent, engines: ['dialogue', 'cascade'] });
      await told(counter, 'spent');
      await counter.ready();
      expect((await servedBy(counter, engine)).route).toBe(route);
      expect(counter.desk.led('connection')).toBe(true);
      expect(counter.desk.led('trouble')).toBe(false);
    },
    60_000,
  );

  it('by a turn of the conversation that goes on is heard to its end, and the next press is told', async () => {
    const counter = await open({ spentToday: BUDGET - 0.0001 });
    await counter.ready();
    await servedBy(counter, 'dialogue');
    await told(counter, 'spent');
    await nobodyServes(counter);
  }, 60_000);

  it('is a new one behind midnight: the desk serves again by itself', async () => {
    const counter = await open({ spentToday: BUDGET, midnightInMs: 60_000 });
    await isUp(counter);
    await told(counter, 'spent');
    await nobodyServes(counter);
    await counter.log((line) => line.msg === 'the money is within its budgets', 90_000);
    // Nobody has pressed: the lights tell those who come.
    await counter.desk.untilLed('connection', true);
    await counter.desk.untilLed('trouble', false);
    await servedBy(counter, 'dialogue');
    expect(counter.desk.led('connection')).toBe(true);
  }, 200_000);

  it('stays spent when the daemon is killed', async () => {
    const counter = await open({ spentToday: BUDGET - 0.0001 });
    await counter.ready();
    await servedBy(counter, 'dialogue');
    await told(counter, 'spent');
    // What is not in the file yet a killed daemon takes along: the first turn is written at once, and on its way.
    await comesTrue(counter, 'the turn is in the file', async () => (await entriesOf(counter)) === 2);
    await counter.killDaemon();
    await counter.startDaemon();
    await counter.log(({ budget }) => budget === 'spent');
    await isUp(counter);
    await nobodyServes(counter);
  }, 60_000);
});
