/**
 * Appends turns to a ledger until it is killed: node appends.ts FOLDER [BUDGET], the budget in dollars a day. Prints
 * "appended N" for each, "written N" when all of them are on the disk, and "spent" at the end of the budget.
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { budgetState, budgetsOf } from '../../../../src/spending/budget.ts';
import { Ledger } from '../../../../src/spending/ledger.ts';
import { REAL_TIME, sleep } from '../../../../src/time.ts';
import { anEntry, BATCH, NOON } from '../../ledger-entries.ts';

// It is killed, and would leave nothing to the next one.
flushCompileCache();

const [folder = '', budget] = process.argv.slice(2);
const budgets = budgetsOf(budget === undefined ? undefined : Number(budget), undefined, 0.8);
const ledger = await Ledger.open(folder, {
  flushEntries: BATCH,
  clock: { ...REAL_TIME, wallMs: () => NOON.getTime() },
});

function money() {
  const [today, month] = [ledger.today(NOON).all, ledger.month(NOON).all];
  const spent = { today: today.countedMicrodollars, month: month.countedMicrodollars, lastDay: [] };
  return budgetState(budgets, spent, NOON).is;
}

for (let n = 1; money() !== 'spent'; n += 1) {
  ledger.append(anEntry(NOON, { microdollars: n, guest: n }));
  writeSync(1, `appended ${n}\n`);
  // What runtime does: from the warning on, each turn is written before the next one.
  if (n % BATCH === 0 || money() !== 'within') {
    await ledger.flush();
    writeSync(1, `written ${n}\n`);
  }
  await sleep(REAL_TIME, 1);
}
writeSync(1, 'spent\n');
