/**
 * Keeps the account of turns, all alike, until it is killed: node keeps-accounts.ts FOLDER DAILY_BUDGET. Prints
 * "turn N STATE" when a turn was reported to the account. It is always noon of the same day.
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { REAL_TIME } from '../../../../src/base/time.ts';
import { openAccounts } from '../../../../src/daemon/accounts.ts';
import { budgetsOf } from '../../../../src/spending/budget.ts';
import { ledgerFile, readLedgerFile } from '../../../../src/spending/files.ts';
import { Turn } from '../../../../src/turn/turn.ts';

flushCompileCache(); // at its end it is killed

const NOON = new Date(2026, 10, 22, 12);
const written = async () => (await readLedgerFile(path.join(folder, ledgerFile(NOON)))).entries.length;

const [folder = '', daily] = process.argv.slice(2);
const before = await written();
const accounts = await openAccounts(folder, {
  budgets: budgetsOf(Number(daily), undefined, 0.8),
  trouble: (error) => {
    if (error !== undefined) throw error;
  },
  clock: { ...REAL_TIME, wallMs: () => NOON.getTime() },
});
let state = '';
accounts.watch(({ is }) => {
  state = is;
});
for (let n = 1; state !== 'spent'; n += 1) {
  const turn = new Turn();
  turn.meter.uses.push({
    engine: 'dialogue',
    model: 'gemini-3.5-flash-lite', // text in: $0.30 a million, so 1000 tokens are 300 micro-dollars
    sentSeconds: 0,
    receivedSeconds: 0,
    earlierSeconds: 0,
    textInTokens: 1000,
  });
  accounts.turn('translated', { turn, report: undefined, engine: 'dialogue', route: '' });
  writeSync(1, `turn ${n} ${state}\n`);
  await setTimeout(1);
  // Nobody speaks as fast as a busy disk is slow: from the warning on, a turn is written before the next one is over.
  while (state !== 'within' && (await written()) < before + n) await setTimeout(1);
}
process.kill(process.pid, 'SIGKILL');
