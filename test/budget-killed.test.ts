import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openAccounts } from '../src/daemon/accounts.ts';
import { type BudgetState, budgetsOf } from '../src/spending/budget.ts';
import { Ledger } from '../src/spending/ledger.ts';
import { temporaryFolders } from './rig/folders.ts';
import { VirtualClock } from './rig/virtual/clock.ts';

/** The budget of a daemon that is killed, over the accounts as the daemon keeps them. */

const CHILD = fileURLToPath(new URL('./rig/real/children/keeps-accounts.ts', import.meta.url));
const NOON = new Date(2026, 10, 22, 12);
const folder = temporaryFolders();
/** What the child pays for a turn, in micro-dollars. */
const TURN = 300;
const BUDGET = 0.015; // dollars: 50 turns, and the warning with the 40th
/** No more turns wait than are written in one go, and as many again while that is done. */
const MOST_WAITING = 2 * 20;

/** Turns until SIGKILL, at a moment that nobody chose, or the end of the budget. @returns what it told, by turn */
async function life(at: string, withinMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, at, String(BUDGET)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const output = text(child.stdout);
  await Promise.race([once(child.stdout, 'data'), ended]);
  const kill = setTimeout(() => child.kill('SIGKILL'), Math.random() * withinMs);
  await ended;
  clearTimeout(kill);
  return (await output).split('\n').flatMap((line) => /^turn \d+ (.+)$/.exec(line)?.[1] ?? []);
}

async function turnsIn(at: string): Promise<number> {
  const ledger = await Ledger.open(at, { clock: new VirtualClock({ wall: NOON }) });
  const { turns } = ledger.today(NOON).all;
  await ledger.stop();
  return turns;
}

async function stateIn(at: string): Promise<BudgetState> {
  const accounts = await openAccounts(at, {
    budgets: budgetsOf(BUDGET, undefined, 0.8),
    trouble: () => {},
    clock: new VirtualClock({ wall: NOON }),
  });
  let told: BudgetState = { is: 'within' };
  accounts.watch((state) => {
    told = state;
  });
  await accounts.stop();
  return told;
}

it('holds through every SIGKILL: the last batch is lost at most, and from the warning on no turn but the one being written', async () => {
  const at = folder();
  for (let [is, withinMs] = ['', 120]; is !== 'spent'; withinMs += 20) {
    const before = await turnsIn(at);
    const told = await life(at, withinMs);
    const lost = before + told.length - (await turnsIn(at));
    // With the turn that brings the warning, all that waited is written: the next one finds it on the disk.
    const warned = told.length > 1 && told.at(-2) !== 'within';
    expect(lost).toBeLessThanOrEqual(warned ? 1 : MOST_WAITING);
    is = (await stateIn(at)).is;
  }
  const state = await stateIn(at);
  // Beside what the crashes lost, no more is spent than the turn that spent it.
  expect(state).toMatchObject({ is: 'spent', which: 'daily', budget: BUDGET * 1e6 });
  expect(state.is === 'within' ? 0 : state.spent).toBeLessThan(BUDGET * 1e6 + 2 * TURN);
  // And it stays spent, whatever happens.
  for (let i = 0; i < 2; i += 1) {
    await life(at, 20);
    expect(await stateIn(at)).toEqual(state);
  }
});
